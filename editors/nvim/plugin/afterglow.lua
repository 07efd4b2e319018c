if vim.g.loaded_afterglow then
  return
end
vim.g.loaded_afterglow = true

vim.api.nvim_set_hl(0, 'AfterglowHint', { default = true, link = 'Comment' })

vim.api.nvim_create_user_command('Afterglow', function(call)
  require('afterglow.commands').run(call.fargs)
end, {
  nargs = '*',
  desc = 'Afterglow: the next line, why, a rating, quiet, the mode and more',
  complete = function(word, line)
    return require('afterglow.commands').complete(word, line)
  end,
})
