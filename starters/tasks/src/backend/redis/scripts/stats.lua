local all = {}
local queues = redis.call('sunion', p .. 'queues', p .. 'paused')
table.sort(queues)
for _, queue in ipairs(queues) do
  local function count(state) return redis.call('zcard', p .. state .. ':' .. queue) end
  -- What is tried again stands among those that are delayed, and is told apart there.
  local retrying = 0
  for _, id in ipairs(redis.call('zrange', p .. 'delayed:' .. queue, 0, 999)) do
    local f = redis.call('hmget', p .. 'task:' .. id, 'attempts', 'error')
    if tonumber(f[1]) > 0 and f[2] then retrying = retrying + 1 end
  end
  local waiting = count('ready') + count('suspect') + count('delayed') - retrying
  local paused = redis.call('sismember', p .. 'paused', queue)
  all[#all + 1] = { queue, paused, {
    waiting, retrying, count('running'), count('succeeded'), count('dead'), count('cancelled'),
  } }
end
return all
