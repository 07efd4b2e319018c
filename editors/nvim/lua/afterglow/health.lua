--- `:checkhealth afterglow`: what stands, what does not, and how to mend it.
local M = {}

local health = vim.health

local function check_version()
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok(('Neovim %s'):format(tostring(vim.version())))
    return true
  end
  health.error('this Neovim is too old', 'Afterglow needs Neovim 0.11 or later')
  return false
end

local function check_options()
  local problems = require('afterglow.config').problems()
  for _, problem in ipairs(problems) do
    health.warn(problem, 'the default is used; :help afterglow-options lists them')
  end
  if #problems == 0 then
    health.ok('options as they should be')
  end
end

---@return boolean
local function check_command()
  local cmd = require('afterglow.config').get().cmd
  local path = vim.fn.exepath(cmd[1])
  if path == '' then
    health.error(
      ('%s is not on the PATH, so there are no lines'):format(cmd[1]),
      "'pipx install afterglow-lsp' or 'uv tool install afterglow-lsp' does; or set cmd to where it is"
    )
    return false
  end
  local ok, made = pcall(function()
    local words = vim.list_extend({ path }, vim.list_slice(cmd, 2, #cmd - 1))
    return vim.system(vim.list_extend(words, { '--version' }), { text = true, timeout = 5000 }):wait()
  end)
  local clean = require('afterglow.clean')
  if not ok or made.code ~= 0 then
    local said = ok and clean.one_line(vim.trim(made.stderr or ''):match('[^\n]*$')) or clean.one_line(made)
    health.error(
      ('%s does not run: %s'):format(path, said),
      'run it in a terminal: ' .. cmd[1] .. ' --version'
    )
    return false
  end
  health.ok(('%s, %s'):format(clean.one_line(made.stdout), path))
  return true
end

local function check_client()
  if not vim.lsp.is_enabled('afterglow') then
    health.error('it is not enabled', "add require('afterglow').setup() or vim.lsp.enable('afterglow')")
    return
  end
  if require('afterglow.revive').given_up() then
    health.error('the server ended too often and is left alone', ':Afterglow restart')
    return
  end
  local clients = vim.lsp.get_clients({ name = 'afterglow' })
  if #clients == 0 then
    health.info('no server runs; it starts with the first file of a project')
    return
  end
  for _, client in ipairs(clients) do
    local status = require('afterglow.client').status(client) or {}
    local version = client.server_info and client.server_info.version or 'of unknown version'
    health.ok(
      ('server %s runs for %s, mode %s'):format(version, client.root_dir, status.mode or 'not told yet')
    )
    for _, problem in ipairs(status.problems or {}) do
      health.warn(require('afterglow.clean').one_line(problem), 'afterglow doctor tells more')
    end
  end
end

local function check_hints()
  if not require('afterglow.config').get().hints then
    health.info('hints are off, as the options say')
  elseif vim.lsp.inlay_hint.is_enabled() then
    health.ok("hints are drawn by Neovim's own inlay hints, which are on")
  else
    health.ok('hints are drawn by the plugin')
  end
end

--- All of it.
function M.check()
  health.start('Afterglow')
  if not check_version() then
    return
  end
  check_options()
  if check_command() then
    check_client()
  end
  check_hints()
end

return M
