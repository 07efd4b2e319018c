--- The server's process, started so that Neovim has nothing to say about it.
---
--- Neovim warns on the screen when a server ends with a code or sends what it cannot read. Here both go to
--- the log, and who asked is told through `ended`.
--- Invariant: whatever the command is and does, no message appears and nothing raises.
local log = require('vim.lsp.log')

local M = {}

--- What stands in for a process that could not be started.
local function stillborn(dispatchers)
  vim.schedule(function()
    dispatchers.on_exit(0, 0)
  end)
  return {
    request = function()
      return false
    end,
    notify = function()
      return false
    end,
    is_closing = function()
      return true
    end,
    terminate = function() end,
  }
end

--- Start `cmd` and speak LSP with it. `ended` is told when it ends; `wanted` is whether the editor asked for
--- it. It begins in the user's home: in the project it could import what lies there.
---@param cmd string[]
---@param dispatchers vim.lsp.rpc.Dispatchers
---@param config vim.lsp.ClientConfig
---@param ended fun(wanted: boolean, code: integer, signal: integer)
---@return vim.lsp.rpc.PublicClient
function M.start(cmd, dispatchers, config, ended)
  local wanted = false
  local quiet = {
    notification = dispatchers.notification,
    server_request = dispatchers.server_request,
    on_error = function(code, err)
      log.error('afterglow', code, err)
    end,
    on_exit = function(code, signal)
      if code ~= 0 or signal ~= 0 then
        log.warn('afterglow', 'the server ended', { code = code, signal = signal })
      end
      dispatchers.on_exit(0, 0)
      ended(wanted, code, signal)
    end,
  }
  local ok, rpc = pcall(vim.lsp.rpc.start, cmd, quiet, {
    cwd = config.cmd_cwd or vim.uv.os_homedir(),
    env = config.cmd_env,
    detached = config.detached,
  })
  if not ok or not rpc then
    log.error('afterglow', 'the server cannot be started', rpc)
    ended(false, 1, 0)
    return stillborn(dispatchers)
  end
  return setmetatable({
    request = function(method, params, callback, sent)
      wanted = wanted or method == 'shutdown'
      local answered = callback
      if method == 'initialize' then
        answered = function(err, result)
          if not err and type(result) == 'table' and result.capabilities then
            return callback(err, result)
          end
          log.error('afterglow', 'initialize', err or result)
          rpc.terminate()
        end
      end
      return rpc.request(method, params, answered, sent)
    end,
    notify = function(method, params)
      wanted = wanted or method == 'exit'
      return rpc.notify(method, params)
    end,
    terminate = function()
      wanted = true
      return rpc.terminate()
    end,
  }, { __index = rpc })
end

return M
