//! `server.request_id`.

use savia_core::config;

/// The id of a request: in the log, in problems, and in the answer's header.
#[config]
pub struct RequestIdConfig {
    /// Whether requests get an id.
    #[default(true)]
    pub enabled: bool,

    /// The header that carries it, in requests and answers.
    #[default("x-request-id")]
    #[garde(length(min = 1, max = 64))]
    pub header: String,

    /// Whether the id a request comes with is taken over, if it is 1 to 128 visible ASCII
    /// characters. Say `false` where nothing stands before the server that sets it.
    #[default(true)]
    pub trust_incoming: bool,
}
