--- Outcomes of `:make` and `:lmake`.
---
--- Neovim pipes what it runs through `tee`, whose exit code `v:shell_error` then is: 0 for a failing make
--- too.
--- Invariant: ok and fail are told where an exit code or a message proves them; else the outcome is unknown.
local report = require('afterglow.report')

local M = {}

--- Whether `v:shell_error` is the exit code of what was made, and not that of `tee`.
---@param shellpipe string the option
---@return boolean
function M.tells_exit_code(shellpipe)
  return not shellpipe:find('|', 1, true)
    or shellpipe:find('PIPESTATUS') ~= nil
    or shellpipe:find('pipefail') ~= nil
end

---@param entry table an entry of a quickfix list
local function is_error(entry)
  local text = (entry.text or ''):lower()
  -- GNU make's own last words, wherever an errorformat put them.
  if text:find('%*%*%* .*error %d+') or text:find('%*%*%* .*stop%.%s*$') then
    return true
  end
  if entry.valid ~= 1 then
    return false
  end
  return (entry.type or ''):lower() == 'e'
    or text:find('^%s*fatal error') ~= nil
    or text:find('^%s*error[%s:%[]') ~= nil
end

--- What the list and the exit code prove.
---@param entries table[] the quickfix list
---@param code? integer the exit code, where it is one
---@return 'ok'|'fail'|'unknown'
function M.outcome(entries, code)
  if code then
    return code == 0 and 'ok' or 'fail'
  end
  return vim.iter(entries):any(is_error) and 'fail' or 'unknown'
end

--- The command that was run, as far as its program and target go.
---@param title string of the quickfix list, such as `:make test`
---@param makeprg string the option
---@return string
function M.command_line(title, makeprg)
  local words = title:match('^:%s*l?make?!?%s+(.*)$') or ''
  if makeprg:find('$*', 1, true) then
    return (makeprg:gsub('%$%*', (words:gsub('%%', '%%%%'))))
  end
  return vim.trim(makeprg .. ' ' .. words)
end

--- Listen.
function M.start()
  local group = vim.api.nvim_create_augroup('afterglow.make', {})
  ---@type afterglow.Start?
  local began
  vim.api.nvim_create_autocmd('QuickFixCmdPre', {
    group = group,
    pattern = { 'make', 'lmake' },
    callback = function()
      began = report.begin()
    end,
  })
  vim.api.nvim_create_autocmd('QuickFixCmdPost', {
    group = group,
    pattern = { 'make', 'lmake' },
    callback = function(args)
      local code = vim.v.shell_error
      local wanted = { title = 0, items = 0 }
      local list = args.match == 'lmake' and vim.fn.getloclist(0, wanted) or vim.fn.getqflist(wanted)
      local program = vim.bo.makeprg ~= '' and vim.bo.makeprg or vim.go.makeprg
      local proven = M.tells_exit_code(vim.o.shellpipe) and code or nil
      report.send(report.timed({
        kind = 'command',
        commandLine = M.command_line(list.title or '', program),
        status = M.outcome(list.items or {}, proven),
        exitCode = proven,
      }, began))
      began = nil
    end,
  })
end

return M
