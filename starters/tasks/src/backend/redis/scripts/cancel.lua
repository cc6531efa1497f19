local id, key = arg[1], p .. 'task:' .. arg[1]
local f = redis.call('hmget', key, 'state', 'queue')
if not f[1] or OUTCOMES[f[1]] then return 0 end
redis.call('hset', key, 'cancel', '1')
if f[1] ~= 'running' then
  redis.call('zrem', p .. f[1] .. ':' .. f[2], id)
  finish(id, f[2], 'cancelled')
else
  redis.call('publish', p .. 'wake', '!' .. id)
end
return 1
