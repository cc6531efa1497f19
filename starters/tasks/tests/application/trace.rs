//! A task's run is a trace, linked to that of the request that enqueued it.

use crate::process::{Process, show};
use crate::support::Place;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

crate::on_every_backend! {
    a_run_is_a_trace_linked_to_the_request_that_enqueued_it
}

/// A field of a line of the log.
fn field<'a>(line: &'a str, name: &str) -> &'a str {
    let (_, rest) = line
        .split_once(&format!("{name}="))
        .unwrap_or_else(|| panic!("no {name} in {line}"));
    rest.split([' ', '}', ',']).next().unwrap()
}

/// The trace and the span of a `traceparent`.
fn parts(parent: &str) -> (&str, &str) {
    let parts: Vec<_> = parent.split('-').collect();
    assert_eq!((parts.len(), parts[0]), (4, "00"), "{parent}");
    (parts[1], parts[2])
}

async fn a_run_is_a_trace_linked_to_the_request_that_enqueued_it(place: &Place) {
    let app = Process::start(place, "log", &[]);
    let sent = format!("TraceParent: 00-{TRACE}-{SPAN}-01\r\n");
    let (_, ids) = app.post("/greet", &sent).await;
    let ids: Vec<_> = ids.split(' ').collect();
    let mut traces = Vec::new();
    let mut parents = Vec::new();
    for (id, said) in ids.iter().zip(["greeted", "counted"]) {
        let line = app.line(said).await;
        assert_eq!(field(&line, "id"), *id, "{line}");
        let parent = field(&line, "linked_trace").to_owned();
        // The request is a span of its own in its caller's trace, and it is what enqueued.
        let (trace, span) = parts(&parent);
        assert_eq!(trace, TRACE, "{line}");
        assert_ne!(span, SPAN, "{line}");
        assert!(parent.ends_with("-01"), "{line}");
        let own = field(&line, "trace_id").to_owned();
        assert_eq!(own.len(), 32, "{line}");
        assert_ne!(own, TRACE, "{line}");
        if place.keys()[0].1 != "memory" {
            assert_eq!(show(place, id)["trace_parent"], parent.as_str());
        }
        traces.push(own);
        parents.push(parent);
    }
    assert_eq!(parents[0], parents[1], "one request is one span");
    assert_ne!(traces[0], traces[1], "each run is a trace");

    // Without a caller's, or with what is none, a request is a trace of its own.
    let twice = format!("{sent}{sent}");
    let upper = sent.replace("bf92", "BF92");
    for headers in ["", &twice, &upper] {
        let (head, ids) = app.post("/greet", headers).await;
        let line = app.line(ids.split(' ').next().unwrap()).await;
        let parent = field(&line, "linked_trace");
        let (trace, _) = parts(parent);
        assert!(parent.ends_with("-00"), "{line}");
        // Which is its id: one look finds all of it.
        let id = head
            .lines()
            .find_map(|line| line.strip_prefix("x-request-id: "));
        assert_eq!(Some(trace), id, "{line}");
    }
}
