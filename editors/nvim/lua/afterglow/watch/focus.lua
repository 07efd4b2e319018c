--- Whether this Neovim is in front, and with which file.
---
--- Terminals that never tell count as in front, as Neovim itself takes them.
local report = require('afterglow.report')

local M = {}

local in_front = true

local function event(buffer)
  local data = { focused = in_front }
  if buffer then
    data.uri = vim.uri_from_bufnr(buffer)
  end
  return { kind = 'focus', data = data }
end

--- Tell a client that has just come.
---@param client vim.lsp.Client
function M.greet(client)
  local buffer = vim.api.nvim_get_current_buf()
  report.tell(client, event(client.attached_buffers[buffer] and buffer or nil))
end

--- Listen.
function M.start()
  local group = vim.api.nvim_create_augroup('afterglow.focus', {})
  vim.api.nvim_create_autocmd({ 'FocusGained', 'FocusLost' }, {
    group = group,
    callback = function(args)
      in_front = args.event == 'FocusGained'
      for _, client in ipairs(vim.lsp.get_clients({ name = 'afterglow' })) do
        M.greet(client)
      end
    end,
  })
  vim.api.nvim_create_autocmd('BufEnter', {
    group = group,
    callback = function(args)
      for _, client in ipairs(vim.lsp.get_clients({ name = 'afterglow', bufnr = args.buf })) do
        report.tell(client, event(args.buf))
      end
    end,
  })
end

return M
