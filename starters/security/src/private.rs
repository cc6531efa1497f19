//! What the code of the macros names, as `::savia::__private::security::…`.

pub use crate::authorization::{authorize_by, require};
