//! The OpenAPI 3.1 document, made of the handlers' own signatures, doc comments and rules.
//!
//! There is no second declaration: an extractor or an answer says what it is ([`Describe`]), its
//! types bring their JSON Schema, a handler's doc comment becomes summary and description.

pub(crate) mod config;
pub(crate) mod describe;
mod document;
pub(crate) mod operation;
mod problem;
mod schemas;

pub use config::OpenApiConfig;
pub use describe::Describe;
pub use document::document;
pub use operation::{OperationBuilder, Place};
pub use schemas::Described;
