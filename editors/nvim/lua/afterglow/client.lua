--- The language client: how Neovim starts the server, and where what it sends goes.
---
--- Invariant: a server that is missing or broken costs nothing but its lines; it is `:checkhealth` that says
--- so.
local config = require('afterglow.config')

local M = {}

---@class afterglow.Status what the server said of itself last
---@field mode? string
---@field health? string
---@field problems? string[]

---@type table<integer, afterglow.Status>
local status_of = {}

local function on_token(_, token)
  require('afterglow.line').show(token)
end

local function on_status(_, status, ctx)
  status_of[ctx.client_id] = type(status) == 'table' and status or nil
end

local function on_refresh(err, result, ctx)
  require('afterglow.hints').refresh(ctx.client_id)
  local usual = vim.lsp.handlers['workspace/inlayHint/refresh']
  return usual and usual(err, result, ctx) or vim.NIL
end

--- What the server said of itself last; nil before it did.
---@param client vim.lsp.Client
---@return afterglow.Status?
function M.status(client)
  return status_of[client.id]
end

--- The top of the project that a file is in: the folder of a marker, else the folder Neovim is in, unless
--- that is the user's home or the top of the disk. Nil for what is no file.
---@param buffer integer
---@return string?
function M.root(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  if vim.bo[buffer].buftype ~= '' or name:find('^%a[%w+.-]+://') then
    return nil
  end
  local marked = vim.fs.root(buffer, config.get().root_markers)
  if marked then
    return marked
  end
  local here = vim.fs.normalize(vim.fn.getcwd())
  local home = vim.fs.normalize(vim.uv.os_homedir() or '')
  if
    here == home
    or vim.fs.dirname(here) == here
    or not vim.startswith(vim.fs.normalize(name), here .. '/')
  then
    return nil
  end
  return here
end

--- Whether the command is there to be started.
---@return boolean
function M.can_start()
  return vim.fn.executable(config.get().cmd[1]) == 1 and not require('afterglow.revive').given_up()
end

local function root_dir(buffer, on_dir)
  if not M.can_start() then
    return
  end
  local root = M.root(buffer)
  if root then
    on_dir(root)
  end
end

local function before_init(params, client_config)
  local root = client_config.root_dir
  local options =
    vim.tbl_deep_extend('force', config.get().settings, params.initializationOptions or vim.empty_dict())
  if options.trust ~= 'restricted' then
    options.trust = config.trust(root)
  end
  params.initializationOptions = options
end

--- An autocommand, because an `on_attach` of the user's would take the place of ours.
local function attend()
  vim.api.nvim_create_autocmd('LspAttach', {
    group = vim.api.nvim_create_augroup('afterglow.attach', {}),
    callback = function(args)
      local client = vim.lsp.get_client_by_id(args.data.client_id)
      if client and client.name == 'afterglow' then
        require('afterglow.watch').start(client)
        require('afterglow.hints').ask(client, args.buf)
      end
    end,
  })
end

--- What `vim.lsp.config` gets for `afterglow`.
---@return vim.lsp.Config
function M.config()
  attend()
  return {
    cmd = function(dispatchers, client_config)
      return require('afterglow.process').start(config.get().cmd, dispatchers, client_config, function(wanted)
        vim.schedule(function()
          require('afterglow.hints').clear_all()
          require('afterglow.line').clear()
          if not wanted then
            require('afterglow.revive').ended()
          end
        end)
      end)
    end,
    root_dir = root_dir,
    before_init = before_init,
    capabilities = { experimental = { afterglow = { token = true } } },
    handlers = {
      ['afterglow/token'] = on_token,
      ['afterglow/status'] = on_status,
      ['workspace/inlayHint/refresh'] = on_refresh,
    },
    on_exit = function(_, _, id)
      status_of[id] = nil
    end,
  }
end

--- Start the server for a file, or attach the file to the one that runs, where `afterglow` is enabled.
---@param buffer integer
function M.start(buffer)
  if not vim.lsp.is_enabled('afterglow') or vim.bo[buffer].buftype ~= '' then
    return
  end
  local resolved = vim.deepcopy(vim.lsp.config.afterglow)
  local find = type(resolved.root_dir) == 'function' and resolved.root_dir or root_dir
  find(buffer, function(root)
    resolved.root_dir = root
    vim.lsp.start(resolved, { bufnr = buffer, silent = true, reuse_client = resolved.reuse_client })
  end)
end

--- The clients that run, the one of the current file first.
---@return vim.lsp.Client[]
function M.clients()
  local here = vim.lsp.get_clients({ name = 'afterglow', bufnr = 0 })
  local all = vim.lsp.get_clients({ name = 'afterglow' })
  local first = here[1]
  if first then
    all = vim.tbl_filter(function(client)
      return client.id ~= first.id
    end, all)
    table.insert(all, 1, first)
  end
  return all
end

return M
