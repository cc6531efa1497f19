//! Reading a body: one buffer, and never more than the limit.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::Stream;

use crate::pipeline::body_limit;
use crate::problem::Problem;

/// A body as it came, whatever its type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body(pub Bytes);

/// A body of UTF-8 text, whatever its type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(pub String);

impl Body {
    /// What was read.
    pub fn into_inner(self) -> Bytes {
        self.0
    }
}

impl std::ops::Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Text {
    /// What was read.
    pub fn into_inner(self) -> String {
        self.0
    }
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl FromRequest for Body {
    type Error = Problem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Reading::start(request, payload, Ok(|body| Ok(Self(body))))
    }
}

impl FromRequest for Text {
    type Error = Problem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Reading::start(request, payload, Ok(text))
    }
}

pub(super) fn text(body: Bytes) -> Result<Text, Problem> {
    String::from_utf8(body.into())
        .map(Text)
        .map_err(|_| Problem::bad_request("the body is not UTF-8 text"))
}

/// What becomes of a body that was read.
pub(super) type Finish<O> = fn(Bytes) -> Result<O, Problem>;

/// A body that is being read, and what is made of it then: the future of every extractor of bodies.
pub struct Reading<O>(State<O>);

enum State<O> {
    /// It was settled before the first byte was read; taken by the one poll.
    Settled(Option<Result<O, Problem>>),
    Reading {
        body: Buffer,
        finish: Finish<O>,
    },
}

struct Buffer {
    payload: Payload,
    limit: usize,
    /// What the body says its length is, to make the buffer once.
    declared: usize,
    read: Read,
}

enum Read {
    Nothing,
    /// Most bodies come in one piece; it is used as it is.
    One(Bytes),
    Several(Vec<u8>),
}

impl<O> Reading<O> {
    /// An outcome that needs no reading.
    pub(super) fn settled(outcome: Result<O, Problem>) -> Self {
        Self(State::Settled(Some(outcome)))
    }

    /// Starts to read the body, unless it is known to be refused.
    #[inline]
    pub(super) fn start(
        request: &HttpRequest,
        payload: &mut Payload,
        finish: Result<Finish<O>, Problem>,
    ) -> Self {
        let limit = body_limit(request);
        match finish.and_then(|finish| Ok((finish, declared_length(request, limit)?))) {
            Ok((finish, declared)) => {
                let body = Buffer {
                    payload: payload.take(),
                    limit,
                    declared,
                    read: Read::Nothing,
                };
                Self(State::Reading { body, finish })
            }
            Err(problem) => Self::settled(Err(problem)),
        }
    }
}

/// The declared length of the body, 0 where it declares none.
#[inline]
fn declared_length(request: &HttpRequest, limit: usize) -> Result<usize, Problem> {
    let headers = request.headers();
    if let Some(encoding) = headers.get(CONTENT_ENCODING)
        && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        return Err(encoded());
    }
    let Some(length) = headers.get(CONTENT_LENGTH) else {
        return Ok(0);
    };
    // actix-http has refused what is no number; a number that is too large for a usize is too large.
    let length = length
        .to_str()
        .ok()
        .and_then(|length| length.trim().parse().ok());
    match length.unwrap_or(usize::MAX) {
        length if length > limit => Err(too_large(limit)),
        length => Ok(length),
    }
}

#[cold]
fn encoded() -> Problem {
    Problem::unsupported_media_type("an encoded body is not decoded here, send it plain")
        // RFC 7694: what would be understood.
        .with_header(ACCEPT_ENCODING, "identity")
}

#[cold]
fn too_large(limit: usize) -> Problem {
    Problem::payload_too_large(format!("the body is larger than {limit} bytes"))
        .with_member("limit", limit)
}

#[cold]
fn broken(error: PayloadError, limit: usize) -> Problem {
    match error {
        PayloadError::Overflow => too_large(limit),
        PayloadError::Incomplete(_) => Problem::bad_request("the body ended before its end"),
        error => Problem::bad_request("the body cannot be read").with_cause(error),
    }
}

impl Buffer {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Bytes, Problem>> {
        loop {
            match ready!(Pin::new(&mut self.payload).poll_next(cx)) {
                Some(Ok(chunk)) => self.push(chunk)?,
                Some(Err(error)) => return Poll::Ready(Err(broken(error, self.limit))),
                None => return Poll::Ready(Ok(self.take())),
            }
        }
    }

    fn push(&mut self, chunk: Bytes) -> Result<(), Problem> {
        let read = match &self.read {
            Read::Nothing => 0,
            Read::One(first) => first.len(),
            Read::Several(buffer) => buffer.len(),
        };
        if chunk.len() > self.limit - read {
            return Err(too_large(self.limit));
        }
        match &mut self.read {
            Read::Nothing => self.read = Read::One(chunk),
            Read::One(first) => {
                let length = self.declared.max(first.len() + chunk.len());
                let mut buffer = Vec::with_capacity(length);
                buffer.extend_from_slice(first);
                buffer.extend_from_slice(&chunk);
                self.read = Read::Several(buffer);
            }
            Read::Several(buffer) => buffer.extend_from_slice(&chunk),
        }
        Ok(())
    }

    fn take(&mut self) -> Bytes {
        match std::mem::replace(&mut self.read, Read::Nothing) {
            Read::Nothing => Bytes::new(),
            Read::One(body) => body,
            Read::Several(buffer) => Bytes::from(buffer),
        }
    }
}

// Nothing in it is pinned: the payload's stream is boxed.
impl<O> Unpin for Reading<O> {}

impl<O> Future for Reading<O> {
    type Output = Result<O, Problem>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Reading { body, finish } => {
                let body = ready!(body.poll(cx))?;
                Poll::Ready(finish(body))
            }
            State::Settled(outcome) => Poll::Ready(outcome.take().unwrap_or_else(|| {
                Err(Problem::internal(
                    "a body was asked for after it had been given",
                ))
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    async fn read(chunks: &'static [&'static str], limit: usize) -> Result<Bytes, Problem> {
        let stream = futures_util::stream::iter(chunks.iter().map(|chunk| Ok(Bytes::from(*chunk))));
        let payload: Payload = Payload::Stream {
            payload: Box::pin(stream),
        };
        let mut body = Buffer {
            payload,
            limit,
            declared: 0,
            read: Read::Nothing,
        };
        std::future::poll_fn(|cx| body.poll(cx)).await
    }

    #[actix_web::test]
    async fn a_body_is_read_to_its_end_and_no_further_than_the_limit() {
        assert_eq!(read(&[], 4).await.unwrap(), "");
        assert_eq!(read(&["abcd"], 4).await.unwrap(), "abcd");
        assert_eq!(read(&["ab", "c", "d"], 4).await.unwrap(), "abcd");
        assert_eq!(read(&["abcde"], 4).await.unwrap_err().status(), 413);
        assert_eq!(read(&["ab", "cd", "e"], 4).await.unwrap_err().status(), 413);
    }

    #[actix_web::test]
    async fn a_declared_length_above_the_limit_is_not_read() {
        let (request, mut payload) = TestRequest::post()
            .set_payload("abc")
            .insert_header((CONTENT_LENGTH, "99999999999999999999999"))
            .to_http_parts();
        let problem = Body::from_request(&request, &mut payload)
            .await
            .unwrap_err();
        assert_eq!(problem.status(), 413);
    }

    #[actix_web::test]
    async fn encoded_bodies_are_refused() {
        let (request, mut payload) = TestRequest::post()
            .insert_header((CONTENT_ENCODING, "gzip"))
            .set_payload("abc")
            .to_http_parts();
        let problem = Body::from_request(&request, &mut payload)
            .await
            .unwrap_err();
        assert_eq!(problem.status(), 415);
    }

    #[actix_web::test]
    async fn text_is_utf_8() {
        let (request, mut payload) = TestRequest::post()
            .set_payload(&b"\xff"[..])
            .to_http_parts();
        let problem = Text::from_request(&request, &mut payload)
            .await
            .unwrap_err();
        assert_eq!(problem.status(), 400);
    }
}
