-- One look at a thousand: others are to have their turn in between.
local ids, whole_list = nil, false
if given(arg.state) == 'running' then
  -- Those are few, and stand by themselves.
  ids, whole_list = {}, true
  for _, queue in ipairs(redis.call('smembers', p .. 'queues')) do
    for _, id in ipairs(redis.call('zrange', p .. 'running:' .. queue, 0, -1)) do
      if id > arg.after then ids[#ids + 1] = id end
    end
  end
  table.sort(ids)
else
  ids = after(arg.after)
end
local found = {}
for _, id in ipairs(ids) do
  if #found < arg.limit and passes(id, arg) then
    found[#found + 1] = redis.call('hgetall', p .. 'task:' .. id)
  end
end
return { found, not whole_list and ids[#ids] or '' }
