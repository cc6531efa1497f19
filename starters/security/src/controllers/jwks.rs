//! The public keys, for who verifies our tokens.

use std::sync::Arc;

use savia_starter_web::actix_web::HttpResponse;
use savia_starter_web::actix_web::http::header::CACHE_CONTROL;
use savia_starter_web::{controller, routes};

use crate::jwt::JwtIssuer;

/// Publishes the keys that verify access tokens.
#[controller(
    "/.well-known",
    conditional(property = "security.enabled", equals = "true"),
    conditional(property = "security.jwt.enabled", equals = "true")
)]
struct JwksController {
    issuer: Arc<JwtIssuer>,
}

#[routes]
#[public]
impl JwksController {
    /// The public keys that verify access tokens, as RFC 7517 writes them down.
    #[get("/jwks.json", hidden)]
    fn show(&self) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "public, max-age=60"))
            .json(self.issuer.jwks())
    }
}
