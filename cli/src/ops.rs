//! The work of the commands.

pub(crate) mod binary;
pub(crate) mod build;
pub(crate) mod change_set;
pub(crate) mod doctor;
pub(crate) mod generate;
pub(crate) mod name;
pub(crate) mod new_app;
pub(crate) mod new_project;
pub(crate) mod project;
pub(crate) mod starters;
pub(crate) mod suggest;
pub(crate) mod templates;
pub(crate) mod tested;
pub(crate) mod toolchain;
pub(crate) mod tree;
pub(crate) mod watch;
