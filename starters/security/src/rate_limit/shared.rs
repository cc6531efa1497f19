//! Limits that instances share, on Redis. While it is away, each counts for itself.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use redis::{Client, Script};
use savia_core::config::Config;
use savia_core::error::Diagnosis;
use savia_core::{Context, Result};
use savia_starter_web::actix_web::ResponseError;
use savia_starter_web::{Exchange, Flow, TrustedProxies};

use super::answer::{Tightest, refusal};
use super::subject::Subject;
use super::{Left, Limit, RateLimits, fault};
use crate::clock;
use crate::config::{RateLimitStore, SecurityConfig};
use crate::token::{Link, redis_client};

/// The longest that a request waits to be counted, where `security.redis.timeout` is no shorter.
const PATIENCE: Duration = Duration::from_millis(250);

/// For how long Redis is not asked again when it did not answer, in milliseconds.
const PAUSE: i64 = 1_000;

/// The generic cell rate algorithm for one request and several limits, in their order. The first that is
/// used up ends it, and those behind it do not count.
///
/// Keys: of each limit the moment by which its caller has all of it again, in microseconds of Redis' own
/// clock: those of the instances may differ. Arguments: of each limit the microseconds in which one more
/// request is given, and how many there are. Answers with how many microseconds of each limit are used,
/// and with how many its caller has to wait.
static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answers = {}
for at = 1, #KEYS do
  local interval, requests = tonumber(ARGV[2 * at - 1]), tonumber(ARGV[2 * at])
  local whole = interval * requests
  local moment = tonumber(redis.call('GET', KEYS[at]) or now)
  -- A clock that was set back keeps nobody out for longer than the limit does.
  moment = math.min(math.max(moment, now), now + whole)
  local used = moment + interval - now
  if used > whole then
    answers[at] = {math.ceil(moment - now), math.max(1, math.ceil(used - whole))}
    return answers
  end
  redis.call('SET', KEYS[at], string.format('%.0f', now + used), 'PX', math.ceil(used / 1000))
  answers[at] = {math.ceil(used), 0}
end
return answers",
    )
});

/// The limits on Redis.
pub(super) struct SharedLimits {
    link: Link,
    prefix: String,
    /// Not asked before this moment.
    away_until: AtomicU64,
    away: AtomicBool,
}

/// One limit, and whom it counts for.
struct Asked {
    place: u16,
    number: u128,
    key: String,
}

impl RateLimits {
    /// With the store that the configuration names.
    pub(super) fn on(
        mut self,
        security: &SecurityConfig,
        config: &Config,
    ) -> Result<Self, Diagnosis> {
        if security.rate_limit.store == RateLimitStore::Redis {
            let name = security.redis.prefix.clone().or(config.text("name"));
            let name = name.unwrap_or_else(|| "app".to_owned());
            self.shared = Some(SharedLimits {
                link: Link::new(client(config)?, security.redis.timeout.min(PATIENCE)),
                prefix: format!("{{{name}:security}}:rate:"),
                away_until: AtomicU64::new(0),
                away: AtomicBool::new(false),
            });
        }
        Ok(self)
    }
}

/// The server that `redis.url` names.
pub(super) fn client(config: &Config) -> Result<Client, Diagnosis> {
    redis_client(config).map_err(|found| match config.text("redis.url") {
        Some(_) => found,
        None => fault(
            config,
            "security.rate_limit.store",
            "requests are to be counted in Redis, and nothing says where it is".to_owned(),
        )
        .help("set `redis.url`, such as `redis://localhost:6379`, or `REDIS_URL`"),
    })
}

impl SharedLimits {
    /// Whether Redis is to be asked. When it was away for a while, one request finds out.
    pub(super) fn is_there(&self) -> bool {
        if !self.away.load(Ordering::Relaxed) {
            return true;
        }
        let (now, until) = (now(), self.away_until.load(Ordering::Relaxed));
        let next = now + PAUSE.unsigned_abs();
        let (held, relaxed) = (&self.away_until, Ordering::Relaxed);
        now >= until && held.compare_exchange(until, next, relaxed, relaxed).is_ok()
    }

    async fn count(&self, limits: &[Limit], asked: &[Asked]) -> Result<Vec<(u64, u64)>> {
        let mut call = COUNT.prepare_invoke();
        for it in asked {
            if let Some(limit) = limits.get(usize::from(it.place)) {
                call.key(&it.key).arg(limit.micros()).arg(limit.requests);
            }
        }
        self.link.script(&call).await
    }

    fn answered(&self) {
        if self.away.swap(false, Ordering::Relaxed) {
            tracing::info!("Redis answers again: requests are counted there for all instances");
        }
    }

    fn failed(&self, error: &savia_core::Error) {
        let until = now() + PAUSE.unsigned_abs();
        self.away_until.store(until, Ordering::Relaxed);
        if !self.away.swap(true, Ordering::Relaxed) {
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            tracing::warn!(
                "Redis does not answer ({cause}): until it does, each instance counts requests for itself"
            );
        }
    }
}

fn now() -> u64 {
    clock::now().unsigned_abs()
}

/// Asks Redis. What a request is counted for is found out now, the answer comes later.
pub(super) fn ask(
    limits: &Arc<RateLimits>,
    shared: &SharedLimits,
    places: &[u16],
    exchange: &Exchange<'_>,
    proxies: &TrustedProxies,
) -> Flow {
    let asked = places.iter().filter_map(|place| {
        let limit = limits.limits.get(usize::from(*place))?;
        let subject = Subject::of(limit, exchange, proxies);
        Some(Asked {
            place: *place,
            number: subject.number(),
            key: format!("{}{}:{}", shared.prefix, limit.name, subject.name()),
        })
    });
    let asked: Vec<_> = asked.collect();
    let (limits, context) = (Arc::clone(limits), exchange.context.clone());
    Flow::Later(Box::pin(async move {
        match decide(&limits, &asked, &context).await {
            Ok(()) => Flow::Continue,
            Err(wait) => Flow::Answer(refusal(wait).error_response()),
        }
    }))
}

async fn decide(limits: &RateLimits, asked: &[Asked], context: &Context) -> Result<(), Duration> {
    let tightest = context.extension::<Tightest>();
    if let Some(shared) = &limits.shared {
        match shared.count(&limits.limits, asked).await {
            Ok(answers) => {
                shared.answered();
                return read(limits, asked, &answers, &tightest);
            }
            Err(error) => shared.failed(&error),
        }
    }
    asked
        .iter()
        .try_for_each(|it| limits.count(it.place, it.number, &tightest))
}

/// What Redis said.
fn read(
    limits: &RateLimits,
    asked: &[Asked],
    answers: &[(u64, u64)],
    tightest: &Tightest,
) -> Result<(), Duration> {
    for (it, (used, wait)) in asked.iter().zip(answers) {
        let Some(limit) = limits.limits.get(usize::from(it.place)) else {
            continue;
        };
        if *wait > 0 {
            tightest.note(it.place, limit.used_up());
            return Err(Duration::from_micros(*wait));
        }
        let used_requests = (*used as f64 / limit.micros()).ceil() as u32;
        let left = Left {
            requests: limit.requests.saturating_sub(used_requests),
            reset: u32::try_from(used.div_ceil(1_000_000)).unwrap_or(u32::MAX),
        };
        tightest.note(it.place, left);
    }
    Ok(())
}

impl Limit {
    /// The time in which one more request is given, in microseconds.
    fn micros(&self) -> f64 {
        self.per.as_secs_f64() * 1e6 / f64::from(self.requests)
    }
}
