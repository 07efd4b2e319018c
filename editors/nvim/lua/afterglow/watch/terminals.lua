--- Commands that end in a `:terminal`: the one it was opened for, and those of a shell that marks them (OSC
--- 133).
---
--- A command line goes to the server, which keeps program, kind and exit code, and drops the line.
--- Invariant: nothing but a command line, its exit code, its place and its time is read of a terminal.
local report = require('afterglow.report')

local M = {}

local SHELLS = {}
for name in ('sh ash bash cmd csh dash elvish fish ksh mksh nu powershell pwsh tcsh zsh'):gmatch('%S+') do
  SHELLS[name] = true
end
--- The codes of a command that was ended from outside, as shells give them; below 0 is Neovim's own word for
--- it.
local ENDED_FROM_OUTSIDE = { [129] = true, [130] = true, [143] = true }
local LONGEST = 4096
--- How long Neovim takes, at most, to bring what a terminal shows into its buffer.
local SYNC_MS = 60

---@class afterglow.Typed a command at a shell's prompt
---@field from? integer[] where it begins, (1,0)-indexed
---@field to? integer[] where it ends
---@field line? string
---@field started? afterglow.Start

---@type table<integer, afterglow.Start>
local opened = {}
---@type table<integer, afterglow.Typed>
local typed = {}

--- Folder and command of a terminal's name, `term://{folder}//{pid}:{command}`; nil for a bare shell.
---@param name string
---@return string? folder
---@return string? command
function M.parts(name)
  local folder, command = name:match('^term://(.-)//%d+:(.*)$')
  if not command or command == '' then
    return nil
  end
  local words = vim.split(vim.trim(command), '%s+')
  local base = vim.fs.basename(words[1]):gsub('%.exe$', '')
  local bare = vim.iter(words):skip(1):all(function(word)
    return vim.startswith(word, '-')
  end)
  if SHELLS[base] and bare then
    return nil
  end
  return vim.fn.fnamemodify(folder, ':p'), command
end

local function outcome(code)
  local status = (code < 0 or ENDED_FROM_OUTSIDE[code]) and 'cancelled' or nil
  return status, code >= 0 and code or nil
end

---@param line string
---@param code integer
---@param times table durationMs and startedAt
---@param folder? string
local function finished(line, code, times, folder)
  local status, exit_code = outcome(code)
  local event =
    { kind = 'command', commandLine = line:sub(1, LONGEST), status = status, exitCode = exit_code }
  report.send(vim.tbl_extend('error', event, times), folder)
end

--- What stands between two places of a terminal: the command that was typed there.
local function text_between(buffer, from, to)
  local lines = vim.api.nvim_buf_get_lines(buffer, from[1] - 1, to[1], false)
  if #lines == 0 or #lines > 20 then
    return nil
  end
  if to[1] - from[1] + 1 == #lines then
    lines[#lines] = lines[#lines]:sub(1, to[2])
  end
  lines[1] = lines[1]:sub(from[2] + 1)
  return vim.trim(table.concat(lines))
end

local function from_marker(marker)
  local url = marker:match('cmdline_url=([^;]*)')
  return url and vim.uri_decode(url) or nil
end

--- Read the command that was typed, once the buffer has caught up with the terminal.
local function read_later(buffer, at, to, then_)
  vim.defer_fn(function()
    if not at.line and at.from and to and vim.api.nvim_buf_is_valid(buffer) then
      at.line = text_between(buffer, at.from, to)
    end
    if then_ then
      then_()
    end
  end, SYNC_MS)
end

--- Take one mark of a shell: B the prompt is over, C the command begins, D it ended.
local function on_mark(buffer, marker, cursor)
  local kind = marker:sub(1, 1)
  if kind == 'B' then
    typed[buffer] = { from = cursor }
  elseif kind == 'C' then
    local at = typed[buffer] or {}
    at.line, at.to, at.started = from_marker(marker), cursor, report.begin()
    typed[buffer] = at
    read_later(buffer, at, cursor)
  elseif kind == 'D' then
    local at, code = typed[buffer], tonumber(marker:match('^D;(%d+)'))
    typed[buffer] = nil
    if not at or not at.started or not code then
      return
    end
    local folder = vim.api.nvim_buf_get_name(buffer):match('^term://(.-)//%d+:')
    local event = report.timed({}, at.started)
    read_later(buffer, at, at.to, function()
      if at.line and at.line ~= '' then
        finished(at.line, code, event, folder and vim.fn.fnamemodify(folder, ':p'))
      end
    end)
  end
end

--- Listen.
function M.start()
  local group = vim.api.nvim_create_augroup('afterglow.terminals', {})
  vim.api.nvim_create_autocmd('TermOpen', {
    group = group,
    callback = function(args)
      opened[args.buf] = report.begin()
    end,
  })
  vim.api.nvim_create_autocmd('TermClose', {
    group = group,
    callback = function(args)
      local start, code = opened[args.buf], vim.v.event.status
      opened[args.buf], typed[args.buf] = nil, nil
      local folder, command = M.parts(vim.api.nvim_buf_get_name(args.buf))
      if folder and command and type(code) == 'number' then
        finished(command, code, report.timed({}, start), folder)
      end
    end,
  })
  vim.api.nvim_create_autocmd('TermRequest', {
    group = group,
    callback = function(args)
      local data = type(args.data) == 'table' and args.data or { sequence = args.data }
      local marker = tostring(data.sequence or ''):match('^\27%]133;(.*)$')
      if marker then
        on_mark(args.buf, marker, data.cursor)
      end
    end,
  })
end

return M
