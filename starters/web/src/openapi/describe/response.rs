//! What Savia's answers are.

use savia_core::__private::schemars::JsonSchema;

use super::Describe;
use crate::openapi::operation::OperationBuilder;
use crate::respond::{Created, Html, NoContent};

impl<T: JsonSchema> Describe for Created<T> {
    fn response(operation: &mut OperationBuilder<'_>) {
        let schema = operation.outgoing::<T>();
        operation.answer_with(201, "application/json", schema);
        operation.answer_header(201, "Location", "Where what was made is found.");
    }
}

impl Describe for NoContent {
    fn response(operation: &mut OperationBuilder<'_>) {
        operation.empty_answer(204);
    }
}

impl Describe for () {
    fn response(operation: &mut OperationBuilder<'_>) {
        operation.empty_answer(204);
    }
}

impl<T> Describe for Html<T> {
    fn response(operation: &mut OperationBuilder<'_>) {
        let schema = operation.outgoing::<str>();
        operation.answer("text/html", schema);
    }
}

impl Describe for String {
    fn response(operation: &mut OperationBuilder<'_>) {
        let schema = operation.outgoing::<str>();
        operation.answer("text/plain", schema);
    }
}

impl Describe for &'static str {
    fn response(operation: &mut OperationBuilder<'_>) {
        String::response(operation);
    }
}

/// As an answer: the thing, or 404. As a parameter: what may be left out.
impl<R: Describe> Describe for Option<R> {
    fn request(operation: &mut OperationBuilder<'_>, parameter: &str) {
        R::request(operation, parameter);
        operation.optional_body();
    }

    fn response(operation: &mut OperationBuilder<'_>) {
        R::response(operation);
        operation.problem(404);
    }
}

/// As an answer: the thing, or a problem.
impl<R: Describe, E> Describe for Result<R, E> {
    fn request(operation: &mut OperationBuilder<'_>, parameter: &str) {
        R::request(operation, parameter);
    }

    fn response(operation: &mut OperationBuilder<'_>) {
        R::response(operation);
        operation.may_fail();
    }
}
