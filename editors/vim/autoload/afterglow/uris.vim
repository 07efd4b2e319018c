vim9script
# Paths as file URIs.

# Every byte that is not plain is written as %XX.
export def OfPath(path: string): string
  var made = ''
  for index in range(strlen(path))
    var byte = strpart(path, index, 1)
    made ..= byte =~ '^[A-Za-z0-9/._~-]$' ? byte : printf('%%%02X', char2nr(byte))
  endfor
  return 'file://' .. made
enddef

export def OfBuffer(buffer: number): string
  return OfPath(Path(buffer))
enddef

# The full path of a buffer's file.
export def Path(buffer: number): string
  return fnamemodify(bufname(buffer), ':p')
enddef

# The folder that a buffer's file belongs to: of its repository; "" for none.
export def Root(buffer: number): string
  var folder = fnamemodify(Path(buffer), ':h')
  while true
    # A folder, or the file of a worktree.
    if isdirectory(folder .. '/.git') || filereadable(folder .. '/.git')
      return folder
    endif
    var above = fnamemodify(folder, ':h')
    if above == folder
      return ''
    endif
    folder = above
  endwhile
  return ''
enddef
