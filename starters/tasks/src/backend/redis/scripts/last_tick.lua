local last = redis.call('hget', p .. 'ticks', arg[1])
return last and tonumber(last) or false
