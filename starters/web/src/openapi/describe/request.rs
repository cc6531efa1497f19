//! What Savia's extractors take from a request.

use savia_core::__private::schemars::JsonSchema;

use super::Describe;
use crate::extract::{Body, Form, FromHeader, Header, Json, Path, Query, Text};
use crate::openapi::operation::{OperationBuilder, Place};

impl<T: JsonSchema> Describe for Path<T> {
    fn request(operation: &mut OperationBuilder<'_>, _parameter: &str) {
        operation.path::<T>();
    }
}

impl<T: JsonSchema> Describe for Query<T> {
    fn request(operation: &mut OperationBuilder<'_>, parameter: &str) {
        operation.query::<T>(parameter);
    }
}

impl<T: JsonSchema> Describe for Form<T> {
    fn request(operation: &mut OperationBuilder<'_>, _parameter: &str) {
        let schema = operation.incoming::<T>();
        operation.body("application/x-www-form-urlencoded", schema);
    }
}

/// As a body in, and as the answer's out.
impl<T: JsonSchema> Describe for Json<T> {
    fn request(operation: &mut OperationBuilder<'_>, _parameter: &str) {
        let schema = operation.incoming::<T>();
        operation.body("application/json", schema);
    }

    fn response(operation: &mut OperationBuilder<'_>) {
        let schema = operation.outgoing::<T>();
        operation.answer("application/json", schema);
    }
}

impl Describe for Body {
    fn request(operation: &mut OperationBuilder<'_>, _parameter: &str) {
        operation.raw_body("application/octet-stream");
    }
}

impl Describe for Text {
    fn request(operation: &mut OperationBuilder<'_>, _parameter: &str) {
        let text = operation.incoming::<str>();
        operation.body("text/plain", text);
    }
}

impl<T: FromHeader> Describe for Header<T> {
    fn request(operation: &mut OperationBuilder<'_>, _parameter: &str) {
        let text = operation.incoming::<str>();
        operation.parameter(Place::Header, T::NAME, true, text);
    }
}
