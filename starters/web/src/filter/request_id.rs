//! Every request has an id: its caller's, or a new one.

use std::cell::Cell;

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use savia_core::Config;
use savia_core::error::Diagnosis;

use super::{Exchange, Flow, WebFilter, order};
use crate::config::RequestIdConfig;

/// The longest id that is taken over from a caller.
const LONGEST: usize = 128;

/// Names requests: in the [`Context`](savia_core::Context), and in the answer's header.
///
/// A new id is 128 random bits in lower-case hexadecimal, which is also a valid trace id. It is
/// unique and no secret.
#[derive(Debug)]
pub struct RequestIdFilter {
    header: HeaderName,
    trust_incoming: bool,
}

impl RequestIdFilter {
    /// As the configuration says.
    ///
    /// # Errors
    ///
    /// A header whose name is none.
    pub fn new(section: &RequestIdConfig, config: &Config) -> Result<Self, Diagnosis> {
        let header = HeaderName::from_bytes(section.header.as_bytes()).map_err(|_| {
            let key = "server.request_id.header";
            let what = format!("`{key}` is no header name: {:?}", section.header);
            Diagnosis::new("server::header_name", what)
                .at_key(config, key)
                .help("letters, digits and hyphens, such as `x-request-id`")
        })?;
        Ok(Self {
            header,
            trust_incoming: section.trust_incoming,
        })
    }

    fn incoming<'a>(&self, exchange: &'a Exchange<'_>) -> Option<&'a str> {
        if !self.trust_incoming {
            return None;
        }
        let id = exchange.request.headers().get(&self.header)?.as_bytes();
        let valid = (1..=LONGEST).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic);
        if valid {
            std::str::from_utf8(id).ok()
        } else {
            None
        }
    }
}

impl WebFilter for RequestIdFilter {
    fn name(&self) -> &'static str {
        "request-id"
    }

    fn order(&self) -> i32 {
        order::REQUEST_ID
    }

    fn before(&self, exchange: &Exchange<'_>) -> Flow {
        match self.incoming(exchange) {
            Some(id) => exchange.context.set_request_id(id),
            None => exchange.context.set_request_id(hex(&fresh()).as_str()),
        }
        Flow::Continue
    }

    fn after(&self, exchange: &Exchange<'_>, response: &mut HttpResponse) {
        let Some(id) = exchange.context.request_id() else {
            return;
        };
        if let Ok(value) = HeaderValue::from_str(id) {
            response.headers_mut().insert(self.header.clone(), value);
        }
    }
}

/// 128 random bits of this thread's generator, xoroshiro128+ (Blackman and Vigna, 2018), which
/// costs a few instructions where the operating system's costs a system call.
fn fresh() -> [u64; 2] {
    thread_local! {
        static STATE: Cell<[u64; 2]> = const { Cell::new([0; 2]) };
    }
    STATE.with(|state| {
        let mut now = state.get();
        // A state of zero never leaves zero, so it can stand for "not seeded".
        while now == [0; 2] {
            let (high, low) = uuid::Uuid::new_v4().as_u64_pair();
            now = [high, low];
        }
        let high = next(&mut now);
        let low = next(&mut now);
        state.set(now);
        [high, low]
    })
}

fn next(state: &mut [u64; 2]) -> u64 {
    let [a, mut b] = *state;
    let result = a.wrapping_add(b);
    b ^= a;
    *state = [a.rotate_left(24) ^ b ^ (b << 16), b.rotate_left(37)];
    result
}

/// 32 hexadecimal digits.
struct Hex([u8; 32]);

impl Hex {
    fn as_str(&self) -> &str {
        // Hexadecimal digits are ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn hex(bits: &[u64; 2]) -> Hex {
    let mut text = [0; 32];
    for (at, half) in bits.iter().enumerate() {
        text[at * 16..at * 16 + 8].copy_from_slice(&eight_digits(half >> 32));
        text[at * 16 + 8..at * 16 + 16].copy_from_slice(&eight_digits(half & 0xffff_ffff));
    }
    Hex(text)
}

/// The digits of 32 bits, eight at once: a quarter of the instructions of a table.
#[inline]
fn eight_digits(bits: u64) -> [u8; 8] {
    // Each four bits move into a byte of their own.
    let bits = (bits << 16 | bits) & 0x0000_ffff_0000_ffff;
    let bits = (bits << 8 | bits) & 0x00ff_00ff_00ff_00ff;
    let bits = (bits << 4 | bits) & 0x0f0f_0f0f_0f0f_0f0f;
    // From ten on, six more make the fifth bit of the byte one; `a` is 39 behind `9` + 1.
    let letters = ((bits + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101;
    (bits + 0x3030_3030_3030_3030 + letters * 39).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn bits_are_written_high_digit_first() {
        assert_eq!(
            hex(&[0x0123_4567_89ab_cdef, 0xf]).as_str(),
            "0123456789abcdef000000000000000f"
        );
        for _ in 0..1000 {
            let [high, low] = fresh();
            assert_eq!(hex(&[high, low]).as_str(), format!("{high:016x}{low:016x}"));
        }
    }

    #[test]
    fn ids_differ_within_and_across_threads() {
        let threads: Vec<_> = (0..4)
            .map(|_| std::thread::spawn(|| (0..1000).map(|_| fresh()).collect::<Vec<_>>()))
            .collect();
        let ids: Vec<_> = threads
            .into_iter()
            .flat_map(|it| it.join().unwrap())
            .collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 4000);
    }
}
