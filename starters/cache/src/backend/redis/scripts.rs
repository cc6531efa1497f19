//! What must happen on Redis in one step.

use std::sync::LazyLock;

use redis::Script;

/// Takes the lock of a key that is not there, and says at which versions it is to be put.
///
/// Keys: entry, lock, version, tags. Arguments: token, lease, life of versions, force, what the keys
/// of tags begin with. Answers nil where another holds the lock, or the entry is there and fresh:
/// somebody has put it since the caller looked. Forced, it takes the lock from
/// whoever holds it and the entry out: what comes is newer than both.
pub(super) static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local life = tonumber(ARGV[3])
local versions = {}
for i = 3, #KEYS do
  local version = redis.call('GET', KEYS[i])
  if not version then
    version = ARGV[1]
    redis.call('SET', KEYS[i], version, 'PX', life)
    if i == 3 then redis.call('UNLINK', KEYS[1]) end
  elseif redis.call('PTTL', KEYS[i]) < life then
    redis.call('PEXPIRE', KEYS[i], life)
  end
  versions[i - 2] = version
end
if ARGV[4] == '1' then
  redis.call('UNLINK', KEYS[1])
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
elseif not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return nil
else
  local entry = redis.call('GET', KEYS[1])
  local ending = entry and string.find(entry, '\n', 1, true)
  if ending then
    local readable, head = pcall(cjson.decode, string.sub(entry, 1, ending - 1))
    local fresh = readable and head.v == versions[1]
    for _, tag in ipairs(fresh and head.t or {}) do
      fresh = fresh and redis.call('GET', ARGV[5] .. tag[1]) == tag[2]
    end
    local left = redis.call('PTTL', KEYS[1])
    if fresh and (left == -1 or left > (head.s or 0)) then
      redis.call('UNLINK', KEYS[2])
      return nil
    end
  end
end
return versions",
    )
});

/// Puts what the holder of the lock computed, unless it lost the lock or a version is another.
///
/// Keys: entry, lock, end, version, tags. Arguments: token, entry, life of the entry, its `tti` or 0,
/// versions. An entry with a `tti` goes after that time, and what says when it is over is beside it.
pub(super) static STORE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('UNLINK', KEYS[2])
for i = 4, #KEYS do
  if redis.call('GET', KEYS[i]) ~= ARGV[i + 1] then return 0 end
end
local life, idle = ARGV[3], tonumber(ARGV[4])
if idle > 0 then
  if idle < tonumber(life) then
    redis.call('SET', KEYS[3], '', 'PX', life)
    life = ARGV[4]
  else
    redis.call('UNLINK', KEYS[3])
  end
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', life)
return 1",
    )
});

/// Reads an entry that goes when nobody asks for it, and keeps it for as long again; not beyond its
/// time. Keys: entry, end, version. Arguments: `tti`. Answers what is left of its time, too.
pub(super) static FIND_IDLE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local entry = redis.call('GET', KEYS[1])
local left = redis.call('PTTL', KEYS[2])
if entry and left > 0 then
  local idle = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], idle < left and ARGV[1] or left)
else
  left = redis.call('PTTL', KEYS[1])
end
return {entry, left, redis.call('GET', KEYS[3])}",
    )
});

/// Gives the lock back. Keys: lock. Arguments: token.
pub(super) static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('UNLINK', KEYS[1]) end
return 0",
    )
});

/// Keeps the lock. Keys: lock. Arguments: token, lease.
pub(super) static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0",
    )
});
