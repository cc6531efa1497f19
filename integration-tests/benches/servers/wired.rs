//! actix-web with the middleware that Savia has by default, wired by hand from what the
//! ecosystem offers: request id, security headers, CORS, compression, body limit, timeout.

mod plain;

use std::time::Duration;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::{Compress, DefaultHeaders, Next, from_fn};
use actix_web::{App, Error, HttpServer, error, web};

const BODY_LIMIT: usize = 2 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(30);

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| {
        let headers = DefaultHeaders::new()
            .add(("X-Content-Type-Options", "nosniff"))
            .add(("X-Frame-Options", "DENY"))
            .add(("Referrer-Policy", "no-referrer"));
        let cors = Cors::default().allowed_origin("https://app.example.com");
        // The last one wrapped is the first to see a request.
        App::new()
            .app_data(web::PayloadConfig::new(BODY_LIMIT))
            .app_data(web::JsonConfig::default().limit(BODY_LIMIT))
            .configure(plain::routes)
            .wrap(from_fn(timeout))
            .wrap(Compress::default())
            .wrap(cors)
            .wrap(headers)
            .wrap(from_fn(request_id))
    })
    .workers(1)
    .bind(plain::address())?
    .run()
    .await
}

async fn request_id<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    const NAME: HeaderName = HeaderName::from_static("x-request-id");
    let id = match request.headers().get(&NAME) {
        Some(id) => id.clone(),
        None => HeaderValue::from_str(&uuid::Uuid::now_v7().to_string())
            .map_err(error::ErrorInternalServerError)?,
    };
    let mut response = next.call(request).await?;
    response.headers_mut().insert(NAME, id);
    Ok(response)
}

async fn timeout<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    match tokio::time::timeout(TIMEOUT, next.call(request)).await {
        Ok(response) => response,
        Err(_) => Err(error::ErrorServiceUnavailable("the request took too long")),
    }
}
