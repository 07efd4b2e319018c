--- The line that is shown now, and how long.
---
--- Invariant: there is at most one line and one timer; who draws it is told once a change, and nothing runs
--- while there is none.
local clean = require('afterglow.clean')

local M = {}

---@class afterglow.Line
---@field id string the token's id, for a rating
---@field text string one clean line
---@field short? string the same, cut to the columns of a status line

---@type afterglow.Line?
local now
---@type afterglow.Line?
local newest
---@type uv.uv_timer_t?
local timer

local function changed()
  vim.api.nvim_exec_autocmds('User', { pattern = 'AfterglowLine', modeline = false })
  vim.cmd.redrawstatus({ bang = true })
end

local function rest()
  if timer then
    timer:stop()
    timer:close()
    timer = nil
  end
end

--- Take the line away.
function M.clear()
  rest()
  if now then
    now = nil
    changed()
  end
end

--- Show what a token says, until its time is over (`ttlMs`, 0: until the next) or the next one comes.
---@param token any as the server sent it
function M.show(token)
  if type(token) ~= 'table' then
    return
  end
  local text = clean.one_line(token.response)
  if text == '' then
    return
  end
  rest()
  now = { id = type(token.id) == 'string' and token.id or '', text = text }
  newest = now
  now.short = clean.one_line(text, require('afterglow.config').get().columns)
  local ttl = tonumber(token.ttlMs) or 20000
  if ttl > 0 then
    timer = assert(vim.uv.new_timer())
    timer:start(ttl, 0, vim.schedule_wrap(M.clear))
  end
  changed()
end

--- Keep a token that was asked for as the newest line, without showing it in the status line.
---@param token table
---@return string text
function M.told(token)
  local text = clean.one_line(token.response)
  newest = { id = type(token.id) == 'string' and token.id or '', text = text }
  return text
end

--- The line of this moment, cut to the columns that the options allow; empty when there is none.
---@return string
function M.text()
  return now and now.short or ''
end

--- The newest line that was told here, shown or not.
---@return afterglow.Line?
function M.newest()
  return newest
end

return M
