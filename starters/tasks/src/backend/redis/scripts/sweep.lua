local swept = 0
for _, queue in ipairs(redis.call('smembers', p .. 'queues')) do
  for i, state in ipairs({ 'succeeded', 'dead', 'cancelled' }) do
    local set = p .. state .. ':' .. queue
    local old = redis.call('zrangebyscore', set, '-inf', whole(now - arg[1][i]), 'limit', 0, arg[2] - swept)
    for _, id in ipairs(old) do
      redis.call('zrem', set, id)
      forget(id)
      swept = swept + 1
    end
  end
end
return swept
