//! What the code that `#[config]` emits names.

pub use super::section::{SectionReader, read_word};
pub use super::shape::{Field, Rules, SectionShape, Shape, Word};
pub use super::{
    ByteSize, Config, ConfigError, ConfigRegistration, ConfigSection, ConfigValue, Input,
};
pub use crate::component::{Interface, Location};
pub use crate::container::{Binding, Provider};
pub use crate::validation::validate_garde;
pub use garde;
pub use inventory;
pub use serde_json;
