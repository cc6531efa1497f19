//! The schema of problem details, as every failed request is answered.

use savia_core::__private::schemars;

/// The media type of RFC 9457.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong with a request, as RFC 9457 writes it.
#[derive(schemars::JsonSchema, serde::Serialize)]
#[schemars(crate = "savia_core::__private::schemars")]
#[allow(dead_code, reason = "only its schema is asked for")]
pub(crate) struct Problem {
    /// A URI that names the kind of problem; `about:blank` where the status says it all.
    r#type: String,
    /// The kind of problem in words.
    title: String,
    /// The status of the answer.
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    /// What went wrong this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    detail: Option<String>,
    /// Where it went wrong: the path of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    instance: Option<String>,
    /// The kind of problem as a word that programs can match.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    code: Option<String>,
    /// The rules that the input breaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Violation>,
    /// The request's id, by which it is found in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    request_id: Option<String>,
}

/// A rule that the input breaks.
#[derive(schemars::JsonSchema, serde::Serialize)]
#[schemars(crate = "savia_core::__private::schemars")]
#[allow(dead_code, reason = "only its schema is asked for")]
pub(crate) struct Violation {
    /// The field, as a path: `address.lines[0]`.
    field: String,
    /// The rule as a word: `length`, `range`, `required`.
    code: String,
    /// The rule in words.
    message: String,
}
