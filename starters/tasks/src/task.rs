//! `Task`: what `#[task]` makes of a function.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::TaskOptions;

/// A function with `#[task]`, as something that can be enqueued: a value holds the arguments of one
/// call.
///
/// `#[task]` makes a type beside the function, of the same name, with a constructor `new` that takes
/// the parameters which are not injected.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no task",
    label = "cannot be enqueued",
    note = "put `#[task]` on the function and write `function::new(arguments)`"
)]
pub trait Task: Serialize + DeserializeOwned + Send + 'static {
    /// What the function gives back when it succeeds.
    type Output: 'static;

    /// By which its function is found when it is run, whatever version of the program enqueued it.
    const NAME: &'static str;

    /// What `#[task(…)]` says.
    const OPTIONS: TaskOptions;

    /// What makes two of them equal, where they are unique by something else than all of their
    /// arguments.
    fn unique_key(&self) -> Option<String> {
        None
    }
}
