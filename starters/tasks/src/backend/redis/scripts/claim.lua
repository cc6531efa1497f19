local queue, limit, worker, lease, suspect = arg[1], arg[2], arg[3], arg[4], arg[5]
local delayed = p .. 'delayed:' .. queue
if redis.call('sismember', p .. 'paused', queue) == 1 then return { {}, now, false } end
for _, id in ipairs(redis.call('zrangebyscore', delayed, '-inf', whole(now), 'limit', 0, 1000)) do
  redis.call('zrem', delayed, id)
  ready(id, queue)
end
local taken = {}
local popped = redis.call('zpopmin', p .. 'ready:' .. queue, limit)
if suspect then
  for _, it in ipairs(redis.call('zpopmin', p .. 'suspect:' .. queue)) do popped[#popped + 1] = it end
end
for i = 1, #popped, 2 do
  local id = popped[i]
  local key = p .. 'task:' .. id
  local run = redis.call('hincrby', key, 'run', 1)
  local attempts = redis.call('hincrby', key, 'attempts', 1)
  redis.call('hset', key, 'state', 'running', 'worker', worker, 'started_at', whole(now))
  redis.call('zadd', p .. 'running:' .. queue, whole(now + lease), id)
  local f = redis.call('hmget', key, 'name', 'payload', 'max_retries', 'trace_parent', 'enqueued_at', 'run_at', 'losses')
  taken[#taken + 1] = {
    'id', id, 'run', tostring(run), 'attempts', tostring(attempts), 'name', f[1], 'payload', f[2],
    'max_retries', f[3], 'trace_parent', f[4] or '', 'enqueued_at', f[5], 'run_at', f[6], 'losses', f[7],
  }
end
local next = redis.call('zrange', delayed, 0, 0, 'withscores')
return { taken, now, next[2] and tonumber(next[2]) or false }
