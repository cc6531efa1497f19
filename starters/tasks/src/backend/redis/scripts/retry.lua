local id, key = arg[1], p .. 'task:' .. arg[1]
local f = redis.call('hmget', key, 'state', 'queue')
if not f[1] or not OUTCOMES[f[1]] then return false end
redis.call('zrem', p .. f[1] .. ':' .. f[2], id)
redis.call('hset', key, 'attempts', '0', 'losses', '0', 'run_at', whole(now))
redis.call('hdel', key, 'cancel', 'finished_at', 'result', 'progress', 'unique_key', 'unique_for')
wait(id, f[2], now)
redis.call('publish', p .. 'wake', f[2])
return f[2]
