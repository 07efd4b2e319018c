--- Any text from outside, made fit for one line of a screen.
---
--- The rules are those of the server's own cleaning; it is done again here because what stands between the
--- two is a pipe, and what a status line or a virtual text draws must not depend on who is at its other end.
--- Invariant: what leaves `one_line` has no line break, no control or format character (a joiner inside an
--- emoji excepted), no invisible filler, no `$(` and no `](`; cleaning it again changes nothing.
local unicode = require('afterglow.unicode')

local M = {}

M.COLUMNS = 120

local SCAN_AT_LEAST = 4096
local MARKS_PER_LETTER = 4
local ZWJ, TEXT_STYLE, EMOJI_STYLE = 0x200d, 0xfe0e, 0xfe0f
local ELLIPSIS = '…'
local STYLED = {}
for _, code in ipairs({ 0x23, 0x2a, 0x203c, 0x2049, 0x3030, 0x303d }) do
  STYLED[code] = true
end
for digit = 0x30, 0x39 do
  STYLED[digit] = true
end

local function is_picture(code)
  return code ~= nil and unicode.is('pictures', code)
end

local function is_skin(code)
  return code >= 0x1f3fb and code <= 0x1f3ff
end

--- Code points of a text; what is no UTF-8 is left out.
---@param text string
---@param most integer
---@return integer[]
local function code_points(text, most)
  local codes, at, size = {}, 1, #text
  while at <= size and #codes < most do
    local first = text:byte(at)
    local more = first < 0x80 and 0
      or first >= 0xc2 and first < 0xe0 and 1
      or first >= 0xe0 and first < 0xf0 and 2
      or first >= 0xf0 and first < 0xf5 and 3
      or -1
    local code = more == 0 and first or more > 0 and first % 2 ^ (6 - more) or nil
    for next_at = at + 1, at + more do
      local byte = text:byte(next_at)
      if not code or not byte or byte < 0x80 or byte >= 0xc0 then
        code = nil
        break
      end
      code = code * 64 + byte % 64
    end
    local overlong = code and (more == 2 and code < 0x800 or more == 3 and code < 0x10000)
    if code and not overlong and code <= 0x10ffff then
      codes[#codes + 1] = code
      at = at + more + 1
    else
      at = at + 1
    end
  end
  return codes
end

local ESC, BEL, ST = 0x1b, 0x07, 0x9c
local STRINGS = { [0x9d] = true, [0x90] = true, [0x98] = true, [0x9e] = true, [0x9f] = true }
local AFTER_ESC = { [0x5d] = 0x9d, [0x50] = 0x90, [0x58] = 0x98, [0x5e] = 0x9e, [0x5f] = 0x9f }

local function among(code, low, high)
  return code ~= nil and code >= low and code <= high
end

--- Where a string that begins at `from` ends (the index behind it); nil where it does not.
local function end_of_string(codes, from, rings)
  for at = from, #codes do
    local code = codes[at]
    if code == ST or (rings and code == BEL) then
      return at + 1
    elseif code == ESC then
      return codes[at + 1] == 0x5c and at + 2 or nil
    elseif not rings and code == ST then
      return nil
    end
  end
  return nil
end

--- The index behind the terminal's sequence that begins at `at`; nil where none does.
local function behind_sequence(codes, at)
  local code = codes[at]
  local kind, from = code, at + 1
  if code == ESC then
    local follows = codes[at + 1]
    kind, from = AFTER_ESC[follows] or (follows == 0x5b and 0x9b) or nil, at + 2
  end
  if kind and STRINGS[kind] then
    local behind = end_of_string(codes, from, kind == 0x9d)
    if behind then
      return behind
    end
  elseif kind == 0x9b then
    local last = from
    while among(codes[last], 0x30, 0x3f) do
      last = last + 1
    end
    while among(codes[last], 0x20, 0x2f) do
      last = last + 1
    end
    if among(codes[last], 0x40, 0x7e) then
      return last + 1
    end
  end
  if code ~= ESC then
    return nil
  end
  local last = at + 1
  while among(codes[last], 0x20, 0x2f) do
    last = last + 1
  end
  return among(codes[last], 0x30, 0x7e) and last + 1 or nil
end

--- Without terminal sequences, breaks as blanks, and without what does not show.
local function filtered(codes)
  local out, at = {}, 1
  while at <= #codes do
    local code = codes[at]
    local behind = (code == ESC or among(code, 0x80, 0x9f)) and behind_sequence(codes, at)
    if behind then
      at = behind
    else
      if unicode.is('spaces', code) then
        out[#out + 1] = 0x20
      elseif code == ZWJ or not unicode.is('dropped', code) then
        out[#out + 1] = code
      end
      at = at + 1
    end
  end
  return out
end

--- Without joiners outside emoji, style marks without a base, and marks piled on one letter.
local function joined(codes)
  local out, base, marks = {}, 0x20, 0
  for at, code in ipairs(codes) do
    local before = out[#out]
    if code == ZWJ then
      if is_picture(base) and is_picture(codes[at + 1]) and before ~= ZWJ then
        out[#out + 1] = code
      end
    elseif is_skin(code) and is_picture(base) then
      out[#out + 1] = code
    elseif code == TEXT_STYLE or code == EMOJI_STYLE then
      if before and (is_picture(before) or STYLED[before] or unicode.is('symbols', before)) then
        out[#out + 1] = code
      end
    elseif unicode.is('marks', code) then
      marks = marks + 1
      if base ~= 0x20 and marks <= MARKS_PER_LETTER then
        out[#out + 1] = code
      end
    else
      base, marks = code, 0
      out[#out + 1] = code
    end
  end
  return out
end

local function width(code)
  if code == EMOJI_STYLE then
    return 1
  elseif code == ZWJ or code == TEXT_STYLE or unicode.is('narrow', code) then
    return 0
  end
  return unicode.is('wide', code) and 2 or 1
end

---@param codes integer[]
---@return string
local function text_of(codes)
  local parts = {}
  for at, code in ipairs(codes) do
    parts[at] = vim.fn.nr2char(code, true)
  end
  return table.concat(parts)
end

local function columns_of(codes, first, last)
  local total = 0
  for at = first, last do
    total = total + width(codes[at])
  end
  return total
end

--- Whether a character belongs to the one before it.
local function clings(codes, at)
  local code = codes[at]
  return at > 1
    and (
      code == ZWJ
      or code == TEXT_STYLE
      or code == EMOJI_STYLE
      or codes[at - 1] == ZWJ
      or is_skin(code)
      or unicode.is('marks', code)
    )
end

local function cut(codes, limit)
  if columns_of(codes, 1, #codes) <= limit then
    return text_of(codes)
  end
  local taken, used, first = 0, 0, 1
  while first <= #codes do
    local last = first
    while last < #codes and clings(codes, last + 1) do
      last = last + 1
    end
    used = used + columns_of(codes, first, last)
    if used > limit - 1 then
      break
    end
    taken, first = last, last + 1
  end
  local space = -1
  for at = taken, 1, -1 do
    if codes[at] == 0x20 then
      space = at - 1
      break
    end
  end
  -- A word boundary is worth up to half the line; beyond that a cut word tells more.
  if taken < #codes and codes[taken + 1] ~= 0x20 and space * 2 >= taken then
    taken = space
  end
  local head = text_of(vim.list_slice(codes, 1, taken))
  return (head:gsub('[ ,;:%-%(]+$', '')) .. ELLIPSIS
end

--- `text` as one clean line; a line that was cut ends in `…`. Never raises, and anything but a text is empty.
---@param text any
---@param limit? integer columns, 120 where nothing else is said
---@return string
function M.one_line(text, limit)
  limit = limit or M.COLUMNS
  if type(text) ~= 'string' or limit < 1 then
    return ''
  end
  local codes = joined(filtered(code_points(text, math.max(SCAN_AT_LEAST, limit * 8))))
  local words = vim.split(text_of(codes), ' ', { plain = true, trimempty = false })
  words = vim.tbl_filter(function(word)
    return word ~= ''
  end, words)
  local safe = table.concat(words, ' '):gsub('%$+%(', '('):gsub('%]%(', '] (')
  return cut(code_points(safe, #safe), limit)
end

--- A clean line as a status line takes it: a `%` there begins an item, which may run code.
---@param line string
---@return string
function M.for_statusline(line)
  return (line:gsub('%%', '%%%%'))
end

return M
