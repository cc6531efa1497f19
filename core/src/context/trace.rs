//! The W3C trace context (<https://www.w3.org/TR/trace-context/#traceparent-header>).

use std::fmt;
use std::sync::OnceLock;

use uuid::Uuid;

use super::{Context, ContextKind};

/// A span of a trace, as `traceparent` names it: that of whoever called or enqueued, or one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    /// The trace's id.
    pub trace_id: u128,
    /// The span's id.
    pub span_id: u64,
    /// Whether the span may have been recorded.
    pub sampled: bool,
}

impl TraceParent {
    /// Reads the value of a `traceparent` header; nothing where the recommendation calls it invalid.
    ///
    /// ```
    /// use savia_core::context::TraceParent;
    ///
    /// let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// let parent = TraceParent::parse(text).unwrap();
    /// assert!(parent.sampled);
    /// assert_eq!(parent.to_string(), text);
    /// ```
    pub fn parse(text: impl AsRef<[u8]>) -> Option<Self> {
        let (known, rest) = text.as_ref().split_at_checked(55)?;
        let version = number(&known[..2])?;
        // A later version may have more behind a hyphen, which is not for us; 255 is none.
        let ends = match version {
            0 => rest.is_empty(),
            0xff => false,
            _ => rest.is_empty() || rest.starts_with(b"-"),
        };
        if !ends || [2, 35, 52].iter().any(|at| known[*at] != b'-') {
            return None;
        }
        let trace_id = number(&known[3..35])?;
        let span_id = u64::try_from(number(&known[36..52])?).ok()?;
        let flags = number(&known[53..])?;
        (trace_id != 0 && span_id != 0).then_some(Self {
            trace_id,
            span_id,
            sampled: flags & 1 == 1,
        })
    }

    /// A new span, in this trace or in one of its own.
    fn new(trace_id: Option<u128>, sampled: bool) -> Self {
        let random = || Uuid::new_v4().as_u128();
        // Version and variant of the UUID stand in its middle: the low half keeps 62 random bits,
        // and two of them are never both 0.
        #[allow(clippy::cast_possible_truncation, reason = "the low half is meant")]
        let span_id = random() as u64;
        Self {
            trace_id: trace_id.unwrap_or_else(random),
            span_id,
            sampled,
        }
    }
}

/// A number in lower-case hexadecimal digits, and nothing else.
fn number(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(digit))
    })
}

/// As the value of a `traceparent` header.
impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = u8::from(self.sampled);
        write!(
            f,
            "00-{:032x}-{:016x}-{flags:02x}",
            self.trace_id, self.span_id
        )
    }
}

/// The span that a context is, once somebody has asked for it.
#[derive(Default)]
struct Own(OnceLock<TraceParent>);

impl Context {
    /// The trace and span of this context itself, made at the first question: what it calls or
    /// enqueues names it as its parent.
    ///
    /// A request is part of its caller's trace, where that sent one. Its trace is otherwise its
    /// request id, where that can be one, as Savia's own can. A task has a trace of its own, and
    /// [`trace_parent`](Self::trace_parent) is the span that enqueued it.
    pub fn trace(&self) -> TraceParent {
        *self.extension::<Own>().0.get_or_init(|| {
            let caller = self
                .trace_parent()
                .filter(|_| self.kind() != ContextKind::Task);
            let request = || {
                let id = self.request_id()?.as_bytes();
                number(id).filter(|number| id.len() == 32 && *number != 0)
            };
            let trace_id = caller.map(|it| it.trace_id).or_else(request);
            // Nobody records what begins here, so far.
            TraceParent::new(trace_id, caller.is_some_and(|it| it.sampled))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_recommendation_calls_invalid_is_nothing() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let span = "00f067aa0ba902b7";
        let read = |text: &str| TraceParent::parse(text);
        let parent = read(&format!("00-{trace}-{span}-00")).unwrap();
        assert_eq!(parent.trace_id, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        assert_eq!(
            (parent.span_id, parent.sampled),
            (0x00f0_67aa_0ba9_02b7, false)
        );
        assert!(read(&format!("00-{trace}-{span}-03")).unwrap().sampled);
        // Later versions are read as far as they are known.
        assert_eq!(read(&format!("cc-{trace}-{span}-00")), Some(parent));
        assert_eq!(read(&format!("cc-{trace}-{span}-00-what")), Some(parent));
        for invalid in [
            String::new(),
            format!("00-{trace}-{span}-00-what"),
            format!("00-{trace}-{span}-00 "),
            format!("cc-{trace}-{span}-00.what"),
            format!("ff-{trace}-{span}-00"),
            format!("0-{trace}-{span}-000"),
            format!("00-{}-{span}-00", trace.to_uppercase()),
            format!("00-{}-{span}-00", "0".repeat(32)),
            format!("00-{trace}-{}-00", "0".repeat(16)),
            format!("00-{}-{span}-00", trace.replace('4', "+")),
            format!("00-{trace}-{span}-0x"),
            format!("00-{trace}-{span}"),
            format!("00_{trace}_{span}_00"),
            format!("00-{trace}ü{span}-0"),
        ] {
            assert_eq!(read(&invalid), None, "{invalid}");
        }
    }

    #[test]
    fn a_new_span_can_be_read_again() {
        for _ in 0..100 {
            let new = TraceParent::new(None, true);
            assert_eq!(TraceParent::parse(new.to_string()), Some(new));
            let within = TraceParent::new(Some(new.trace_id), false);
            assert_eq!(within.trace_id, new.trace_id);
            assert_ne!(within.span_id, new.span_id);
        }
    }
}
