vim9script
# What a configuration may call.

import autoload './afterglow/clean.vim'
import autoload './afterglow/screen.vim'

# The line to show now in so many columns, "" for none. In 'statusline': %{afterglow#Line(winwidth(0)-30)}
export def Line(columns: number = 120): string
  return clean.OneLine(screen.Line(), columns)
enddef
