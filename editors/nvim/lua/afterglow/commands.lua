--- `:Afterglow`: what can be asked and told, with completion.
---
--- Invariant: a message appears only as the answer to a command that was typed, and it is one or a few clean
--- lines.
local answers = require('afterglow.answers')

local M = {}

local MODES = { 'off', 'quiet', 'normal', 'chatty' }

local function client()
  return require('afterglow.client').clients()[1]
end

local function say(...)
  answers.put({ ... })
end

--- Ask the server to run one of its commands; `then_` gets the result, a refusal is said.
---@param name string without `afterglow.`
---@param argument table
---@param then_ fun(result: any)
local function ask(name, argument, then_)
  local server = client()
  if not server then
    return say(answers.why_no_server())
  end
  server:request('workspace/executeCommand', {
    command = 'afterglow.' .. name,
    arguments = { next(argument) and argument or vim.empty_dict() },
  }, function(err, result)
    if err then
      return say(answers.refusal(err))
    end
    then_(result ~= vim.NIL and result or nil)
  end)
end

local function usage(text)
  return say('Afterglow: use :Afterglow ' .. text)
end

---@type table<string, { run: fun(words: string[]), complete?: fun(): string[], takes?: string }>
local COMMANDS = {}

local function told(token)
  say(token and require('afterglow.line').told(token) or 'Nothing waits.')
end

COMMANDS.next = {
  run = function()
    ask('next', {}, told)
  end,
}

COMMANDS.say = {
  run = function(words)
    if #words == 0 then
      return usage('say {text}')
    end
    ask('say', { text = table.concat(words, ' ') }, told)
  end,
}

COMMANDS.note = {
  run = function(words)
    if #words == 0 then
      return usage('note {text}')
    end
    ask('note', { text = table.concat(words, ' ') }, function()
      say('Kept for the next session here.')
    end)
  end,
}

COMMANDS.why = {
  run = function()
    ask('explain', {}, function(record)
      answers.put(answers.why(record))
    end)
  end,
}

COMMANDS.rate = {
  complete = function()
    return { '1', '2', '3', '4', '5' }
  end,
  run = function(words)
    local score = tonumber(words[1])
    if #words ~= 1 or not score or score % 1 ~= 0 or score < 1 or score > 5 then
      return usage('rate {1 to 5}')
    end
    local newest = require('afterglow.line').newest()
    if not newest then
      return say('There is no line to rate yet.')
    end
    ask('feedback', { id = newest.id, score = score }, function()
      say(('Rated %d: %s'):format(score, newest.text))
    end)
  end,
}

COMMANDS.quiet = {
  complete = function()
    return { '15', '60', '240', 'off' }
  end,
  run = function(words)
    local wanted = words[1]
    local minutes = wanted and wanted ~= 'off' and tonumber(wanted) or nil
    if #words > 1 or (wanted and wanted ~= 'off' and not (minutes and minutes >= 0 and minutes % 1 == 0)) then
      return usage('quiet {minutes} or :Afterglow quiet off')
    end
    ask('dnd', wanted and { minutes = minutes or 'off' } or {}, function(result)
      say(answers.quiet(result))
    end)
  end,
}

COMMANDS.mode = {
  complete = function()
    return MODES
  end,
  run = function(words)
    if #words > 1 or (words[1] and not vim.list_contains(MODES, words[1])) then
      return usage('mode off, quiet, normal or chatty')
    end
    ask('mode', { mode = words[1] }, function(result)
      say(
        ('Mode %s%s.'):format(
          type(result) == 'table' and result.mode or 'unknown',
          words[1] and ', in every window' or ''
        )
      )
    end)
  end,
}

COMMANDS.recipe = {
  complete = function()
    return { 'list', 'start', 'finish' }
  end,
  run = function(words)
    local action, name = words[1] or 'list', words[2]
    if
      not vim.list_contains({ 'list', 'start', 'finish' }, action) or (action ~= 'list') ~= (name ~= nil)
    then
      return usage('recipe list, start {name} or finish {name}')
    end
    ask('recipe', { action = action, name = name }, function(result)
      answers.put(answers.recipe(action, result))
    end)
  end,
}

local function with_snapshot(then_)
  local server = client()
  if not server then
    return say(answers.why_no_server())
  end
  server:request('afterglow/snapshot', vim.empty_dict(), function(err, snapshot)
    answers.put(err and { answers.refusal(err) } or then_(snapshot, server))
  end)
end

COMMANDS.last = {
  run = function()
    with_snapshot(answers.last)
  end,
}

COMMANDS.status = {
  run = function()
    with_snapshot(answers.status)
  end,
}

COMMANDS.report = {
  run = function()
    require('afterglow.pages').report()
  end,
}

COMMANDS.log = {
  run = function()
    require('afterglow.pages').log()
  end,
}

COMMANDS.restart = {
  run = function()
    require('afterglow.revive').restart()
  end,
}

--- Run `:Afterglow` with these words.
---@param words string[]
function M.run(words)
  local name = words[1] or 'status'
  local command = COMMANDS[name]
  if not command then
    local known = table.concat(M.names(), ', ')
    return say(('Afterglow: %s is none of %s'):format(require('afterglow.clean').one_line(name, 40), known))
  end
  command.run(vim.list_slice(words, 2))
end

---@return string[]
function M.names()
  local names = vim.tbl_keys(COMMANDS)
  table.sort(names)
  return names
end

--- What may stand where the cursor is.
---@param word string what was typed of it
---@param line string the command line up to it
---@return string[]
function M.complete(word, line)
  local words = vim.split(line:gsub('^.-Afterglow%s*', ''), '%s+')
  local offered = {}
  if #words <= 1 then
    offered = M.names()
  elseif #words == 2 and COMMANDS[words[1]] and COMMANDS[words[1]].complete then
    offered = COMMANDS[words[1]].complete()
  elseif #words == 3 and words[1] == 'recipe' and words[2] ~= 'list' then
    offered = answers.recipes_seen()
  end
  return vim.tbl_filter(function(each)
    return vim.startswith(each, word)
  end, offered)
end

return M
