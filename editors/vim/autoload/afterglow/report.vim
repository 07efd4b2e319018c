vim9script
# What happens in Vim that the server cannot see: focus, programs in :terminal, :make.
# Invariant: an outcome that is not proven is reported as unknown, and an ordinary shell not at all.

import autoload './client.vim'
import autoload './settings.vim'
import autoload './uris.vim'

const SHELLS = ['sh', 'bash', 'dash', 'zsh', 'fish', 'ksh', 'tcsh', 'csh', 'nu', 'pwsh']

export def Focus(focused: bool)
  if !settings.Get('report')
    return
  endif
  var data: dict<any> = {focused: focused}
  if client.IsFile(bufnr('%'))
    data.uri = uris.OfBuffer(bufnr('%'))
  endif
  client.Notify('afterglow/event', {kind: 'focus', data: data})
enddef

# -- :terminal -----------------------------------------------------------------------------------------------

export def TerminalOpened(buffer: number)
  var job = term_getjob(buffer)
  if !settings.Get('report') || job == v:null
    return
  endif
  var info = job_info(job)
  var command = get(info, 'cmd', [])
  if empty(command) || (len(command) == 1 && index(SHELLS, fnamemodify(command[0], ':t')) >= 0)
    # A shell tells by its own hook (afterglow hook).
    return
  endif
  var began = reltime()
  var place = uris.OfPath(getcwd())
  var Before: any = get(info, 'exit_cb', '')
  job_setoptions(job, {exit_cb: (done, code) => {
    Command(join(mapnew(command, (_, word) => Quoted(word))), {exitCode: code}, began, place)
    # Whoever asked to be told is told all the same.
    if type(Before) == v:t_func
      call(Before, [done, code])
    endif
  }})
enddef

def Quoted(word: string): string
  return word =~ '^[[:alnum:]_@%+=:,./-]\+$' ? word : shellescape(word)
enddef

def Command(line: string, outcome: dict<any>, began: list<any>, place: string)
  client.Notify('afterglow/event', extend({
    kind: 'command',
    commandLine: line,
    durationMs: float2nr(reltimefloat(reltime(began)) * 1000),
    workspace: place,
  }, outcome))
enddef

# -- :make ---------------------------------------------------------------------------------------------------

var made: list<any> = []

export def MakeBegan()
  made = reltime()
enddef

# Vim pipes :make through tee, whose exit code is then the one it knows: a failure is proven by it or by an error
# in the list, a success only where 'shellpipe' keeps the program's own code.
export def MakeEnded(local: bool)
  if !settings.Get('report') || empty(made)
    return
  endif
  var found = (local ? getloclist(0) : getqflist())
    ->filter((_, item) => item.valid && item.type !~? '^[win]')
  var outcome = v:shell_error != 0 ? {exitCode: v:shell_error}
    : !empty(found) ? {status: 'fail'}
    : &shellpipe =~ 'PIPESTATUS\|pipefail\|pipestatus' || &shellpipe !~ 'tee' ? {exitCode: 0}
    : {status: 'unknown'}
  Command(&makeprg, outcome, made, uris.OfPath(getcwd()))
  made = []
enddef
