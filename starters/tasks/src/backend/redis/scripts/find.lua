local found = redis.call('hgetall', p .. 'task:' .. arg[1])
if #found == 0 then return {} end
return { found }
