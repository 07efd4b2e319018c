--- What is noticed for the server, switched on with its first file.
---
--- Invariant: it is switched on once, listens to Neovim's own events only, and has no timer of its own at
--- rest.
local config = require('afterglow.config')

local M = {}

---@type table<string, boolean>
local on = {}
---@type table<integer, boolean>
local greeted = {}

--- Notice what the options allow, and tell a new client where the user is.
---@param client vim.lsp.Client
function M.start(client)
  local reports = config.get().report
  for what, wanted in pairs(reports) do
    if wanted and not on[what] then
      on[what] = true
      require('afterglow.watch.' .. what).start()
    end
  end
  if not on.hints then
    on.hints = true
    vim.api.nvim_create_autocmd('BufWinEnter', {
      group = vim.api.nvim_create_augroup('afterglow.watch', {}),
      callback = function(args)
        for _, each in ipairs(vim.lsp.get_clients({ name = 'afterglow', bufnr = args.buf })) do
          require('afterglow.hints').ask(each, args.buf)
        end
      end,
    })
  end
  if not greeted[client.id] then
    greeted[client.id] = true
    if reports.focus then
      require('afterglow.watch.focus').greet(client)
    end
  end
end

return M
