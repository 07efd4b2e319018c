--- The component `'afterglow'` of overseer, which tells the server how a task ended:
--- `util.add_component(task, 'afterglow')` in one of overseer's template hooks, or among a task's components.
---
--- A task in a terminal is seen there, and not told again.
--- Invariant: a task's command goes to the server, which keeps program, kind and outcome; its output does
--- not.
local report = require('afterglow.report')

local STATUSES = { SUCCESS = 'ok', FAILURE = 'fail', CANCELED = 'cancelled' }

local function line_of(cmd)
  if type(cmd) == 'string' then
    return cmd
  end
  if type(cmd) ~= 'table' or #cmd == 0 then
    return nil
  end
  local words = {}
  for at, word in ipairs(cmd) do
    words[at] = word:find('[^%w_%-%./=:,@%+]') and "'" .. word:gsub("'", [['\'']]) .. "'" or word
  end
  return table.concat(words, ' ')
end

local function seen_in_terminal(task)
  local buffer = task.get_bufnr and task:get_bufnr()
  return buffer
    and vim.api.nvim_buf_is_valid(buffer)
    and vim.bo[buffer].buftype == 'terminal'
    and require('afterglow.config').get().report.terminals
end

return {
  desc = 'Tells Afterglow how the task ended',
  constructor = function()
    ---@type afterglow.Start?
    local began
    return {
      on_start = function()
        began = report.begin()
      end,
      on_reset = function()
        began = nil
      end,
      on_complete = function(_, task, status)
        if seen_in_terminal(task) then
          return
        end
        local line = line_of(task.cmd)
        local event = { status = STATUSES[status] or 'unknown' }
        if line then
          event.kind, event.commandLine = 'command', line
          -- A parser of its output may have found what its exit code does not say.
          event.exitCode = event.status ~= 'cancelled' and task.exit_code or nil
        else
          event.kind, event.label, event.data = 'job.finished', task.name, { job = 'task' }
        end
        report.send(report.timed(event, began), task.cwd)
        began = nil
      end,
    }
  end,
}
