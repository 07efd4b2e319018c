--- Pages that a command opens: the report and the log, in a window of their own.
local clean = require('afterglow.clean')

local M = {}

local LOG_BYTES, LOG_LINES = 200000, 40

local function open(name, lines)
  local buffer = vim.fn.bufnr(name)
  if buffer == -1 then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buffer, name)
    vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, desc = 'Close this page' })
  end
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  local window = vim.fn.bufwinid(buffer)
  if window ~= -1 then
    return vim.api.nvim_set_current_win(window)
  end
  vim.cmd.split()
  vim.api.nvim_win_set_buf(0, buffer)
end

--- The words of the command line that is beside the server.
---@param ... string
---@return string[]
local function command(...)
  local cmd = require('afterglow.config').get().cmd
  return vim.list_extend(vim.list_slice(cmd, 1, #cmd - 1), { ... })
end

--- A line of a page: its columns are set with blanks, which a clean line has no two of in a row.
local function page_line(line)
  local out, at = '', 1
  while at <= #line do
    local gap = line:match('^  +', at) or ''
    local next_gap = line:find('  ', at + #gap, true) or #line + 1
    out = out .. gap .. clean.one_line(line:sub(at + #gap, next_gap - 1), 200)
    at = next_gap
  end
  return out
end

--- Where a command line begins: in the project, unless it is an interpreter's, which could import what lies
--- there.
local function folder()
  local client = require('afterglow.client').clients()[1]
  local own = #require('afterglow.config').get().cmd == 2
  return own and client and client.root_dir or vim.uv.os_homedir()
end

--- Run a command line and take what it printed.
local function run(words, then_)
  local answered = vim.schedule_wrap(function(made)
    local text = made.code == 0 and made.stdout or made.stderr
    then_(vim.tbl_map(page_line, vim.split(vim.trim(text or ''), '\n')))
  end)
  local options = { text = true, timeout = 20000, cwd = folder() }
  if not pcall(vim.system, words, options, answered) then
    local answers = require('afterglow.answers')
    answers.put({ answers.why_no_server() })
  end
end

--- The figures of the last seven days.
function M.report()
  run(command('report'), function(lines)
    open('afterglow://report', lines)
  end)
end

--- The last lines about this server in Neovim's log of language servers.
local function logged()
  local path = vim.lsp.log and vim.lsp.log.get_filename and vim.lsp.log.get_filename()
    or vim.lsp.get_log_path()
  local found = {}
  local file = io.open(path, 'r')
  if file then
    file:seek('set', math.max(0, file:seek('end') - LOG_BYTES))
    for line in file:lines() do
      if line:find('afterglow', 1, true) then
        found[#found + 1] = clean.one_line(line, 400)
      end
    end
    file:close()
  end
  return vim.list_extend({ '', path }, vim.list_slice(found, math.max(1, #found - LOG_LINES + 1)))
end

--- How the server sees this computer (`afterglow doctor`), and what Neovim logged of it.
function M.log()
  run(command('doctor'), function(lines)
    open('afterglow://log', vim.list_extend(lines, logged()))
  end)
end

return M
