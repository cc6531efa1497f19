//! Running futures to their end on a thread of the database.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};

use savia_core::Context;
use tokio::runtime::Handle;

/// Whoever waits for the answer.
pub(crate) trait Caller {
    /// Whether nobody does any more.
    fn is_gone(&self) -> bool;

    /// Waits until nobody does any more.
    fn poll_gone(&mut self, cx: &mut TaskContext<'_>) -> Poll<()>;
}

/// Runs a future inside a context, to its end, or until nobody waits for it any more.
///
/// What only works on SQLite is ready at once; a runtime is asked for only where the future waits
/// for something else.
pub(crate) fn drive<F: Future>(
    runtime: &Handle,
    caller: &mut dyn Caller,
    context: Option<Context>,
    future: F,
) -> Option<F::Output> {
    match context {
        Some(context) => to_its_end(runtime, caller, context.scope(future)),
        None => to_its_end(runtime, caller, future),
    }
}

fn to_its_end<F: Future>(
    runtime: &Handle,
    caller: &mut dyn Caller,
    future: F,
) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut nobody = TaskContext::from_waker(Waker::noop());
    if let Poll::Ready(output) = future.as_mut().poll(&mut nobody) {
        return Some(output);
    }
    runtime.block_on(poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        caller.poll_gone(cx).map(|()| None)
    }))
}
