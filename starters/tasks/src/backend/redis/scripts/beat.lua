local answers = {}
for i, it in ipairs(arg[1]) do
  local f = redis.call('hmget', p .. 'task:' .. it.id, 'state', 'run', 'queue', 'cancel')
  if f[1] == 'running' and tonumber(f[2]) == it.run then
    redis.call('zadd', p .. 'running:' .. f[3], whole(now + arg[2]), it.id)
    answers[i] = f[4] == '1' and 1 or 0
  else
    answers[i] = 2
  end
end
return answers
