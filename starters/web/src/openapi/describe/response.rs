//! What Savia's answers are.

use std::borrow::Cow;

use actix_web::web::Bytes;
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

macro_rules! plain {
    ($media_type:literal: $($type:ty),*) => {
        $(impl Describe for $type {
            fn response(operation: &mut OperationBuilder<'_>) {
                let schema = operation.outgoing::<str>();
                operation.answer($media_type, schema);
            }
        })*
    };
}

plain!("text/plain": String, &'static str, Cow<'static, str>);

macro_rules! binary {
    ($($type:ty),*) => {
        $(impl Describe for $type {
            fn response(operation: &mut OperationBuilder<'_>) {
                operation.raw_answer("application/octet-stream");
            }
        })*
    };
}

binary!(Bytes, Vec<u8>, &'static [u8]);

/// As an answer: the thing, or 404. As a parameter: what a request may do without.
impl<R: Describe> Describe for Option<R> {
    fn request(operation: &mut OperationBuilder<'_>, parameter: &str) {
        operation.optional(|operation| R::request(operation, parameter));
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
