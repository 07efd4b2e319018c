vim9script
# Text from the server, made fit for one line of a screen: the second lock on a door that the server has shut.
# Invariant: what leaves OneLine() has no line break, no control, format or private character, no filler that
# draws nothing, and at most so many columns.

const COLUMNS = 120
const SCANNED = 4096

# OSC, DCS, SOS, PM and APC with their text; CSI; the two-byte rest.
const ESCAPES = '\%(\%x1b\]\|\%x9d\)[^\x07\x1b\x9c]*\%(\%x07\|\%x1b\\\|\%x9c\)'
  .. '\|\%(\%x1b[PX^_]\|[\x90\x98\x9e\x9f]\)[^\x1b\x9c]*\%(\%x1b\\\|\%x9c\)'
  .. '\|\%(\%x1b\[\|\%x9b\)[0-?]*[ -/]*[@-~]'
  .. '\|\%x1b[ -/]*[0-~]'
const SPACES = '[\x09-\x0d\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]\+'
# In pairs, first and last. \x00 cannot be in a text of Vim's.
const DROPPED = [
  [0x01, 0x1f], [0x7f, 0x9f], [0xad, 0xad], [0x34f, 0x34f], [0x600, 0x605], [0x61c, 0x61c], [0x6dd, 0x6dd],
  [0x70f, 0x70f], [0x890, 0x891], [0x8e2, 0x8e2], [0x115f, 0x1160], [0x17b4, 0x17b5], [0x180b, 0x180f],
  [0x200b, 0x200f], [0x202a, 0x202e], [0x2060, 0x206f], [0x2800, 0x2800], [0x3164, 0x3164],
  [0xd800, 0xf8ff], [0xfe00, 0xfe0d], [0xfeff, 0xfeff], [0xffa0, 0xffa0], [0xfff0, 0xfffb],
  [0xfffe, 0xffff], [0x110bd, 0x110bd], [0x110cd, 0x110cd], [0x13430, 0x1345f], [0x1bca0, 0x1bca3],
  [0x1d159, 0x1d159], [0x1d173, 0x1d17a], [0xe0000, 0x10ffff],
]

export def OneLine(text: any, limit: number = COLUMNS): string
  if type(text) != v:t_string || limit < 1
    return ''
  endif
  var seen = strcharpart(text, 0, SCANNED)->substitute(ESCAPES, '', 'g')->substitute(SPACES, ' ', 'g')
  return seen->str2list()->filter((_, code) => !Dropped(code))->list2str()
    ->substitute(' \+', ' ', 'g')->trim(' ')->Cut(limit)
enddef

# Lines of an answer, each one clean.
export def Lines(texts: list<any>): list<string>
  return texts->mapnew((_, text) => OneLine(text))->filter((_, text) => text != '')
enddef

def Dropped(code: number): bool
  for [first, last] in DROPPED
    if code < first
      return false
    elseif code <= last
      return true
    endif
  endfor
  return code > 0x10ffff
enddef

def Cut(text: string, limit: number): string
  if strdisplaywidth(text) <= limit
    return text
  endif
  var head = text
  while strdisplaywidth(head) > limit - 1
    head = strcharpart(head, 0, strchars(head, true) - 1, true)
  endwhile
  return head->substitute('[ ,;:(-]\+$', '', '') .. '…'
enddef
