for _, it in ipairs(arg) do
  local id, key = it.id, p .. 'task:' .. it.id
  local f = redis.call('hmget', key, 'state', 'run', 'queue', 'cancel')
  if f[1] == 'running' and tonumber(f[2]) == it.run then
    local queue, kind = f[3], it.kind
    redis.call('zrem', p .. 'running:' .. queue, id)
    if given(it.error) then redis.call('hset', key, 'error', it.error) end
    if given(it.result) then redis.call('hset', key, 'result', it.result) end
    if kind == 'gone' then
      free(id, queue)
      forget(id)
    elseif OUTCOMES[kind] then
      finish(id, queue, kind)
    elseif f[4] == '1' then
      finish(id, queue, 'cancelled')
    elseif kind == 'retry' then
      wait(id, queue, now + it.delay)
    else
      redis.call('hincrby', key, 'attempts', -1)
      wait(id, queue, now)
    end
  end
end
