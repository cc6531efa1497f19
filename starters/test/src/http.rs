//! HTTP as a test speaks it: a client, its requests, and answers that can be held to something.

mod assertions;
mod client;
mod cookies;
mod exchange;
mod json;
mod request;
mod response;
mod transport;
mod wire;

pub use client::TestClient;
pub use request::TestRequest;
pub use response::TestResponse;

pub(crate) use transport::Transport;
pub(crate) use wire::raw;

/// The methods `get`, `post`, … of what has a `request`.
macro_rules! verbs {
    ($type:ty) => {
        $crate::http::verbs! { $type:
            /// A GET request.
            get GET,
            /// A POST request.
            post POST,
            /// A PUT request.
            put PUT,
            /// A PATCH request.
            patch PATCH,
            /// A DELETE request.
            delete DELETE,
            /// A HEAD request.
            head HEAD,
            /// An OPTIONS request.
            options OPTIONS,
        }
    };
    ($type:ty: $($(#[$doc:meta])* $name:ident $method:ident,)*) => {
        impl $type {
            $($(#[$doc])*
            #[track_caller]
            pub fn $name(&self, path: impl AsRef<str>) -> $crate::http::TestRequest {
                self.request(actix_web::http::Method::$method, path)
            })*
        }
    };
}

pub(crate) use verbs;
