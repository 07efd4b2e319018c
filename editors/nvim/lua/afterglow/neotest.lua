--- A consumer for neotest, which tells the server how a run ended:
--- `require('neotest').setup({ consumers = { afterglow = require('afterglow.neotest') } })`.
---
--- Invariant: only tests are counted, not the files and folders that neotest has results for too, and a run
--- in which nothing passed or failed has no outcome.
local report = require('afterglow.report')

local MOST_NAMES = 50

--- How a run ended.
---@param results table<string, { status: string }> by position
---@param is_test fun(id: string): boolean
---@return afterglow.Event
local function event_of(results, is_test)
  local count = { passed = 0, failed = 0, skipped = 0 }
  local failing = {}
  for id, result in vim.spairs(results) do
    if count[result.status] and is_test(id) then
      count[result.status] = count[result.status] + 1
      if result.status == 'failed' and #failing < MOST_NAMES then
        failing[#failing + 1] = id:match('::(.*)$') or id
      end
    end
  end
  local data = { job = 'test', passed = count.passed, failed = count.failed, skipped = count.skipped }
  if #failing > 0 then
    data.failing = failing
  end
  local status = count.failed > 0 and 'fail' or count.passed > 0 and 'ok' or 'unknown'
  return { kind = 'job.finished', status = status, data = data }
end

return function(client)
  ---@type table<string, afterglow.Start>
  local began = {}

  client.listeners.run = function(adapter)
    began[adapter] = report.begin()
  end

  client.listeners.results = function(adapter, results, partial)
    if partial then
      return
    end
    local event = event_of(results, function(id)
      local position = client:get_position(id, { adapter = adapter })
      return position ~= nil and position:data().type == 'test'
    end)
    -- An adapter is named `neotest-python:/path/of/the/project`.
    local name, folder = adapter:match('^([^:]+):?(.*)$')
    event.label = (name or adapter):gsub('^neotest%-', '')
    report.timed(event, began[adapter])
    began[adapter] = nil
    -- neotest listens outside the main loop.
    vim.schedule(function()
      report.send(event, folder ~= '' and folder or nil)
    end)
  end

  return {}
end
