//! The W3C trace parent that goes with a task (<https://www.w3.org/TR/trace-context/#traceparent-header>).

use savia_core::context::TraceParent;

/// `00-{trace id}-{span id}-{flags}`.
pub(crate) fn written(parent: TraceParent) -> String {
    format!(
        "00-{:032x}-{:016x}-{:02x}",
        parent.trace_id,
        parent.span_id,
        u8::from(parent.sampled)
    )
}

/// What was written; nothing where it is something else.
pub(crate) fn read(text: &str) -> Option<TraceParent> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if version != "00" || trace.len() != 32 || span.len() != 16 || flags.len() != 2 {
        return None;
    }
    let trace_id = u128::from_str_radix(trace, 16).ok()?;
    let span_id = u64::from_str_radix(span, 16).ok()?;
    let flags = u8::from_str_radix(flags, 16).ok()?;
    (trace_id != 0 && span_id != 0).then_some(TraceParent {
        trace_id,
        span_id,
        sampled: flags & 1 == 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let parent = TraceParent {
            trace_id: 0x4bf9_2f35_77b3_4da6,
            span_id: 7,
            sampled: true,
        };
        assert_eq!(read(&written(parent)), Some(parent));
        assert_eq!(read("00-0-0-0"), None);
        assert_eq!(read(""), None);
    }
}
