vim9script
# What the user set, in g:afterglow. Invariant: whatever stands there, each answer has its type.

const DEFAULTS = {
  command: ['afterglow', 'lsp'],
  options: {},
  hints: true,
  report: true,
  enabled: true,
}

export def Get(name: string): any
  var given = get(g:, 'afterglow', {})
  var value = type(given) == v:t_dict ? get(given, name, DEFAULTS[name]) : DEFAULTS[name]
  # 0 and 1 are as good as false and true.
  if type(DEFAULTS[name]) == v:t_bool
    return type(value) == v:t_bool || type(value) == v:t_number ? !!value : DEFAULTS[name]
  endif
  return type(value) == type(DEFAULTS[name]) ? value : DEFAULTS[name]
enddef
