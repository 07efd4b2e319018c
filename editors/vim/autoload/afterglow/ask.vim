vim9script
# :Afterglow and its menu. Invariant: each answer is a line or a small window that Escape closes; no :messages.

import autoload './clean.vim'
import autoload './client.vim'
import autoload './screen.vim'
import autoload './settings.vim'

const ANSWER_MS = 8000
const MODES = ['off', 'quiet', 'normal', 'chatty']
const MENU = [
  ['Another line', 'next'],
  ['Why this line, or why none', 'why'],
  ['Rate the last line', 'rate'],
  ['The last lines', 'last'],
  ['Quiet for an hour', 'quiet'],
  ['How much is said', 'mode'],
]
const SCORES = ['5  more like this', '4', '3', '2', '1  never again']

export def Complete(lead: string, line: string, _: number): list<string>
  var words = split(line[: -1 - len(lead)])
  var known = len(words) == 1 ? ['menu', 'next', 'why', 'rate', 'last', 'quiet', 'mode', 'note', 'restart', 'stop', 'log']
    : words[1] == 'mode' ? MODES
    : words[1] == 'rate' ? ['1', '2', '3', '4', '5']
    : words[1] == 'quiet' ? ['60', 'off']
    : []
  return known->copy()->filter((_, word) => stridx(word, lead) == 0)
enddef

export def Command(words: string)
  var name = matchstr(words, '^\S*')
  var rest = trim(strpart(words, len(name)))
  if name == 'restart'
    client.Restart()
  elseif name == 'stop'
    client.Stop()
  elseif name == 'log'
    Window('Afterglow: what the server wrote', client.Log())
  elseif !client.Ready()
    Say(client.Problem() != '' ? client.Problem()
      : client.Starting() ? 'Afterglow is starting; ask again in a moment.'
      : 'Afterglow starts with the first file of a git repository.')
  elseif name == '' || name == 'menu'
    Menu()
  elseif name == 'next'
    client.Request('afterglow/next', {}, (token) => Told(token))
  elseif name == 'why'
    Why()
  elseif name == 'rate'
    Rate(rest)
  elseif name == 'last'
    client.Request('afterglow/snapshot', {}, (seen) => Last(seen))
  elseif name == 'quiet'
    Run('afterglow.dnd', rest == '' ? {} : {minutes: rest =~ '^\d\+$' ? str2nr(rest) : rest}, (answer) => Quiet(answer))
  elseif name == 'mode'
    Mode(rest)
  elseif name == 'note'
    Run('afterglow.note', {text: rest}, (_) => Say('Kept for the next session here.'))
  else
    Say($'Afterglow has no {clean.OneLine(name, 20)}; :Afterglow shows what it has.')
  endif
enddef

# -- what is asked -------------------------------------------------------------------------------------------

def Run(command: string, argument: dict<any>, Then: func(any): void)
  client.Request('workspace/executeCommand', {command: command, arguments: [argument]}, Then,
    (message) => Say($'Not done: {message}'))
enddef

def Told(token: any)
  if type(token) == v:t_dict
    screen.Token(token)
  else
    Say('Nothing to say just now.')
  endif
enddef

def Why()
  var id = get(screen.Newest(), 'id', '')
  client.Request('afterglow/explain', id == '' ? {} : {id: id}, (found) => Explained(found),
    (message) => Say($'Not known: {message}'))
enddef

def Explained(found: any)
  if type(found) != v:t_dict
    return
  endif
  var event = type(get(found, 'event', v:null)) == v:t_dict ? found.event : {}
  var token = type(get(found, 'token', v:null)) == v:t_dict ? found.token : {}
  var about = ['kind', 'label', 'status']->mapnew((_, key) => get(event, key, ''))
    ->filter((_, word) => type(word) == v:t_string && word != '')
  var shut = get(found, 'gates', [])->copy()
    ->filter((_, gate) => type(gate) == v:t_dict && !get(gate, 'pass', true))
    ->mapnew((_, gate) => $'against it: {get(gate, "reason", "")}')
  Window('Afterglow: why', [
    empty(token) ? 'no line' : get(token, 'response', ''),
    $'reason: {get(found, "reason", "")}',
    empty(about) ? '' : $'about: {join(about, " ")}',
  ] + (get(token, 'byModel', v:false) == v:true ? ['the warm words are written by a model'] : []) + shut)
enddef

def Rate(score: string)
  var id = get(screen.Newest(), 'id', '')
  if id == ''
    Say('No line was shown here yet.')
  elseif score =~ '^[1-5]$'
    Run('afterglow.feedback', {id: id, score: str2nr(score)}, (_) => Say($'Rated {score}.'))
  else
    Choose('Rate: ' .. clean.OneLine(get(screen.Newest(), 'response', ''), 60), SCORES,
      (index) => Rate(SCORES[index][0]))
  endif
enddef

def Last(seen: any)
  var tokens = type(seen) == v:t_dict ? get(seen, 'last', []) : []
  Window('Afterglow: the last lines', empty(tokens) ? ['none yet']
    : tokens->mapnew((_, token) => type(token) == v:t_dict ? get(token, 'response', '') : ''))
enddef

def Quiet(answer: any)
  var time = type(answer) == v:t_dict ? get(answer, 'until', v:null) : v:null
  if type(time) != v:t_string
    Say('Lines may come again.')
    return
  endif
  # strptime() takes it for local time.
  var seconds = strptime('%Y-%m-%dT%H:%M:%S', strpart(time, 0, 19))
  seconds += Offset(seconds)
  screen.Clear()
  Say($'Quiet until {strftime("%H:%M", seconds)}.')
enddef

# How many seconds local time is ahead of UTC then.
def Offset(at: number): number
  var zone = strftime('%z', at)
  return (str2nr(zone[0] .. '1')) * (str2nr(zone[1 : 2]) * 3600 + str2nr(zone[3 : 4]) * 60)
enddef

def Mode(wanted: string)
  if wanted == ''
    var now = get(client.Status(), 'mode', '')
    Choose($'Mode (now {now})', MODES, (index) => Mode(MODES[index]))
    return
  endif
  Run('afterglow.mode', {mode: wanted}, (answer) => {
    screen.Clear()
    Say($'Mode: {clean.OneLine(get(answer, "mode", wanted), 20)}.')
  })
enddef

# -- how it is answered --------------------------------------------------------------------------------------

def Say(text: string)
  screen.Show(text, ANSWER_MS)
enddef

def Menu()
  var state = client.Status()
  var title = $'Afterglow ({clean.OneLine(get(state, "mode", ""), 10)})'
  Choose(title, MENU->mapnew((_, item) => item[0]), (index) => Command(MENU[index][1]))
enddef

def Choose(title: string, rows: list<string>, Then: func(number): void)
  popup_menu(rows, {
    title: $' {title} ', padding: [0, 1, 0, 1],
    callback: (_, chosen) => {
      if chosen > 0
        Then(chosen - 1)
      endif
    },
  })
enddef

def Window(title: string, rows: list<any>)
  var shown = clean.Lines(rows)
  popup_atcursor(empty(shown) ? ['nothing'] : shown, {
    title: $' {title} ', padding: [0, 1, 0, 1], border: [], mapping: false, moved: 'any', close: 'click',
    pos: 'botleft', filter: (id, key) => {
      if key == "\<Esc>" || key == 'q'
        popup_close(id)
        return true
      endif
      return false
    },
  })
enddef
