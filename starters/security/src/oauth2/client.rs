//! A client of the `oauth2` crate, as it is configured.

use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet, ExtraTokenFields,
    RequestTokenError, StandardRevocableToken, StandardTokenResponse, TokenUrl,
};
use savia_core::config::Secret;
use savia_core::{Error, Result};
use savia_starter_web::Problem;
use serde::{Deserialize, Serialize};

use super::http::{HttpError, chain, unavailable};
use crate::config::ClientAuthentication;

/// What a token answer of OpenID Connect says beside OAuth 2.0.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct IdTokenField {
    pub(super) id_token: Option<String>,
}

// No token is printed.
impl std::fmt::Debug for IdTokenField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdTokenField").finish_non_exhaustive()
    }
}

impl ExtraTokenFields for IdTokenField {}

pub(super) type TokenAnswer = StandardTokenResponse<IdTokenField, BasicTokenType>;

/// A client that knows where tokens are given out.
pub(super) type TokenClient = Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// A client of this name and secret.
pub(super) fn token_client(
    id: &str,
    secret: Option<&Secret<String>>,
    authentication: ClientAuthentication,
    token_url: &str,
) -> Result<TokenClient> {
    let url = TokenUrl::new(token_url.to_owned())
        .map_err(|error| Error::internal(format!("{token_url:?} is no URL: {error}")))?;
    let client = Client::new(ClientId::new(id.to_owned()))
        .set_token_uri(url)
        .set_auth_type(match authentication {
            ClientAuthentication::Basic => AuthType::BasicAuth,
            ClientAuthentication::Post => AuthType::RequestBody,
        });
    Ok(match secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose().clone())),
        None => client,
    })
}

/// What became of asking for a token, as an answer to who waits for it.
pub(super) fn failed(who: &str, error: RequestTokenError<HttpError, BasicErrorResponse>) -> Error {
    match error {
        RequestTokenError::ServerResponse(answer) => refused(who, &answer),
        RequestTokenError::Request(error) => unavailable(who, &chain(&error)),
        // GitHub says no with a 200.
        RequestTokenError::Parse(error, body) => match serde_json::from_slice(&body) {
            Ok(answer) => refused(who, &answer),
            Err(_) => unavailable(who, &format!("its answer is no token: {error}")),
        },
        RequestTokenError::Other(why) => unavailable(who, &why),
    }
}

fn refused(who: &str, answer: &BasicErrorResponse) -> Error {
    match answer.error() {
        // These are ours to mend, and not the browser's.
        BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => {
            unavailable(who, &answer.to_string())
        }
        _ => Problem::unauthorized("the provider did not accept the login")
            .with_code("oauth2_refused")
            .with_cause(format!("{who}: {answer}"))
            .into(),
    }
}
