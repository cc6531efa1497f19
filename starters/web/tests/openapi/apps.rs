//! Apps of which each test installs what it needs.

pub(crate) mod guard;
pub(crate) mod home;
pub(crate) mod notes;
pub(crate) mod orders;
pub(crate) mod rival;
