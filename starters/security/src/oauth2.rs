//! OAuth 2.0 and OpenID Connect: logging in with a provider, tokens of outside issuers, and calling other
//! services.
//!
//! The codes and tokens of the protocol go through the `oauth2` crate. What providers publish is fetched
//! when it is first asked for and kept (`oauth2/fetched.rs`), so that an application starts without them.

mod client;
mod clients;
mod endpoint;
mod faults;
mod fetched;
mod flow;
mod http;
mod id_token;
mod identities;
mod issuers;
mod keys;
mod login;
mod metadata;
mod profile;
mod provider;
mod redirect;

pub use clients::OAuth2Clients;
pub use identities::Identities;
pub use issuers::TrustedIssuers;
pub(crate) use issuers::{Disbelief, TrustedIssuer};
pub use login::OAuth2Login;
pub(crate) use login::{Answer, Finished};
pub use provider::OAuth2Providers;

pub(crate) use faults::faults;
pub(crate) use flow::{Flow, clearing, of_request, setting};
pub(crate) use http::Http;
pub(crate) use redirect::{is_local, with_parameter};
