vim9script
# The server of this Vim: its process, the documents it knows, and what goes over the wire, by the channels
# that Vim itself has ("lsp" mode).
# Invariant: no text of a document is sent, only which lines changed; a server that dies or cannot start makes
# no message: :Afterglow says what happened.

import autoload './clean.vim'
import autoload './report.vim'
import autoload './screen.vim'
import autoload './settings.vim'
import autoload './uris.vim'

# As often it is started again within so many seconds.
const RESTARTS = 4
const WITHIN_SECONDS = 180
const AGAIN_MS = 500
const LOG_LINES = 20

var job: any = null_job
var ready = false
var stopping = false
var starts: list<number> = []
var folders: list<string> = []
var documents: dict<dict<any>> = {}
var status: dict<any> = {}
var problem = ''
var said: list<string> = []
var asked = 0
var waiting: dict<func(dict<any>): void> = {}

# -- what is asked of it from elsewhere ----------------------------------------------------------------------

export def Ready(): bool
  return ready
enddef

export def Starting(): bool
  return job != null_job && !ready
enddef

# Whether the server knows this buffer.
export def IsOpen(buffer: number): bool
  return ready && has_key(documents, buffer)
enddef

# What afterglow/status said last; {} before that.
export def Status(): dict<any>
  return status
enddef

# Why there is no server, "" where there is one or none was wanted yet.
export def Problem(): string
  return problem
enddef

# The last lines that the server wrote for a human.
export def Log(): list<string>
  return said->copy()
enddef

export def Request(method: string, params: dict<any>, Then: func(any): void, Failed: any = null)
  if ready
    Ask(method, params, (reply) => Answer(reply, Then, Failed))
  endif
enddef

export def Notify(method: string, params: dict<any>)
  if ready
    Send({method: method, params: params})
  endif
enddef

# By an id of our own: Vim's ch_sendexpr() with a callback takes a request of the server that happens to have the
# same id for the answer.
def Ask(method: string, params: dict<any>, Then: func(dict<any>): void)
  asked += 1
  waiting[asked] = Then
  Send({id: asked, method: method, params: params})
enddef

def Answer(reply: dict<any>, Then: func(any): void, Failed: any)
  if has_key(reply, 'error')
    if Failed != null
      call(Failed, [clean.OneLine(type(reply.error) == v:t_dict ? get(reply.error, 'message', '') : '')])
    endif
    return
  endif
  Then(get(reply, 'result', v:null))
enddef

def Send(message: dict<any>)
  try
    ch_sendexpr(job, message)
  catch /^Vim\%((\S\+)\)\=:E\%(630\|631\|906\|900\)/
    # The pipe broke: that the process ended is told next.
  endtry
enddef

# -- the process ---------------------------------------------------------------------------------------------

# A file of a repository is here: it has a server from now on.
export def Opened(buffer: number)
  if !settings.Get('enabled') || !IsFile(buffer)
    return
  endif
  var root = uris.Root(buffer)
  if root == ''
    return
  endif
  if index(folders, root) < 0
    folders->add(root)
    Notify('workspace/didChangeWorkspaceFolders', {event: {added: [Folder(root)], removed: []}})
  endif
  if job == null_job
    Start()
  elseif ready
    Open(buffer)
  endif
enddef

# Start it afresh, as :Afterglow restart does.
export def Restart()
  starts = []
  Stop()
  stopping = false
  for info in getbufinfo({bufloaded: true})
    Opened(info.bufnr)
  endfor
  if folders != [] && job == null_job
    Start()
  endif
enddef

# Let the server go; nothing of it stays.
export def Stop()
  stopping = true
  var old = job
  Forget()
  if old != null_job && job_status(old) == 'run'
    # Its input ends: it leaves within a moment, and cleans up behind itself.
    ch_close_in(old)
  endif
enddef

def Start()
  var command = settings.Get('command')
  stopping = false
  if empty(command) || !executable(command[0])
    problem = $'{empty(command) ? "g:afterglow.command" : command[0]} is not a program that Vim finds; see :help afterglow-install'
    return
  endif
  problem = ''
  starts->add(localtime())
  job = job_start(command, {
    in_mode: 'lsp', out_mode: 'lsp', err_mode: 'nl', noblock: 1,
    # Not in the repository: nothing of it shall run.
    cwd: expand('~'),
    out_cb: (_, message) => Heard(message),
    err_cb: (_, text) => Said(text),
    exit_cb: Ended,
  })
  var mine = job
  Ask('initialize', Initialize(), (reply) => Initialized(mine, reply))
enddef

def Initialize(): dict<any>
  return {
    processId: getpid(),
    clientInfo: {name: 'Vim', version: $'{v:version / 100}.{v:version % 100}'},
    rootUri: uris.OfPath(folders[0]),
    workspaceFolders: folders->mapnew((_, folder) => Folder(folder)),
    capabilities: {
      general: {positionEncodings: ['utf-8']},
      workspace: {inlayHint: {refreshSupport: true}, workspaceFolders: true},
      experimental: {afterglow: {token: true}},
    },
    initializationOptions: settings.Get('options'),
  }
enddef

def Initialized(mine: job, reply: dict<any>)
  if mine != job || !has_key(reply, 'result')
    return
  endif
  ready = true
  Notify('initialized', {})
  for info in getbufinfo({bufloaded: true})
    Open(info.bufnr)
  endfor
  report.Focus(true)
enddef

def Ended(gone: job, code: number)
  if gone != job
    return
  endif
  Forget()
  if stopping
    return
  endif
  starts->filter((_, at) => localtime() - at < WITHIN_SECONDS)
  if len(starts) > RESTARTS
    problem = $'the server ended {len(starts)} times (last with {code}); :Afterglow restart tries again'
    return
  endif
  timer_start(AGAIN_MS, (_) => Again())
enddef

def Again()
  if job == null_job && !stopping && settings.Get('enabled')
    Start()
  endif
enddef

def Forget()
  for document in values(documents)
    listener_remove(document.listener)
  endfor
  documents = {}
  waiting = {}
  job = null_job
  ready = false
  status = {}
  screen.Leave()
enddef

# -- what the server sends -----------------------------------------------------------------------------------

def Heard(message: any)
  if type(message) != v:t_dict || type(get(message, 'method', '')) != v:t_string
    return
  endif
  var method: string = get(message, 'method', '')
  if method == 'afterglow/token'
    screen.Token(get(message, 'params', {}))
  elseif method == 'afterglow/status'
    status = type(get(message, 'params', v:null)) == v:t_dict ? message.params : {}
  elseif method == 'workspace/inlayHint/refresh'
    screen.AskHints()
  endif
  var id = get(message, 'id', v:null)
  if method == '' && type(id) == v:t_number && has_key(waiting, id)
    var Then = waiting->remove(string(id))
    Then(message)
  elseif type(id) == v:t_number && method != ''
    # What we do not know gets an answer too: nobody waits for ever.
    Send({id: message.id, result: v:null})
  endif
enddef

def Said(text: string)
  said->add(clean.OneLine(text))
  if len(said) > LOG_LINES
    said->remove(0)
  endif
enddef

# -- documents -----------------------------------------------------------------------------------------------

export def IsFile(buffer: number): bool
  return buffer > 0 && bufloaded(buffer) && getbufvar(buffer, '&buftype') == ''
    && bufname(buffer) != '' && bufname(buffer) !~ '^\a\w\+://'
enddef

def Folder(root: string): dict<string>
  return {uri: uris.OfPath(root), name: fnamemodify(root, ':t')}
enddef

def Open(buffer: number)
  if !IsFile(buffer) || has_key(documents, buffer) || uris.Root(buffer) == ''
    return
  endif
  var uri = uris.OfBuffer(buffer)
  documents[buffer] = {uri: uri, version: 0, edited: false, listener: listener_add(Changed, buffer)}
  Notify('textDocument/didOpen', {
    textDocument: {uri: uri, languageId: getbufvar(buffer, '&filetype'), version: 0, text: ''},
  })
enddef

# The buffer was read again from its file. What stands where is known anew, unless it had been edited since.
export def Reloaded(buffer: number)
  if !IsOpen(buffer)
    return
  endif
  if documents[buffer].edited
    Closed(buffer)
    Open(buffer)
  endif
  screen.AskHints()
enddef

export def Closed(buffer: number)
  if has_key(documents, buffer)
    var document = documents->remove(string(buffer))
    listener_remove(document.listener)
    Notify('textDocument/didClose', {textDocument: {uri: document.uri}})
  endif
enddef

export def Saved(buffer: number)
  if IsOpen(buffer)
    listener_flush(buffer)
    documents[buffer].edited = false
    Notify('textDocument/didSave', {textDocument: {uri: documents[buffer].uri}})
  endif
enddef

def Changed(buffer: number, _first: number, _end: number, _added: number, changes: list<dict<number>>)
  if !IsOpen(buffer)
    return
  endif
  var document = documents[buffer]
  document.version += 1
  document.edited = true
  Notify('textDocument/didChange', {
    textDocument: {uri: document.uri, version: document.version},
    contentChanges: changes->mapnew((_, change) => Edit(change)),
  })
enddef

# Which lines were replaced by how many: as many line breaks, and nothing that was typed.
def Edit(change: dict<number>): dict<any>
  return {
    range: {start: {line: change.lnum - 1, character: 0}, end: {line: change.end - 1, character: 0}},
    text: repeat("\n", change.end - change.lnum + change.added),
  }
enddef
