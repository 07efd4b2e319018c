--- How many errors and warnings there are: two numbers, at most once a second and a half, when they change.
local report = require('afterglow.report')

local M = {}

local EVERY_MS = 1500

---@type uv.uv_timer_t?
local timer
---@type table<integer, string>
local told = {}

local function tell()
  local severity = vim.diagnostic.severity
  for _, client in ipairs(vim.lsp.get_clients({ name = 'afterglow' })) do
    local errors, warnings = 0, 0
    for buffer in pairs(client.attached_buffers) do
      if vim.api.nvim_buf_is_valid(buffer) then
        local count = vim.diagnostic.count(buffer)
        errors = errors + (count[severity.ERROR] or 0)
        warnings = warnings + (count[severity.WARN] or 0)
      end
    end
    local sum = ('%d %d'):format(errors, warnings)
    if told[client.id] ~= sum then
      told[client.id] = sum
      report.tell(client, { kind = 'diagnostics', data = { errors = errors, warnings = warnings } })
    end
  end
end

--- Listen.
function M.start()
  vim.api.nvim_create_autocmd('DiagnosticChanged', {
    group = vim.api.nvim_create_augroup('afterglow.diagnostics', {}),
    callback = function()
      if timer then
        return
      end
      timer = assert(vim.uv.new_timer())
      timer:start(
        EVERY_MS,
        0,
        vim.schedule_wrap(function()
          timer:close()
          timer = nil
          tell()
        end)
      )
    end,
  })
end

return M
