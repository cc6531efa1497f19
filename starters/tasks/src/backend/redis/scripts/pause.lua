redis.call(arg[2] and 'sadd' or 'srem', p .. 'paused', arg[1])
redis.call('publish', p .. 'wake', arg[1])
