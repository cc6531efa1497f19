//! How requests reach the application: over a socket, or by calling its service.

use std::io;
use std::net::SocketAddr;

use actix_http::Request;
use actix_web::body::{BodySize, BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, HOST, HeaderValue};
use actix_web::web::Bytes;
use futures_util::future::LocalBoxFuture;
use savia_core::AppHandle;
use savia_core::error::StartupError;
use savia_starter_web::server::{BoundAddress, in_process};
use tokio::task::LocalSet;

use super::exchange::{Received, Sent};
use super::wire;

/// How requests reach the application.
pub(crate) enum Transport {
    /// Over a socket.
    Tcp(SocketAddr),
    /// Within the process; what handlers spawn on their thread lives in the set.
    InProcess(Box<dyn Serve>, LocalSet),
    /// Not at all: `server.enabled` is false.
    None,
}

impl Transport {
    pub(crate) async fn to(app: &AppHandle, without_socket: bool) -> Result<Self, StartupError> {
        if without_socket {
            let local = LocalSet::new();
            let service = local.run_until(in_process(app)).await?;
            return Ok(Self::InProcess(Box::new(service), local));
        }
        let bound = app
            .component::<BoundAddress>()
            .and_then(|bound| bound.get());
        Ok(bound.map_or(Self::None, Self::Tcp))
    }

    #[track_caller]
    pub(crate) fn address(&self) -> SocketAddr {
        match self {
            Self::Tcp(address) => *address,
            Self::InProcess(..) => panic!(
                "an application in process listens nowhere; leave `in_process` out for a socket"
            ),
            Self::None => panic!("this application serves no HTTP: `server.enabled` is false"),
        }
    }

    pub(crate) async fn exchange(&self, sent: &Sent) -> io::Result<Received> {
        match self {
            Self::Tcp(address) => wire::exchange(*address, sent).await,
            Self::InProcess(service, local) => local.run_until(answered(&**service, sent)).await,
            Self::None => Err(io::Error::other(
                "this application serves no HTTP: `server.enabled` is false",
            )),
        }
    }
}

/// The application's service, whose type has no name.
pub(crate) trait Serve {
    fn serve(
        &self,
        request: Request,
    ) -> LocalBoxFuture<'_, Result<ServiceResponse<BoxBody>, actix_web::Error>>;
}

impl<S> Serve for S
where
    S: Service<Request, Response = ServiceResponse<BoxBody>, Error = actix_web::Error>,
{
    fn serve(
        &self,
        request: Request,
    ) -> LocalBoxFuture<'_, Result<ServiceResponse<BoxBody>, actix_web::Error>> {
        Box::pin(self.call(request))
    }
}

async fn answered(service: &dyn Serve, sent: &Sent) -> io::Result<Received> {
    let mut response = match service.serve(request(sent)).await {
        Ok(answered) => answered.into_parts().1,
        Err(error) => error.error_response(),
    };
    // What actix-http does where there is a socket.
    if let BodySize::Sized(length) = response.body().size() {
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    let (head, body) = response.into_parts();
    let body = if sent.method == Method::HEAD {
        Bytes::new()
    } else {
        to_bytes(body)
            .await
            .map_err(|error| io::Error::other(error.to_string()))?
    };
    Ok(Received {
        status: head.status(),
        headers: head.headers().clone(),
        body,
    })
}

fn request(sent: &Sent) -> Request {
    let body = sent.body.clone().unwrap_or_default();
    let mut request = actix_web::test::TestRequest::with_uri(&sent.target)
        .method(sent.method.clone())
        .set_payload(body.clone())
        .to_request();
    let headers = request.headers_mut();
    *headers = sent.headers.clone();
    if !headers.contains_key(HOST) {
        headers.insert(HOST, HeaderValue::from_static("localhost"));
    }
    if sent.body.is_some() && !headers.contains_key(CONTENT_LENGTH) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    request
}
