//! What the code of the macros names, as `::savia::__private::security::…`.

pub use crate::audit::Audited;
pub use crate::authorization::{authorize_by, require};
