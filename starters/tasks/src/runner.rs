//! How a task's function is called.

use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use savia_core::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::TaskContext;

/// A function with what it asks of the container, ready to be called.
#[derive(Clone)]
pub enum Runner {
    /// An `async fn`.
    Async(Arc<dyn Fn(Given) -> BoxFuture<'static, Returned> + Send + Sync>),
    /// A plain `fn`, which blocks its thread.
    Blocking(Arc<dyn Fn(Given) -> Returned + Send + Sync>),
}

/// What a run came to: what it gave back, as the text of a JSON value.
pub type Returned = Result<Option<String>, Failure>;

/// Why a run failed.
#[derive(Debug)]
pub enum Failure {
    /// The payload is not what the function takes: it will not be another time either.
    Payload(String),
    /// The function said so.
    Failed(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Runner {
    /// Of an `async fn`.
    pub fn asynchronous<F, Fut>(run: F) -> Self
    where
        F: Fn(Given) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Returned> + Send + 'static,
    {
        Self::Async(Arc::new(move |given| Box::pin(run(given))))
    }

    /// Of a plain `fn`.
    pub fn blocking(run: impl Fn(Given) -> Returned + Send + Sync + 'static) -> Self {
        Self::Blocking(Arc::new(run))
    }
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Async(_) => "Runner::Async",
            Self::Blocking(_) => "Runner::Blocking",
        })
    }
}

/// What a run is given.
#[derive(Debug)]
pub struct Given {
    pub(crate) payload: Arc<str>,
    pub(crate) context: TaskContext,
}

impl Given {
    /// The arguments.
    ///
    /// # Errors
    ///
    /// Where the payload is of another shape.
    pub fn arguments<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_str(&self.payload).map_err(|error| Failure::Payload(error.to_string()))
    }

    /// The task's own context.
    pub fn context(&self) -> TaskContext {
        self.context.clone()
    }
}

/// What a task's function may return.
#[diagnostic::on_unimplemented(
    message = "a task cannot return `{Self}`",
    label = "not what a task may return",
    note = "return nothing, or `Result<T>` of a `T` that serde can write"
)]
pub trait TaskOutcome {
    /// What it gives back when it succeeds.
    type Output: 'static;

    /// As a run's outcome.
    ///
    /// # Errors
    ///
    /// The function's own.
    fn outcome(self) -> Returned;
}

impl TaskOutcome for () {
    type Output = ();

    fn outcome(self) -> Returned {
        Ok(None)
    }
}

impl<T: Serialize + 'static, E: Into<Error>> TaskOutcome for Result<T, E> {
    type Output = T;

    fn outcome(self) -> Returned {
        let value = self.map_err(Into::into)?;
        // Most tasks give nothing back, and nothing need be written for that.
        if size_of::<T>() == 0 {
            return Ok(None);
        }
        match serde_json::to_string(&value) {
            Ok(text) if text == "null" => Ok(None),
            Ok(text) => Ok(Some(text)),
            Err(error) => Err(Failure::Failed(Error::internal(format!(
                "what the task gave back cannot be written as JSON: {error}"
            )))),
        }
    }
}
