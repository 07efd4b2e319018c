--- What a configuration calls: `setup`, and the line for status lines of all kinds.
local M = {}

--- Set options and start the server where a file is open. All options are optional, and so is this call:
--- `vim.lsp.enable('afterglow')` alone does with the defaults.
---@param options? table
function M.setup(options)
  require('afterglow.config').set(options)
  -- In an older Neovim there is none: `:checkhealth` says so.
  if vim.lsp.enable then
    vim.lsp.enable('afterglow')
  end
end

--- The line of this moment as it is; empty when there is none.
---@return string
function M.line()
  return require('afterglow.line').text()
end

--- The line of this moment for a status line, where `%` has a meaning; empty when there is none.
---@return string
function M.statusline()
  return require('afterglow.clean').for_statusline(M.line())
end

--- A component for Heirline; it is drawn when the line changes and at no other time.
---@return table
function M.heirline()
  return {
    condition = function()
      return M.line() ~= ''
    end,
    provider = function()
      return ' ' .. M.statusline() .. ' '
    end,
    update = {
      'User',
      pattern = 'AfterglowLine',
      callback = vim.schedule_wrap(function()
        vim.cmd.redrawstatus({ bang = true })
      end),
    },
  }
end

return M
