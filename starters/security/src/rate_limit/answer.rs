//! What answers say of the limits: `RateLimit-Policy` and `RateLimit`, as
//! draft-ietf-httpapi-ratelimit-headers has them, and 429.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use savia_core::Context;
use savia_starter_web::Problem;
use savia_starter_web::actix_web::HttpResponse;
use savia_starter_web::actix_web::http::header::{HeaderName, HeaderValue};

use super::{Left, RateLimits};

static RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
static RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The tightest limit of a request so far, as one number: what is left, in how many seconds it is all
/// again, and which limit it is. The smallest is the tightest.
pub(super) struct Tightest(AtomicU64);

impl Default for Tightest {
    fn default() -> Self {
        Self(AtomicU64::new(u64::MAX))
    }
}

impl Tightest {
    /// Notes what a limit leaves. A million requests and a day in seconds have room.
    #[inline]
    pub(super) fn note(&self, place: u16, left: Left) {
        let requests = u64::from(left.requests) << 40;
        let reset = u64::from(left.reset & 0x00ff_ffff) << 16;
        let noted = requests | reset | u64::from(place);
        // One request is one thread at a time.
        if noted < self.0.load(Ordering::Relaxed) {
            self.0.store(noted, Ordering::Relaxed);
        }
    }

    fn read(&self) -> Option<(u16, Left)> {
        let noted = self.0.load(Ordering::Relaxed);
        let left = Left {
            requests: u32::try_from(noted >> 40).ok()?,
            reset: u32::try_from(noted >> 16 & 0x00ff_ffff).ok()?,
        };
        (noted != u64::MAX).then_some((noted as u16, left))
    }
}

impl RateLimits {
    /// Says in an answer what is left.
    pub(super) fn tell(&self, context: &Context, policy: &HeaderValue, answer: &mut HttpResponse) {
        let tightest = context.extension::<Tightest>();
        let Some((place, left)) = tightest.read() else {
            return;
        };
        let Some(limit) = self.limits.get(usize::from(place)) else {
            return;
        };
        let mut text = Text::default();
        text.push(b"\"");
        text.push(limit.name.as_bytes());
        text.push(b"\";r=");
        text.push_number(left.requests);
        text.push(b";t=");
        text.push_number(left.reset);
        let headers = answer.headers_mut();
        if let Ok(value) = HeaderValue::from_bytes(text.written()) {
            headers.insert(RATE_LIMIT.clone(), value);
        }
        headers.insert(RATE_LIMIT_POLICY.clone(), policy.clone());
    }
}

/// 429. The next request is taken after this time.
#[cold]
pub(super) fn refusal(wait: Duration) -> Problem {
    Problem::too_many_requests("too many requests")
        .with_code("rate_limited")
        .with_retry_after(wait.max(Duration::from_secs(1)))
}

/// A text on the stack. Names have 64 letters at the most.
struct Text {
    bytes: [u8; 128],
    length: usize,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            bytes: [0; 128],
            length: 0,
        }
    }
}

impl Text {
    #[inline]
    fn push(&mut self, text: &[u8]) {
        let end = self.length + text.len();
        if let Some(room) = self.bytes.get_mut(self.length..end) {
            room.copy_from_slice(text);
            self.length = end;
        }
    }

    #[inline]
    fn push_number(&mut self, mut number: u32) {
        let mut digits = [0_u8; 10];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.push(&digits[at..]);
    }

    fn written(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tightest_is_the_one_that_leaves_least() {
        let tightest = Tightest::default();
        assert_eq!(tightest.read(), None);
        let left = |requests, reset| Left { requests, reset };
        tightest.note(3, left(1_000_000, 86_400));
        assert_eq!(tightest.read(), Some((3, left(1_000_000, 86_400))));
        tightest.note(0, left(5, 60));
        tightest.note(1, left(7, 1));
        assert_eq!(tightest.read(), Some((0, left(5, 60))));
        tightest.note(2, left(0, 60));
        assert_eq!(tightest.read(), Some((2, left(0, 60))));
    }

    #[test]
    fn numbers_are_written_as_they_are_read() {
        for number in [0, 7, 10, 6_000, u32::MAX] {
            let mut text = Text::default();
            text.push_number(number);
            assert_eq!(text.written(), number.to_string().as_bytes());
        }
    }
}
