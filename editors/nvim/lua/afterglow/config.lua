--- The options: what they are, what was set, and what is wrong with what was set.
---
--- Invariant: a bad option is one line in `problems()` and its default is used; nothing here raises or
--- speaks.
local clean = require('afterglow.clean')

local M = {}

---@class afterglow.Reports
---@field make boolean outcomes of `:make`
---@field terminals boolean commands that end in a `:terminal`
---@field focus boolean whether this Neovim is in front, and with which file
---@field diagnostics boolean how many errors and warnings there are

---@class afterglow.Options
---@field cmd string[] how the server is started
---@field settings table<string, any> the server's own settings
---@field trust 'full'|'restricted'|fun(root: string): 'full'|'restricted' whether files of a folder are read
---@field root_markers string[] what marks the top of a project
---@field hints boolean whether an outcome is shown at the end of its line
---@field report afterglow.Reports what is told to the server
---@field columns integer the most columns of a line in a status line
---@field restart_after_seconds integer[] the waits before a server that ended is started again

---@return afterglow.Options
local function defaults()
  return {
    cmd = { 'afterglow', 'lsp' },
    settings = {},
    trust = 'full',
    root_markers = { '.git' },
    hints = true,
    report = { make = true, terminals = true, focus = true, diagnostics = true },
    columns = 80,
    restart_after_seconds = { 1, 5, 30 },
  }
end

local function is_list_of(kind)
  return function(value)
    return vim.islist(value)
      and #value > 0
      and vim.iter(value):all(function(each)
        return type(each) == kind
      end)
  end
end

local function is_a(kind)
  return function(value)
    return type(value) == kind
  end
end

---@type table<string, { fits: (fun(value: any): boolean), wants: string }>
local RULES = {
  cmd = { fits = is_list_of('string'), wants = "a list of words, such as { 'afterglow', 'lsp' }" },
  settings = { fits = is_a('table'), wants = "a table, such as { mode = 'quiet' }" },
  trust = {
    fits = function(value)
      return value == 'full' or value == 'restricted' or type(value) == 'function'
    end,
    wants = "'full', 'restricted' or a function of the folder",
  },
  root_markers = { fits = is_list_of('string'), wants = "a list of names, such as { '.git' }" },
  hints = { fits = is_a('boolean'), wants = 'true or false' },
  columns = {
    fits = function(value)
      return type(value) == 'number' and value >= 1 and value % 1 == 0
    end,
    wants = 'a whole number from 1',
  },
  restart_after_seconds = {
    fits = function(value)
      return vim.islist(value)
        and vim.iter(value):all(function(each)
          return type(each) == 'number' and each >= 0
        end)
    end,
    wants = 'a list of numbers, such as { 1, 5, 30 }; {} for never',
  },
}

---@type afterglow.Options?
local used
---@type string[]
local wrong = {}
---@type table?
local given

local function shown(value)
  return clean.one_line(vim.inspect(value):gsub('%s+', ' '), 40)
end

local function nearest(name, known)
  for each in vim.spairs(known) do
    local near = vim.startswith(each, name) or vim.startswith(name, each)
    if near or each:lower():gsub('_', '') == name:lower():gsub('[_-]', '') then
      return ('; did you mean %s?'):format(each)
    end
  end
  return ''
end

local function take(options, into)
  for name, value in vim.spairs(options) do
    local rule = RULES[name]
    if name == 'report' then
      if type(value) ~= 'table' then
        wrong[#wrong + 1] = ('report must be a table, such as { make = false }; it is %s'):format(
          shown(value)
        )
      else
        for what, on in vim.spairs(value) do
          if into.report[what] == nil then
            wrong[#wrong + 1] = ('report.%s is not an option%s'):format(
              clean.one_line(tostring(what), 40),
              nearest(tostring(what), into.report)
            )
          elseif type(on) ~= 'boolean' then
            wrong[#wrong + 1] = ('report.%s must be true or false; it is %s'):format(what, shown(on))
          else
            into.report[what] = on
          end
        end
      end
    elseif not rule then
      wrong[#wrong + 1] = ('%s is not an option%s'):format(
        clean.one_line(tostring(name), 40),
        nearest(tostring(name), into)
      )
    elseif not rule.fits(value) then
      wrong[#wrong + 1] = ('%s must be %s; it is %s'):format(name, rule.wants, shown(value))
    else
      into[name] = vim.deepcopy(value)
    end
  end
end

--- Take what `setup` was given. Options that are not named keep their defaults.
---@param options? table
function M.set(options)
  given, used = options, nil
end

--- The options in force: the defaults, over them `vim.g.afterglow` where that is a table, over them
--- `setup`'s.
---@return afterglow.Options
function M.get()
  if used then
    return used
  end
  local made = defaults()
  wrong = {}
  for name, options in pairs({ ['vim.g.afterglow'] = vim.g.afterglow or {}, setup = given or {} }) do
    if type(options) ~= 'table' then
      wrong[#wrong + 1] = ('%s must hold a table of options; it is %s'):format(name, shown(options))
    end
  end
  for _, options in ipairs({ vim.g.afterglow or {}, given or {} }) do
    if type(options) == 'table' then
      take(options, made)
    end
  end
  used = made
  return used
end

--- What is wrong with the options that were set, a line each.
---@return string[]
function M.problems()
  M.get()
  return vim.deepcopy(wrong)
end

--- Whether the files of a folder may be read. What is not plainly `full` is `restricted`.
---@param root? string
---@return 'full'|'restricted'
function M.trust(root)
  local trust = M.get().trust
  if type(trust) == 'function' then
    local ok, answer = pcall(trust, root or '')
    trust = ok and answer or 'restricted'
  end
  return trust == 'full' and 'full' or 'restricted'
end

return M
