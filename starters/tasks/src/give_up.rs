//! `GiveUp`: a failure that another attempt would not mend.

/// A failure that another attempt would not mend: the task is a dead letter at once.
///
/// ```
/// # extern crate savia_starter_tasks as savia;
/// # mod example {
/// use savia::GiveUp;
///
/// #[savia::task]
/// async fn charge(card: String) -> savia_core::Result<()> {
///     if card.is_empty() {
///         return Err(GiveUp::because("there is no card").into());
///     }
///     Ok(())
/// }
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct GiveUp(String);

impl GiveUp {
    /// With this reason, which the dead letter bears.
    pub fn because(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}
