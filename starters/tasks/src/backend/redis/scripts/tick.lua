local last = redis.call('hget', p .. 'ticks', arg[1])
if last and tonumber(last) >= arg[2] then return 0 end
redis.call('hset', p .. 'ticks', arg[1], whole(arg[2]))
add(arg[3])
return 1
