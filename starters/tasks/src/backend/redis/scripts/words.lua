-- Keys, below the prefix:
--   task:{id}         a hash
--   all               every id, by itself
--   queues, paused    sets of names
--   ready:{queue}     ids by priority, then by themselves, which is by time
--   suspect:{queue}   the same, of those that may be what their workers died of
--   delayed:{queue}   ids by the time they are due
--   running:{queue}   ids by the end of their lease
--   {outcome}:{queue} ids by the time of their outcome
--   unique:{queue}    key to id; until:{queue} key to the end of its window
--   ticks             schedule to the last time it was due
local SUSPECT = 2
local p = KEYS[1]
local arg = cjson.decode(ARGV[1])
local t = redis.call('time')
local now = t[1] * 1000000 + t[2]

local function whole(n) return string.format('%.0f', n) end
local function given(v) if v == nil or v == cjson.null then return nil end return v end

local function ready(id, queue)
  local f = redis.call('hmget', p .. 'task:' .. id, 'priority', 'losses')
  local state = tonumber(f[2]) >= SUSPECT and 'suspect' or 'ready'
  redis.call('zadd', p .. state .. ':' .. queue, -tonumber(f[1]), id)
  redis.call('hset', p .. 'task:' .. id, 'state', state)
end

local function wait(id, queue, due)
  if due > now then
    redis.call('zadd', p .. 'delayed:' .. queue, whole(due), id)
    redis.call('hset', p .. 'task:' .. id, 'state', 'delayed', 'run_at', whole(due))
  else
    ready(id, queue)
  end
end

local function free(id, queue)
  local key = redis.call('hget', p .. 'task:' .. id, 'unique_key')
  if key and key ~= '' and redis.call('hget', p .. 'unique:' .. queue, key) == id then
    redis.call('hdel', p .. 'unique:' .. queue, key)
    redis.call('hdel', p .. 'until:' .. queue, key)
  end
end

local function forget(id)
  redis.call('del', p .. 'task:' .. id)
  redis.call('zrem', p .. 'all', id)
end

local function finish(id, queue, state)
  free(id, queue)
  redis.call('hset', p .. 'task:' .. id, 'state', state, 'finished_at', whole(now))
  redis.call('zadd', p .. state .. ':' .. queue, whole(now), id)
end

-- Adds tasks; gives their ids, or those of the ones they are the same as.
local function add(tasks)
  local ids, rung = {}, {}
  for i, task in ipairs(tasks) do
    local id, queue, key = task.id, task.queue, given(task.unique_key)
    local first = key and redis.call('hget', p .. 'unique:' .. queue, key)
    if first then
      local ends = redis.call('hget', p .. 'until:' .. queue, key)
      if ends and tonumber(ends) <= now then first = false end
    end
    -- One that is here already came with an answer that was lost on the way.
    if first or redis.call('exists', p .. 'task:' .. id) == 1 then
      ids[i] = first or id
    else
      ids[i] = id
      local due = given(task.run_at) or now
      local fields = {
        'id', id, 'name', task.name, 'queue', queue, 'payload', task.payload,
        'priority', whole(task.priority), 'max_retries', whole(task.max_retries),
        'run_at', whole(due), 'attempts', '0', 'losses', '0', 'run', '0', 'enqueued_at', whole(now),
      }
      if given(task.trace_parent) then
        fields[#fields + 1] = 'trace_parent'
        fields[#fields + 1] = task.trace_parent
      end
      if key then
        fields[#fields + 1] = 'unique_key'
        fields[#fields + 1] = key
        redis.call('hset', p .. 'unique:' .. queue, key, id)
        if given(task.unique_for) then
          fields[#fields + 1] = 'unique_for'
          fields[#fields + 1] = whole(task.unique_for)
          redis.call('hset', p .. 'until:' .. queue, key, whole(now + task.unique_for))
        else
          redis.call('hdel', p .. 'until:' .. queue, key)
        end
      end
      redis.call('hset', p .. 'task:' .. id, unpack(fields))
      redis.call('zadd', p .. 'all', 0, id)
      wait(id, queue, due)
      if not rung[queue] then
        rung[queue] = true
        redis.call('sadd', p .. 'queues', queue)
      end
    end
  end
  for queue in pairs(rung) do redis.call('publish', p .. 'wake', queue) end
  return ids
end

local OUTCOMES = { succeeded = true, dead = true, cancelled = true }

-- Whether a task is one of those that are meant.
local function passes(id, wanted)
  local f = redis.call('hmget', p .. 'task:' .. id, 'queue', 'name', 'state', 'attempts', 'error')
  if not f[3] then return false end
  local state = f[3]
  if state == 'ready' or state == 'suspect' or state == 'delayed' then
    local failed = tonumber(f[4]) > 0 and f[5] and f[5] ~= ''
    state = failed and 'retrying' or 'queued'
  end
  return (not given(wanted.queue) or wanted.queue == f[1])
    and (not given(wanted.name) or wanted.name == f[2])
    and (not given(wanted.state) or wanted.state == state), f[3], f[1]
end

-- Ids in their order, a thousand at a time.
local function after(last)
  local from = last and last ~= '' and ('(' .. last) or '-'
  return redis.call('zrangebylex', p .. 'all', from, '+', 'limit', 0, 1000)
end
