--- What `:Afterglow` answers, as lines. Invariant: whatever the server sent, each is one clean line.
local clean = require('afterglow.clean')

local M = {}

---@type string[]
local recipes = {}

--- Write lines where a typed command is answered.
---@param lines string[]
function M.put(lines)
  local chunks = {}
  for at, line in ipairs(lines) do
    chunks[#chunks + 1] = { (at > 1 and '\n' or '') .. clean.one_line(line, 200) }
  end
  vim.api.nvim_echo(chunks, true, {})
end

--- Why there is nobody to ask.
---@return string
function M.why_no_server()
  if not vim.lsp.is_enabled('afterglow') then
    return 'Afterglow is not enabled; see :help afterglow-setup'
  elseif require('afterglow.revive').given_up() then
    return 'The server ended too often and is left alone; :Afterglow restart tries again'
  elseif not require('afterglow.client').can_start() then
    return ('%s is not on the PATH; :checkhealth afterglow says more'):format(
      require('afterglow.config').get().cmd[1]
    )
  end
  return 'No server runs here; it starts with the first file of a project'
end

--- An error of the server.
---@param err table
---@return string
function M.refusal(err)
  return 'Afterglow: ' .. clean.one_line(type(err.message) == 'string' and err.message or 'no answer', 160)
end

local function clock(iso)
  local year, month, day, hour, minute, second = tostring(iso):match('(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)')
  if not year then
    return ''
  end
  local as_local = os.time({
    year = tonumber(year),
    month = tonumber(month),
    day = tonumber(day),
    hour = tonumber(hour),
    min = tonumber(minute),
    sec = tonumber(second),
    isdst = false,
  })
  local now = os.time()
  local utc = os.date('!*t', now)
  utc.isdst = false
  return os.date('%H:%M', as_local + os.difftime(now, os.time(utc --[[@as osdateparam]]))) --[[@as string]]
end

--- When a pause is over.
---@param result any
---@return string
function M.quiet(result)
  local till = type(result) == 'table' and result['until']
  return type(till) == 'string' and ('Quiet until %s.'):format(clock(till)) or 'No longer quiet.'
end

local SOURCES = {
  news = 'it tells what nobody had typed',
  reminder = 'a session began, and the one before left this',
  queue_hit = 'a line that waited in the queue',
  compliment = 'a compliment that was due',
  cpu_glow = 'a line for a moment like this',
  cpu_repo = 'a line from the banks',
  gift = 'a gift, since what was said was not clear',
}

local function about(event)
  local words = { tostring(event.kind) }
  for _, more in ipairs({ event.label or vim.NIL, event.status or vim.NIL }) do
    if type(more) == 'string' then
      words[#words + 1] = more
    end
  end
  return ('About: %s, at %s.'):format(table.concat(words, ', '), clock(event.at))
end

--- Why the newest line, or why none.
---@param record any
---@return string[]
function M.why(record)
  local token = type(record) == 'table' and type(record.token) == 'table' and record.token or nil
  local event = type(record) == 'table' and type(record.event) == 'table' and record.event or nil
  if not token and not event then
    return { 'Nothing happened here yet.' }
  end
  local lines = {}
  if token then
    lines[1] = clean.one_line(token.response)
    local why = SOURCES[token.source] or clean.one_line(token.source)
    lines[2] = ('Why: %s%s.'):format(event and '' or 'you asked for it; ', why)
    if token.byModel == true then
      lines[3] = 'The warm words are written by a model.'
    end
  else
    lines[1] = ('No line was shown: %s.'):format(clean.one_line(record.reason))
  end
  if event then
    lines[#lines + 1] = about(event)
  end
  for _, gate in ipairs(type(record.gates) == 'table' and record.gates or {}) do
    if gate.pass == false and gate.reason ~= record.reason then
      lines[#lines + 1] = ('Against it: %s.'):format(clean.one_line(gate.reason))
    end
  end
  return lines
end

--- The last lines of this project, oldest first.
---@param snapshot any
---@return string[]
function M.last(snapshot)
  local lines = {}
  local last = type(snapshot) == 'table' and snapshot.last
  for _, token in ipairs(type(last) == 'table' and last or {}) do
    table.insert(lines, 1, ('%s %s'):format(clock(token.createdAt), clean.one_line(token.response)))
  end
  return #lines > 0 and lines or { 'No line was shown here yet.' }
end

--- How it stands.
---@param snapshot any
---@param client vim.lsp.Client
---@return string[]
function M.status(snapshot, client)
  if type(snapshot) ~= 'table' then
    return { 'The server has not opened its records yet.' }
  end
  local status = require('afterglow.client').status(client) or {}
  local lines = {
    ('mode %s, %s, %s'):format(
      snapshot.mode or 'unknown',
      snapshot.health or 'unknown',
      client.root_dir or ''
    ),
  }
  for _, problem in ipairs(status.problems or {}) do
    lines[#lines + 1] = clean.one_line(problem)
  end
  local on = {}
  for _, sensor in ipairs(type(snapshot.sensors) == 'table' and snapshot.sensors or {}) do
    if sensor.on then
      on[#on + 1] = tostring(sensor.name)
    end
  end
  lines[#lines + 1] = 'Seen: ' .. (#on > 0 and table.concat(on, ', ') or 'nothing')
  for _, red in ipairs(type(snapshot.red) == 'table' and snapshot.red or {}) do
    lines[#lines + 1] = ('Red: %s since %s'):format(clean.one_line(red.label or red.job), clock(red.since))
  end
  return lines
end

--- What came of a recipe.
---@param action string
---@param result any
---@return string[]
function M.recipe(action, result)
  if action ~= 'list' then
    local done = type(result) == 'table' and result.changed
    local name = type(result) == 'table' and result.name or ''
    local already = action == 'start' and 'was under way already' or 'was not under way'
    local now = action == 'start' and 'is under way' or 'is finished'
    return { ('%s %s.'):format(name, done and now or already) }
  end
  local lines = {}
  recipes = {}
  for _, recipe in ipairs(type(result) == 'table' and result or {}) do
    recipes[#recipes + 1] = clean.one_line(recipe.name, 80)
    lines[#lines + 1] = ('%s%s'):format(recipe.name, recipe.open and ', under way' or '')
  end
  return #lines > 0 and lines or { 'No recipe is known.' }
end

--- The names of the recipes that were listed last, for completion.
---@return string[]
function M.recipes_seen()
  return recipes
end

return M
