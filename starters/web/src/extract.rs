//! Extractors: what a handler takes from a request.
//!
//! Each reads one part of the request into a type of the user's and holds it against its rules
//! ([`Validate`](savia_core::validation::Validate)) before the handler runs. They are actix-web
//! extractors as well, so plain actix handlers can use them.
//!
//! | extractor | reads | on a fault |
//! | --- | --- | --- |
//! | [`Json<T>`] | a JSON body | 400, 413, 415, 422 |
//! | [`Form<T>`] | an urlencoded body | 400, 413, 415, 422 |
//! | [`Body`], [`Text`] | any body, a body of UTF-8 text | 400, 413 |
//! | [`Path<T>`] | the path's parameters | 400 |
//! | [`Query<T>`] | the query | 400 |
//! | [`Header<T>`] | one header | 400 |
//! | [`CspNonce`] | nothing: it is made for the answer | |
//!
//! `Option<Json<T>>` (and `Form`, `Body`, `Text`, `Header`) is `None` where the request has no body
//! (header), and still a fault where it has one that is wrong; see [`FromRequestOptional`].
//!
//! What is not decoded: request bodies with a `Content-Encoding` are refused with 415, because a
//! small compressed body may be an enormous plain one.

mod body;
mod content_type;
mod csp_nonce;
mod encoding;
mod form;
mod header;
mod json;
mod optional;
mod path;
mod query;

pub use body::{Body, Reading, Text};
pub use csp_nonce::CspNonce;
pub use form::Form;
pub use header::{FromHeader, Header};
pub use json::Json;
pub use optional::FromRequestOptional;
pub use path::Path;
pub use query::Query;

/// `Deref`, `DerefMut`, `into_inner` and `From` of a newtype around what was read.
macro_rules! newtype {
    ($name:ident) => {
        impl<T> $name<T> {
            /// What was read.
            #[inline]
            pub fn into_inner(self) -> T {
                self.0
            }
        }

        impl<T> std::ops::Deref for $name<T> {
            type Target = T;

            #[inline]
            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> std::ops::DerefMut for $name<T> {
            #[inline]
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }

        impl<T> From<T> for $name<T> {
            #[inline]
            fn from(value: T) -> Self {
                Self(value)
            }
        }
    };
}

use newtype;
