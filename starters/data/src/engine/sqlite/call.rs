//! A job whose caller waits for the answer.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::{Context as TaskContext, Poll};

use savia_core::{Error, Result};
use tokio::sync::oneshot;

use super::drive::Caller;
use super::queue::{Job, Ran, closed};
use super::seat::Seat;

/// What a job came to: its result, or the panic it ended with.
type Outcome<R> = Result<Result<R>, Box<dyn Any + Send>>;

/// Work on a connection, and where its result goes.
struct Call<R, W> {
    work: W,
    reply: oneshot::Sender<Outcome<R>>,
}

/// What the caller waits for.
pub(super) struct Answer<R>(oneshot::Receiver<Outcome<R>>);

/// A job, and the answer to wait for.
pub(super) fn call<R, W>(work: W) -> (Box<dyn Job>, Answer<R>)
where
    R: Send + 'static,
    W: FnOnce(&mut Seat, &mut dyn Caller) -> Result<R> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Call { work, reply }), Answer(answer))
}

impl<R, W> Job for Call<R, W>
where
    R: Send,
    W: FnOnce(&mut Seat, &mut dyn Caller) -> Result<R> + Send,
{
    fn run(self: Box<Self>, seat: &mut Seat) -> Ran {
        let Self { work, mut reply } = *self;
        // The caller went away before it was its turn.
        if reply.is_closed() {
            return Ran::Soundly;
        }
        let occupied = seat.occupy();
        let outcome = catch_unwind(AssertUnwindSafe(|| work(seat, &mut reply)));
        drop(occupied);
        let ran = match outcome {
            Ok(_) => Ran::Soundly,
            Err(_) => {
                seat.rollback();
                Ran::Panicked
            }
        };
        let _ = reply.send(outcome);
        ran
    }

    fn refuse(self: Box<Self>, error: Error) {
        let _ = self.reply.send(Ok(Err(error)));
    }
}

impl<R> Caller for oneshot::Sender<Outcome<R>> {
    fn is_gone(&self) -> bool {
        self.is_closed()
    }

    fn poll_gone(&mut self, cx: &mut TaskContext<'_>) -> Poll<()> {
        self.poll_closed(cx)
    }
}

impl<R> Answer<R> {
    /// Waits for the result. A panic of the work goes on in the caller.
    pub(super) async fn wait(self) -> Result<R> {
        match self.0.await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(closed()),
        }
    }
}
