//! Pages of other origins may call, or not.

mod origins;

use actix_web::http::Method;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName,
    HeaderValue, ORIGIN, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use savia_core::Config;
use savia_core::error::Diagnosis;

pub(crate) use origins::Origins;

use super::{Exchange, Flow, WebFilter, order};
use crate::config::CorsConfig;
use crate::problem::Problem;

/// Cross-origin resource sharing, as the Fetch standard asks for it.
///
/// A preflight is answered here, before the router could say 405: 204 with what is allowed, or 403
/// with a problem that names the key that would allow it. Other requests are never turned away:
/// it is the browser that keeps an answer without `Access-Control-Allow-Origin` from its page.
#[derive(Debug)]
pub struct CorsFilter {
    origins: Origins,
    methods: Vec<Method>,
    /// None for whatever is asked for.
    headers: Option<Vec<HeaderName>>,
    credentials: bool,
    /// Values of answers, made once.
    allow_methods: HeaderValue,
    allow_headers: Option<HeaderValue>,
    expose_headers: Option<HeaderValue>,
    max_age: HeaderValue,
}

impl CorsFilter {
    /// As the configuration says.
    ///
    /// # Errors
    ///
    /// Everything in it that no browser could follow.
    pub fn new(section: &CorsConfig, config: &Config) -> Result<Self, Vec<Diagnosis>> {
        let mut faults = Vec::new();
        let origins = Origins::new(&section.allowed_origins, config, &mut faults);
        if origins.is_any() && section.allow_credentials {
            let what = "`server.cors.allow_credentials` is true while \
                        `server.cors.allowed_origins` lets every origin in";
            let fault = Diagnosis::new("server::cors_credentials", what);
            let fault = fault.at_key(config, "server.cors.allow_credentials");
            faults.push(
                fault
                    .at_key(config, "server.cors.allowed_origins")
                    .because("browsers refuse the two together (Fetch, section 3.2.5)")
                    .help("name the origins that may send credentials")
                    .help("or set `server.cors.allow_credentials: false`"),
            );
        }
        let methods = parsed(
            "allowed_methods",
            "method",
            &section.allowed_methods,
            config,
            &mut faults,
        );
        let any_header = section.allowed_headers.iter().any(|name| name == "*");
        let headers = (!any_header).then(|| {
            parsed(
                "allowed_headers",
                "header name",
                &section.allowed_headers,
                config,
                &mut faults,
            )
        });
        let exposed: Vec<HeaderName> = parsed(
            "exposed_headers",
            "header name",
            &section.exposed_headers,
            config,
            &mut faults,
        );
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self {
            allow_methods: list(&methods),
            allow_headers: headers.as_deref().map(list),
            expose_headers: (!exposed.is_empty()).then(|| list(&exposed)),
            max_age: HeaderValue::from(section.max_age.as_secs()),
            credentials: section.allow_credentials,
            origins,
            methods,
            headers,
        })
    }

    fn preflight(&self, request: &HttpRequest, method: &HeaderValue) -> HttpResponse {
        let asked = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS);
        let mut response = match self.refusal(request, method, asked) {
            None => HttpResponse::new(StatusCode::NO_CONTENT),
            Some(reason) => Problem::forbidden(reason)
                .with_code("cors_refused")
                .into_response(request),
        };
        let granted = response.status() == StatusCode::NO_CONTENT;
        let set = response.headers_mut();
        if granted {
            set.insert(ACCESS_CONTROL_ALLOW_METHODS, self.allow_methods.clone());
            // `*` would leave `Authorization` out, so what is asked for is said back.
            if let Some(value) = self.allow_headers.as_ref().or(asked) {
                set.insert(ACCESS_CONTROL_ALLOW_HEADERS, value.clone());
            }
            set.insert(ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
        }
        set.append(VARY, HeaderValue::from_name(ACCESS_CONTROL_REQUEST_METHOD));
        set.append(VARY, HeaderValue::from_name(ACCESS_CONTROL_REQUEST_HEADERS));
        response
    }

    /// Why a preflight is refused, and the key that would allow it.
    fn refusal(
        &self,
        request: &HttpRequest,
        method: &HeaderValue,
        asked: Option<&HeaderValue>,
    ) -> Option<String> {
        let origin = request.headers().get(ORIGIN);
        if !origin.is_some_and(|origin| self.origins.allow(origin.as_bytes())) {
            return Some(refused("origin", origin, "allowed_origins"));
        }
        if !self
            .methods
            .iter()
            .any(|allowed| allowed.as_str().as_bytes() == method.as_bytes())
        {
            return Some(refused("method", Some(method), "allowed_methods"));
        }
        let (Some(allowed), Some(asked)) = (&self.headers, asked) else {
            return None;
        };
        let stranger = asked
            .as_bytes()
            .split(|byte| *byte == b',')
            .map(<[u8]>::trim_ascii)
            .find(|name| {
                !name.is_empty()
                    && !allowed
                        .iter()
                        .any(|it| it.as_str().as_bytes().eq_ignore_ascii_case(name))
            })?;
        let stranger = HeaderValue::from_bytes(stranger).ok();
        Some(refused("header", stranger.as_ref(), "allowed_headers"))
    }

    fn grant(&self, origin: &HeaderValue, set: &mut HeaderMap) {
        if self.origins.is_any() {
            set.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        } else {
            set.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        }
        if self.credentials {
            set.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        }
    }
}

impl WebFilter for CorsFilter {
    fn name(&self) -> &'static str {
        "cors"
    }

    fn order(&self) -> i32 {
        order::CORS
    }

    fn before(&self, exchange: &Exchange<'_>) -> Flow {
        match preflight_method(exchange.request) {
            Some(method) => Flow::Answer(self.preflight(exchange.request, method)),
            None => Flow::Continue,
        }
    }

    fn after(&self, exchange: &Exchange<'_>, response: &mut HttpResponse) {
        let request = exchange.request;
        let set = response.headers_mut();
        if let Some(origin) = request.headers().get(ORIGIN)
            && self.origins.allow(origin.as_bytes())
        {
            self.grant(origin, set);
            if let Some(exposed) = &self.expose_headers
                && preflight_method(request).is_none()
            {
                set.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed.clone());
            }
        }
        // A cache must not give one origin the answer that another got.
        if !self.origins.is_any() {
            set.append(VARY, HeaderValue::from_static("origin"));
        }
    }
}

/// The method a preflight asks for; none where the request is no preflight.
#[inline]
fn preflight_method(request: &HttpRequest) -> Option<&HeaderValue> {
    if request.method() != Method::OPTIONS || !request.headers().contains_key(ORIGIN) {
        return None;
    }
    request.headers().get(ACCESS_CONTROL_REQUEST_METHOD)
}

fn refused(what: &str, value: Option<&HeaderValue>, key: &str) -> String {
    let value = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    format!("the {what} `{value}` is not in `server.cors.{key}`")
}

/// Names of a list in the configuration; those that are none are faults.
fn parsed<T: std::str::FromStr>(
    name: &str,
    kind: &str,
    words: &[String],
    config: &Config,
    faults: &mut Vec<Diagnosis>,
) -> Vec<T> {
    let key = format!("server.cors.{name}");
    let mut names = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match word.trim().parse() {
            Ok(name) => names.push(name),
            Err(_) => {
                let what = format!("`{key}[{at}]` is no {kind}: {word:?}");
                faults.push(Diagnosis::new("server::cors_name", what).at_key(config, &key));
            }
        }
    }
    names
}

fn list<T: AsRef<str>>(names: &[T]) -> HeaderValue {
    let text = names
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<&str>>()
        .join(", ");
    // Parsed names are ASCII tokens.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
