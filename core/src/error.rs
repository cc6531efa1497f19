//! The error a user's code returns, and how a starter's or a user's own error becomes one.

pub mod diagnosis;

use std::fmt;
use std::sync::Arc;

pub use diagnosis::{Diagnosis, StartupError};

use crate::validation::Violation;

/// The result of application code.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong in application code, as the caller should take it.
///
/// Any `std::error::Error` becomes one with `?`: an [`ErrorKind::Internal`], whose text is logged
/// and never shown to the caller, unless an [`ErrorMapper`] knows it better.
///
/// ```
/// use savia_core::{Error, ErrorKind, Result};
///
/// fn title(id: i64) -> Result<String> {
///     if id < 1 {
///         return Err(Error::not_found(format!("there is no post {id}")));
///     }
///     Ok(std::str::from_utf8(b"Hello")?.to_owned())
/// }
///
/// assert_eq!(title(0).unwrap_err().kind(), ErrorKind::NotFound);
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    public: Option<String>,
    violations: Vec<Violation>,
    // Shared, so that everybody who waited for one failed computation can be told.
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// How the caller should take an error; `web` gives each a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// 400: the request cannot be understood.
    BadRequest,
    /// 401: nobody is known to be calling.
    Unauthorized,
    /// 403: the caller may not.
    Forbidden,
    /// 404: there is no such thing.
    NotFound,
    /// 409: it conflicts with what is stored.
    Conflict,
    /// 422: understood, and against the rules.
    Invalid,
    /// 429: too often.
    TooManyRequests,
    /// 500: our own fault.
    Internal,
    /// 503: something this needs is not there.
    Unavailable,
    /// 504: something this needs did not answer in time.
    Timeout,
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {
        $($(#[$doc])* pub fn $name(public: impl Into<String>) -> Self {
            Self::new(ErrorKind::$kind, public)
        })*
    };
}

impl Error {
    /// An error of this kind, with the text the caller sees.
    pub fn new(kind: ErrorKind, public: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            public: Some(public.into()),
            violations: Vec::new(),
            source: None,
        }))
    }

    constructors! {
        /// The request cannot be understood (400).
        bad_request => BadRequest;
        /// Nobody is known to be calling (401).
        unauthorized => Unauthorized;
        /// The caller may not (403).
        forbidden => Forbidden;
        /// There is no such thing (404).
        not_found => NotFound;
        /// It conflicts with what is stored (409).
        conflict => Conflict;
        /// Understood, and against the rules (422).
        invalid => Invalid;
        /// Too often (429).
        too_many_requests => TooManyRequests;
        /// Something this needs is not there (503).
        unavailable => Unavailable;
        /// Something this needs did not answer in time (504).
        timeout => Timeout;
    }

    /// An internal error (500); the text is for the log, the caller never sees it.
    pub fn internal(text: impl Into<String>) -> Self {
        let text: Box<dyn std::error::Error + Send + Sync> = text.into().into();
        Self::from_source(ErrorKind::Internal, None, text.into())
    }

    /// Rules that the input broke (422).
    pub fn violations(violations: Vec<Violation>) -> Self {
        let mut error = Self::new(ErrorKind::Invalid, "the input breaks its rules");
        error.0.violations = violations;
        error
    }

    /// Adds the cause, which is logged and not shown.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    fn from_source(
        kind: ErrorKind,
        public: Option<String>,
        source: Arc<dyn std::error::Error + Send + Sync>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            public,
            violations: Vec::new(),
            source: Some(source),
        }))
    }

    /// How the caller should take it.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The text the caller sees, if one was given.
    pub fn public_text(&self) -> Option<&str> {
        self.0.public.as_deref()
    }

    /// The rules that the input broke.
    pub fn broken_rules(&self) -> &[Violation] {
        &self.0.violations
    }

    /// The cause.
    pub fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }

    /// The cause as the type it was.
    pub fn downcast_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        self.source()?.downcast_ref()
    }

    /// Asks `mappers`, first to last, what an error that came by `?` should be to the caller.
    #[must_use]
    pub fn mapped<'a>(self, mappers: impl IntoIterator<Item = &'a dyn ErrorMapper>) -> Self {
        if self.0.public.is_some() || self.0.kind != ErrorKind::Internal {
            return self;
        }
        let Some(source) = self.source() else {
            return self;
        };
        match mappers.into_iter().find_map(|mapper| mapper.map(source)) {
            Some(mut mapped) => {
                mapped.0.source = self.0.source;
                mapped
            }
            None => self,
        }
    }
}

/// Knows what a `std::error::Error` that a handler returned means to the caller.
///
/// Starters and users provide components of it (`#[service(provides(dyn ErrorMapper))]`); it is
/// asked only when an error is answered, and only for errors that came by `?`.
pub trait ErrorMapper: Send + Sync {
    /// The error as the caller should take it, or `None` where this mapper does not know it.
    /// Its source is kept by Savia and need not be repeated.
    fn map(&self, error: &(dyn std::error::Error + 'static)) -> Option<Error>;
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self::from_source(ErrorKind::Internal, None, Arc::new(error))
    }
}

impl fmt::Display for Error {
    /// What the log says: the public text and the chain of causes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if let Some(public) = &self.0.public {
            f.write_str(public)?;
            separator = ": ";
        }
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, "{separator}{error}")?;
            separator = ": ";
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

/// The candidate that is nearest to what was written, if one is near enough to be meant.
pub fn did_you_mean<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // 0.7 lets a typing slip through and keeps unrelated words out, as clap's own limit does.
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro(written, candidate), candidate))
        .filter(|(near, _)| *near > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
