local recovered = {}
for _, queue in ipairs(redis.call('smembers', p .. 'queues')) do
  local running = p .. 'running:' .. queue
  for _, id in ipairs(redis.call('zrangebyscore', running, '-inf', whole(now), 'limit', 0, 1000)) do
    local key = p .. 'task:' .. id
    redis.call('zrem', running, id)
    redis.call('hincrby', key, 'attempts', -1)
    local losses = redis.call('hincrby', key, 'losses', 1)
    local state = ''
    if redis.call('hget', key, 'cancel') == '1' then
      state = 'cancelled'
      finish(id, queue, 'cancelled')
    elseif losses >= arg[1] then
      state = 'dead'
      redis.call('hset', key, 'error', arg[2])
      finish(id, queue, 'dead')
    else
      wait(id, queue, now)
    end
    recovered[#recovered + 1] = { queue, redis.call('hget', key, 'name'), state }
  end
end
return recovered
