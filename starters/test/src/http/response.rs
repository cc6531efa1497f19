//! An answer, read to its end.

use actix_http::encoding::Decoder;
use actix_web::error::PayloadError;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};
use serde::de::DeserializeOwned;

use super::exchange::{Received, Sent, Shown};

/// The answer to a [`TestRequest`](super::TestRequest).
///
/// It is read with [`status`](Self::status), [`json`](Self::json) and the like, and held to
/// something with the `assert_…` methods. Those chain, and a failed one shows the whole exchange:
///
/// ```text
/// expected status 201, got 422 Unprocessable Entity
///
/// > POST /posts
/// > content-type: application/json
/// >
/// > {
/// >   "title": ""
/// > }
///
/// < 422 Unprocessable Entity
/// < content-type: application/problem+json
/// …
/// ```
#[derive(Debug, Clone)]
#[must_use = "an answer that nobody looks at is no test"]
pub struct TestResponse {
    sent: Sent,
    received: Received,
    decoded: Bytes,
}

impl TestResponse {
    /// An answer whose body is decompressed, as its `Content-Encoding` says.
    pub(crate) async fn decoded(sent: Sent, received: Received) -> Result<Self, String> {
        let body = stream::iter([Ok::<_, PayloadError>(received.body.clone())]);
        let mut parts = Decoder::from_headers(body, &received.headers);
        let mut decoded = Vec::new();
        while let Some(part) = parts.next().await {
            match part {
                Ok(part) => decoded.extend_from_slice(&part),
                Err(error) => {
                    let shown = Shown {
                        received: &received,
                        decoded: &received.body,
                    };
                    return Err(format!(
                        "the body is not encoded as its `Content-Encoding` says: \
                         {error}\n\n{sent}\n{shown}"
                    ));
                }
            }
        }
        Ok(Self {
            sent,
            received,
            decoded: decoded.into(),
        })
    }

    /// The status: `200`.
    pub fn status(&self) -> u16 {
        self.received.status.as_u16()
    }

    /// A header, if the answer has it and it is text; the first of several.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.received.headers.get(name)?.to_str().ok()
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.received.headers
    }

    /// The body, decompressed.
    pub fn bytes(&self) -> &[u8] {
        &self.decoded
    }

    /// The body as it came over the wire.
    pub fn raw_bytes(&self) -> &[u8] {
        &self.received.body
    }

    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.decoded).into_owned()
    }

    /// The body as a value: a type of the application's, or a [`serde_json::Value`].
    ///
    /// # Panics
    ///
    /// With the whole exchange, where the body is not JSON of such a value.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.decoded) {
            Ok(value) => value,
            Err(error) => {
                let wanted = std::any::type_name::<T>();
                self.fail(&format!("the body cannot be read as `{wanted}`: {error}"))
            }
        }
    }

    #[track_caller]
    pub(super) fn fail(&self, what: &str) -> ! {
        panic!("{what}\n\n{self}")
    }
}

impl std::fmt::Display for TestResponse {
    /// The request and the answer.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = Shown {
            received: &self.received,
            decoded: &self.decoded,
        };
        write!(f, "{}\n{shown}", self.sent)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
    use actix_web::http::{Method, StatusCode};

    use super::*;

    /// An answer to `POST /posts` with `{"title":""}`.
    pub(in crate::http) fn answer(status: u16, kind: &'static str, body: &str) -> TestResponse {
        let typed = |kind| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            headers
        };
        TestResponse {
            sent: Sent {
                method: Method::POST,
                target: "/posts".to_owned(),
                headers: typed("application/json"),
                body: Some(Bytes::from_static(br#"{"title":""}"#)),
            },
            received: Received {
                status: StatusCode::from_u16(status).unwrap(),
                headers: typed(kind),
                body: Bytes::from(body.to_owned()),
            },
            decoded: Bytes::from(body.to_owned()),
        }
    }

    #[test]
    fn an_exchange_is_shown_as_it_went() {
        let shown = answer(
            422,
            "application/problem+json; charset=utf-8",
            r#"{"status":422}"#,
        );
        assert_eq!(
            shown.to_string(),
            "> POST /posts\n> content-type: application/json\n>\n> {\n>   \"title\": \"\"\n> }\n\n\
             < 422 Unprocessable Entity\n< content-type: application/problem+json; charset=utf-8\n\
             <\n< {\n<   \"status\": 422\n< }\n"
        );
    }
}
