//! What must happen on Redis in one step.

use std::sync::LazyLock;

use redis::Script;

/// Puts a record where there is none, or the next version of one. Answers whether it did.
///
/// Keys: record, changed, ends, owner (if anybody is). Arguments: now, how long it is kept, the version
/// that is expected (empty: none), and the record's key, owner, value, version, change and end. How long
/// it is kept counts from now, so that it makes no difference what time Redis thinks it is.
pub(super) static PUT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local now, left = tonumber(ARGV[1]), tonumber(ARGV[2])
local held = redis.call('HMGET', KEYS[1], 'version', 'expires_at')
local live = held[2] and tonumber(held[2]) > now
if ARGV[3] == '' then
  if live then return 0 end
elseif not live or held[1] ~= ARGV[3] then
  return 0
end
redis.call('DEL', KEYS[1])
if left <= 0 then return 1 end
redis.call('HSET', KEYS[1], 'owner', ARGV[5], 'value', ARGV[6], 'version', ARGV[7],
  'changed_at', ARGV[8], 'expires_at', ARGV[9])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[8], ARGV[4])
for i = 3, #KEYS do redis.call('ZADD', KEYS[i], ARGV[9], ARGV[4]) end
if KEYS[4] then redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', ARGV[1]) end
for i = 2, #KEYS do
  if redis.call('PTTL', KEYS[i]) < left then redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
end
return 1",
    )
});

/// Removes a record. Answers whether it was there.
///
/// Keys: record, changed, ends. Arguments: now, the record's key, what the keys of owners begin with.
pub(super) static REMOVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local held = redis.call('HMGET', KEYS[1], 'owner', 'expires_at')
if not held[2] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])
if held[1] ~= '' then redis.call('ZREM', ARGV[3] .. held[1], ARGV[2]) end
return tonumber(held[2]) > tonumber(ARGV[1]) and 1 or 0",
    )
});

/// Forgets the keys of records that have ended. Answers how many.
///
/// Keys: changed, ends. Arguments: now, what the keys of records begin with, how many at the most. Whether
/// a record has ended is Redis' to say: an instance whose clock is ahead must not hide one from others.
pub(super) static PURGE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local gone = {}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
  if redis.call('EXISTS', ARGV[2] .. key) == 0 then gone[#gone + 1] = key end
end
if #gone > 0 then
  redis.call('ZREM', KEYS[1], unpack(gone))
  redis.call('ZREM', KEYS[2], unpack(gone))
end
return #gone",
    )
});
