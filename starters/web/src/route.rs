//! Routes: what the macros register, and what is known of one when a request has found it.

pub(crate) mod pattern;
pub(crate) mod table;

use std::sync::Arc;
use std::time::Duration;

use savia_core::component::Location;
use savia_core::container::{Container, ResolveError};

use crate::access::AccessRule;
use crate::handler::Handler;
use crate::openapi::operation::OperationBuilder;

pub use table::{PlannedRoute, RouteTable};

/// A component that answers requests; `#[controller("/posts")]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no controller",
    label = "its routes have no path to stand below",
    note = "put `#[controller(\"/path\")]` on the struct"
)]
pub trait Controller: Send + Sync + 'static {
    /// The path below which its routes stand: `/posts`.
    const PATH: &'static str;
}

/// The methods a route may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Adds, or does what no other method does.
    Post,
    /// Replaces.
    Put,
    /// Changes a part.
    Patch,
    /// Takes away.
    Delete,
    /// Reads what stands above the body.
    Head,
    /// Asks what may be asked.
    Options,
}

impl Method {
    /// How many there are.
    pub const COUNT: usize = 7;

    /// The method as HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
        }
    }

    /// The method that HTTP wrote, if a route may answer it.
    #[inline]
    pub fn from_http(method: &actix_web::http::Method) -> Option<Self> {
        use actix_web::http::Method as Http;
        Some(match *method {
            Http::GET => Self::Get,
            Http::POST => Self::Post,
            Http::PUT => Self::Put,
            Http::PATCH => Self::Patch,
            Http::DELETE => Self::Delete,
            Http::HEAD => Self::Head,
            Http::OPTIONS => Self::Options,
            _ => return None,
        })
    }
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What `#[routes]` submits for each method of a controller.
pub struct RouteRegistration {
    /// The controller's type name.
    pub controller: fn() -> &'static str,
    /// The controller's path.
    pub base: &'static str,
    /// The method it answers.
    pub method: Method,
    /// The path below the controller's: `/{id}`, or `` for the controller's own.
    pub path: &'static str,
    /// The function's name: `show`.
    pub handler: &'static str,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// The package it stands in, and its version, where Cargo compiled it.
    pub package: (Option<&'static str>, Option<&'static str>),
    /// Where it was declared.
    pub location: Location,
    /// Its doc comment.
    pub docs: &'static str,
    /// What its attributes say.
    pub meta: fn() -> RouteMeta,
    /// Describes its parameters and answers for the OpenAPI document.
    pub describe: fn(&mut OperationBuilder<'_>),
    /// Makes its handler of the built container.
    pub bind: fn(&Container) -> Result<Arc<dyn Handler>, ResolveError>,
}

savia_core::__private::inventory::collect!(RouteRegistration);

/// What the attributes of a route say.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct RouteMeta {
    /// What it asks of its caller.
    pub access: Option<AccessRule>,
    /// Open to anybody although the application is closed: `#[public]`.
    pub public: bool,
    /// The most bytes its body may have, instead of `server.body_limit`.
    pub body_limit: Option<usize>,
    /// The time it may take, instead of `server.request_timeout`; zero for no limit.
    pub timeout: Option<Duration>,
    /// Whether its answers are compressed, instead of `server.compression`.
    pub compression: Option<bool>,
    /// Left out of the OpenAPI document.
    pub hidden: bool,
    /// Shown as deprecated in the OpenAPI document.
    pub deprecated: bool,
}

/// A route of the running application, known to every filter and handler of its requests.
#[derive(Debug)]
pub struct Route {
    /// The method it answers.
    pub method: Method,
    /// Its whole path with names for what varies: `/posts/{id}`; a metric's label.
    pub pattern: String,
    /// The controller's type name.
    pub controller: &'static str,
    /// The function's name.
    pub handler: &'static str,
    /// The app it belongs to, if it belongs to one.
    pub app: Option<&'static str>,
    /// What its attributes say.
    pub meta: RouteMeta,
    /// Where it was declared.
    pub location: Location,
    /// Its place among all routes, from 0: an index for what filters prepare a route.
    pub index: usize,
}

impl Route {
    /// The handler with its controller, for people: `PostController::show`.
    pub fn name(&self) -> String {
        let controller = self
            .controller
            .rsplit("::")
            .next()
            .unwrap_or(self.controller);
        format!("{controller}::{}", self.handler)
    }
}
