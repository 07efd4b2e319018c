std = 'luajit'
read_globals = { 'vim' }
-- Options and variables are set through fields of the global.
globals = { 'vim.g', 'vim.b', 'vim.bo', 'vim.o' }
max_line_length = 110
