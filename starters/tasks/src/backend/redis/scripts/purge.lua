-- One look at a thousand: others are to have their turn in between.
local ids, count = after(given(arg.after)), 0
for _, id in ipairs(ids) do
  local fits, state, queue = passes(id, arg)
  if fits and OUTCOMES[state] then
    redis.call('zrem', p .. state .. ':' .. queue, id)
    forget(id)
    count = count + 1
  end
end
return { count, ids[#ids] or '' }
