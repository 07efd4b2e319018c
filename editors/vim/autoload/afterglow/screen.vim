vim9script
# What stands on the screen: the line, and the hint at the end of a line of code.
# Invariant: all of it was cleaned here, none of it takes the cursor, a key or the user's text.

import autoload './clean.vim'
import autoload './client.vim'
import autoload './settings.vim'
import autoload './uris.vim'

const HINT = 'afterglow_hint'
const HINT_COLUMNS = 100

var line = ''
var ending = 0
var newest: dict<any> = {}

export def Line(): string
  return line
enddef

# The token whose line was shown last; {} for none.
export def Newest(): dict<any>
  return newest
enddef

# A line came: it stands until its time is over or the next one comes.
export def Token(token: any)
  if type(token) != v:t_dict
    return
  endif
  newest = token
  Show(get(token, 'response', ''), get(token, 'ttlMs', 0))
enddef

# Show any text of ours for so many ms; 0: until the next.
export def Show(text: any, ttl: any)
  line = clean.OneLine(text)
  timer_stop(ending)
  if type(ttl) == v:t_number && ttl > 0
    ending = timer_start(ttl, (_) => Clear())
  endif
  Redraw()
enddef

export def Clear()
  timer_stop(ending)
  var was = line
  line = ''
  if was != ''
    Redraw(was)
  endif
enddef

var echoed = ''

# In the status line, where it has a place for it; else, unless somebody is typing, in the line below.
def Redraw(was: string = '')
  if (&statusline .. getwinvar(winnr(), '&statusline') .. &tabline .. &rulerformat) =~? 'afterglow'
    redrawstatus!
    return
  endif
  if mode() !~ '^n'
    return
  endif
  if line == '' && echoed == ''
    return
  endif
  # A line of the full width would end in "Press ENTER".
  echoed = clean.OneLine(line, max([&columns - 20, 10]))
  redraw
  echo echoed
enddef

# -- hints ---------------------------------------------------------------------------------------------------

# Ask where a hint belongs, for every buffer in a window.
export def AskHints()
  if !settings.Get('hints')
    return
  endif
  for buffer in tabpagebuflist()->sort()->uniq()
    if client.IsOpen(buffer)
      var lines = getbufinfo(buffer)[0].linecount
      var params = {
        textDocument: {uri: uris.OfBuffer(buffer)},
        range: {start: {line: 0, character: 0}, end: {line: lines, character: 0}},
      }
      client.Request('textDocument/inlayHint', params, (result) => Hints(buffer, result))
    endif
  endfor
enddef

def Hints(buffer: number, result: any)
  Wipe(buffer)
  if type(result) != v:t_list || !bufloaded(buffer)
    return
  endif
  for hint in result
    if type(hint) != v:t_dict
      continue
    endif
    var place = get(hint, 'position', {})
    var number = type(place) == v:t_dict ? get(place, 'line', -1) : -1
    var text = clean.OneLine(get(hint, 'label', ''), HINT_COLUMNS)
    if type(number) == v:t_number && number >= 0 && number < getbufinfo(buffer)[0].linecount && text != ''
      prop_add(number + 1, 0, {
        type: HINT, bufnr: buffer, text: text,
        text_align: 'after', text_padding_left: 1, text_wrap: 'truncate',
      })
    endif
  endfor
  redraw
enddef

def Wipe(buffer: number)
  if empty(prop_type_get(HINT))
    prop_type_add(HINT, {highlight: 'AfterglowHint'})
  endif
  if bufloaded(buffer)
    prop_remove({type: HINT, bufnr: buffer, all: true})
  endif
enddef

# The server is gone: nothing of it stays.
export def Leave()
  Clear()
  for info in getbufinfo({bufloaded: true})
    Wipe(info.bufnr)
  endfor
enddef
