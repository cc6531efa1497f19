//! The apps of this crate; `mail` is the third. `installed_apps` in application.yaml says which
//! are live.

pub mod catalogue;
pub mod orders;
