for _, it in ipairs(arg) do
  local f = redis.call('hmget', p .. 'task:' .. it.id, 'state', 'run')
  if f[1] == 'running' and tonumber(f[2]) == it.run then
    redis.call('hset', p .. 'task:' .. it.id, 'progress', it.progress)
  end
end
