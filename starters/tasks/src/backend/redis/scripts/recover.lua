local queues = {}
for _, queue in ipairs(redis.call('smembers', p .. 'queues')) do
  local running = p .. 'running:' .. queue
  for _, id in ipairs(redis.call('zrangebyscore', running, '-inf', whole(now), 'limit', 0, 1000)) do
    local key = p .. 'task:' .. id
    redis.call('zrem', running, id)
    redis.call('hincrby', key, 'attempts', -1)
    local losses = redis.call('hincrby', key, 'losses', 1)
    if redis.call('hget', key, 'cancel') == '1' then
      finish(id, queue, 'cancelled')
    elseif losses >= arg[1] then
      redis.call('hset', key, 'error', arg[2])
      finish(id, queue, 'dead')
    else
      wait(id, queue, now)
    end
    queues[#queues + 1] = queue
  end
end
return queues
