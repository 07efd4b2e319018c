--- Telling the server what happened here.
---
--- Invariant: an event goes to the one server whose project it happened in, and where that is none, nowhere.
local M = {}

---@class afterglow.Event as `afterglow/event` has it
---@field kind string
---@field label? string
---@field status? 'ok'|'fail'|'cancelled'|'unknown'
---@field exitCode? integer
---@field durationMs? integer
---@field startedAt? string
---@field commandLine? string
---@field data? table

---@class afterglow.Start when something began
---@field clock integer ms of the monotonic clock
---@field at string ISO 8601, UTC

---@return afterglow.Start
function M.begin()
  vim.uv.update_time()
  local seconds, microseconds = vim.uv.gettimeofday()
  local at = os.date('!%Y-%m-%dT%H:%M:%S', seconds)
  return { clock = vim.uv.now(), at = ('%s.%03dZ'):format(at, math.floor(microseconds / 1000)) }
end

--- Add how long something took and when it began.
---@param event afterglow.Event
---@param start? afterglow.Start
---@return afterglow.Event
function M.timed(event, start)
  if start then
    vim.uv.update_time()
    event.durationMs = math.max(0, vim.uv.now() - start.clock)
    event.startedAt = start.at
  end
  return event
end

local function holds(root, path)
  return root and (path == root or vim.startswith(path, root:gsub('/$', '') .. '/'))
end

local function real(path)
  return vim.fs.normalize(vim.uv.fs_realpath(path) or path)
end

--- The client whose project a folder lies in, the innermost; nil where there is none.
---@param folder string
---@return vim.lsp.Client?
function M.client_of(folder)
  local best, longest
  folder = real(folder)
  for _, client in ipairs(vim.lsp.get_clients({ name = 'afterglow' })) do
    local root = client.root_dir and real(client.root_dir)
    if root and holds(root, folder) and #root > (longest or 0) then
      best, longest = client, #root
    end
  end
  return best
end

--- Tell what happened in a folder.
---@param event afterglow.Event
---@param folder? string where; the current one where nothing else is said
function M.send(event, folder)
  local client = M.client_of(folder or vim.fn.getcwd())
  if client then
    client:notify('afterglow/event', event)
  end
end

--- Tell one client.
---@param client vim.lsp.Client
---@param event afterglow.Event
function M.tell(client, event)
  client:notify('afterglow/event', event)
end

return M
