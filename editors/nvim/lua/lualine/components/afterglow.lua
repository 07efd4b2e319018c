--- The component `'afterglow'` of lualine: `sections = { lualine_c = { 'afterglow' } }`.
local watching = false

return function()
  if not watching then
    watching = true
    vim.api.nvim_create_autocmd('User', {
      group = vim.api.nvim_create_augroup('afterglow.lualine', {}),
      pattern = 'AfterglowLine',
      callback = function()
        -- lualine keeps what it made until its own timer or an event of its list says otherwise.
        pcall(function()
          require('lualine').refresh({ place = { 'statusline' } })
        end)
      end,
    })
  end
  return require('afterglow').statusline()
end
