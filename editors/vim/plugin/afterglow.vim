vim9script
# Afterglow: one short line when a test run, a build or a commit has something to tell. See :help afterglow.
# Invariant: loading this starts nothing and says nothing; the server starts with the first file of a repository.

if exists('g:loaded_afterglow')
  finish
endif
g:loaded_afterglow = 1

if !has('vim9script') || !has('channel') || !has('job') || !has('patch-9.0.0067')
  # An older Vim stays as it was.
  finish
endif

import autoload 'afterglow/client.vim'
import autoload 'afterglow/screen.vim'
import autoload 'afterglow/report.vim'
import autoload 'afterglow/ask.vim'

highlight default link AfterglowHint NonText

command -nargs=* -complete=customlist,ask.Complete Afterglow ask.Command(<q-args>)

augroup afterglow
  autocmd!
  autocmd VimEnter,BufReadPost,BufNewFile,BufWinEnter * client.Opened(str2nr(expand('<abuf>')))
  autocmd BufReadPost * client.Reloaded(str2nr(expand('<abuf>')))
  autocmd BufUnload * client.Closed(str2nr(expand('<abuf>')))
  autocmd BufWinEnter * screen.AskHints()
  autocmd BufWritePost * client.Saved(str2nr(expand('<abuf>')))
  autocmd FocusGained * report.Focus(true)
  autocmd FocusLost * report.Focus(false)
  autocmd BufEnter * report.Focus(true)
  autocmd TerminalOpen * report.TerminalOpened(str2nr(expand('<abuf>')))
  autocmd QuickFixCmdPre make,lmake report.MakeBegan()
  autocmd QuickFixCmdPost make report.MakeEnded(false)
  autocmd QuickFixCmdPost lmake report.MakeEnded(true)
  autocmd VimLeavePre * client.Stop()
augroup END
