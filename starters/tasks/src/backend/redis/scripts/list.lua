local found, last = {}, given(arg.after)
while #found < arg.limit do
  local ids = after(last)
  if #ids == 0 then break end
  for _, id in ipairs(ids) do
    if #found < arg.limit and passes(id, arg) then
      found[#found + 1] = redis.call('hgetall', p .. 'task:' .. id)
    end
  end
  last = ids[#ids]
end
return found
