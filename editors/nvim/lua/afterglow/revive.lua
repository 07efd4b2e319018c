--- A server that ended by itself is started again: after 1, 5 and 30 s, four times in ten minutes at most.
---
--- Invariant: all of it is silent; after the last attempt nothing is started until it is asked for.
local M = {}

local MOST, WITHIN_MS = 4, 10 * 60 * 1000

---@type integer[] when it ended, in ms of the monotonic clock
local ends = {}
local given_up = false
---@type uv.uv_timer_t?
local timer

local function rest()
  if timer then
    timer:stop()
    timer:close()
    timer = nil
  end
end

--- Start the server for every file that is open.
local function start_all()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) then
      require('afterglow.client').start(buffer)
    end
  end
end

--- Whether it was given up, because it ended too often.
---@return boolean
function M.given_up()
  return given_up
end

--- The server ended though nobody asked it to.
function M.ended()
  if vim.v.exiting ~= vim.NIL then
    return
  end
  local now = vim.uv.now()
  ends = vim.tbl_filter(function(at)
    return now - at < WITHIN_MS
  end, ends)
  ends[#ends + 1] = now
  local waits = require('afterglow.config').get().restart_after_seconds
  if #ends > MOST or #waits == 0 then
    given_up = true
    return
  end
  rest()
  timer = assert(vim.uv.new_timer())
  timer:start(
    math.floor(waits[math.min(#ends, #waits)] * 1000),
    0,
    vim.schedule_wrap(function()
      rest()
      start_all()
    end)
  )
end

--- Stop what runs and start it again, as if nothing had happened before.
function M.restart()
  rest()
  ends, given_up = {}, false
  local clients = vim.lsp.get_clients({ name = 'afterglow', _uninitialized = true })
  for _, client in ipairs(clients) do
    client:stop()
  end
  -- A client that is stopping would be used again: the next one waits until it is gone.
  local tries = 0
  local function when_gone()
    tries = tries + 1
    local left = vim.tbl_filter(function(client)
      return vim.lsp.get_client_by_id(client.id) ~= nil
    end, clients)
    if #left == 0 then
      start_all()
    elseif tries < 100 then
      if tries == 50 then
        for _, client in ipairs(left) do
          client:stop(true)
        end
      end
      vim.defer_fn(when_gone, 50)
    end
  end
  when_gone()
end

return M
