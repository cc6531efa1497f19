//! Futures inside a unit.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use pin_project_lite::pin_project;
use savia_core::Context;

use super::unit::Unit;

thread_local! {
    /// The unit of code that runs outside of every context.
    static BARE: RefCell<Option<Arc<Unit>>> = const { RefCell::new(None) };
}

/// The unit of code that runs outside of every context.
pub(super) fn bare() -> Option<Arc<Unit>> {
    BARE.with_borrow(Clone::clone)
}

/// A future inside a unit, and the context it runs in; without a context around it, it has the
/// unit alone.
pub(crate) fn inside<F: Future>(
    unit: Arc<Unit>,
    context: Option<Context>,
    future: F,
) -> Inside<savia_core::context::Scoped<F>, Bare<F>> {
    match context {
        Some(context) => Inside::Context {
            future: context.scope(future),
        },
        None => Inside::Bare {
            future: Bare {
                future,
                unit: Some(unit),
            },
        },
    }
}

pin_project! {
    /// Made by [`inside`].
    #[project = InsideProject]
    pub(crate) enum Inside<C, B> {
        Context { #[pin] future: C },
        Bare { #[pin] future: B },
    }
}

impl<C: Future, B: Future<Output = C::Output>> Future for Inside<C, B> {
    type Output = C::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        match self.project() {
            InsideProject::Context { future } => future.poll(cx),
            InsideProject::Bare { future } => future.poll(cx),
        }
    }
}

pin_project! {
    /// A future that has a unit and no context.
    pub(crate) struct Bare<F> {
        #[pin]
        future: F,
        unit: Option<Arc<Unit>>,
    }
}

impl<F: Future> Future for Bare<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _entered = Entered::enter(this.unit);
        this.future.poll(cx)
    }
}

struct Entered<'a>(&'a mut Option<Arc<Unit>>);

impl<'a> Entered<'a> {
    fn enter(slot: &'a mut Option<Arc<Unit>>) -> Self {
        BARE.with_borrow_mut(|current| std::mem::swap(current, slot));
        Self(slot)
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        BARE.with_borrow_mut(|current| std::mem::swap(current, self.0));
    }
}
