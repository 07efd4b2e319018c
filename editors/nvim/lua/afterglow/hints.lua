--- The outcome at the end of its line, drawn by ourselves.
---
--- Neovim's own inlay hints are one switch for all servers, and off by default; where the user has them on,
--- drawing is left to them.
--- Invariant: one hint in a buffer at most; it goes when its line is edited, when the server says so, when
--- Neovim's own hints are turned on, and with the server.
local clean = require('afterglow.clean')

local M = {}

local namespace = vim.api.nvim_create_namespace('afterglow.hints')

---@class afterglow.Hint
---@field mark integer
---@field line string the text of its line when it was drawn

---@type table<integer, afterglow.Hint>
local shown = {}

local function drawn_by_neovim(buffer)
  return vim.lsp.inlay_hint.is_enabled({ bufnr = buffer })
end

--- Look after hints only while there are any.
local function attend()
  local group = vim.api.nvim_create_augroup('afterglow.hints', {})
  if not next(shown) then
    vim.api.nvim_set_decoration_provider(namespace, {})
    return
  end
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI', 'TextChangedP' }, {
    group = group,
    callback = function(args)
      M.check(args.buf)
    end,
  })
  vim.api.nvim_set_decoration_provider(namespace, {
    on_win = function(_, _, buffer)
      if shown[buffer] and drawn_by_neovim(buffer) then
        vim.schedule(function()
          M.clear(buffer)
        end)
      end
      return false
    end,
  })
end

--- Take the hint of a buffer away.
---@param buffer integer
function M.clear(buffer)
  if not shown[buffer] then
    return
  end
  shown[buffer] = nil
  if vim.api.nvim_buf_is_valid(buffer) then
    vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  end
  attend()
end

--- Take all hints away.
function M.clear_all()
  for buffer in pairs(vim.deepcopy(shown)) do
    M.clear(buffer)
  end
end

--- Take the hint away where its line is not what it was.
---@param buffer integer
function M.check(buffer)
  local hint = shown[buffer]
  if not hint then
    return
  end
  local row = vim.api.nvim_buf_get_extmark_by_id(buffer, namespace, hint.mark, {})[1]
  local line = row and vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]
  if line ~= hint.line then
    M.clear(buffer)
  end
end

local function text_of(label)
  if type(label) == 'table' then
    local parts = {}
    for _, part in ipairs(label) do
      parts[#parts + 1] = type(part) == 'table' and tostring(part.value) or ''
    end
    label = table.concat(parts)
  end
  return clean.one_line(label)
end

local function draw(buffer, hints)
  M.clear(buffer)
  local hint = type(hints) == 'table' and hints[1]
  local row = type(hint) == 'table' and vim.tbl_get(hint, 'position', 'line')
  if type(row) ~= 'number' or row < 0 or row >= vim.api.nvim_buf_line_count(buffer) then
    return
  end
  local text = text_of(hint.label)
  if text == '' then
    return
  end
  local mark = vim.api.nvim_buf_set_extmark(buffer, namespace, row, 0, {
    virt_text = { { text, 'AfterglowHint' } },
    virt_text_pos = 'eol',
    hl_mode = 'combine',
    undo_restore = false,
  })
  shown[buffer] = { mark = mark, line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1] }
  attend()
end

--- Ask for the hint of a buffer and draw it.
---@param client vim.lsp.Client
---@param buffer integer
function M.ask(client, buffer)
  if not require('afterglow.config').get().hints or drawn_by_neovim(buffer) then
    return M.clear(buffer)
  end
  if not vim.api.nvim_buf_is_loaded(buffer) then
    return
  end
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  client:request('textDocument/inlayHint', {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    range = {
      start = { line = 0, character = 0 },
      ['end'] = { line = vim.api.nvim_buf_line_count(buffer), character = 0 },
    },
  }, function(err, hints)
    if err or not vim.api.nvim_buf_is_loaded(buffer) then
      return
    end
    if vim.api.nvim_buf_get_changedtick(buffer) ~= tick then
      return M.ask(client, buffer)
    end
    if not drawn_by_neovim(buffer) then
      draw(buffer, hints)
    end
  end, buffer)
end

--- The server has another hint than before, or none.
---@param client_id integer
function M.refresh(client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  if not client then
    return
  end
  for buffer in pairs(client.attached_buffers) do
    if shown[buffer] or vim.fn.bufwinid(buffer) ~= -1 then
      M.ask(client, buffer)
    end
  end
end

return M
