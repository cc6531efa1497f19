//! The HTTP server: started last, stopped first.

mod blueprint;
mod connection;
mod holder;
mod listener;
mod refusal;

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol};
use actix_server::{GracefulShutdownSignal, Server, ServerHandle};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_service, map_config,
};
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::rt::net::TcpStream;
use async_trait::async_trait;
use futures_util::future::{poll_immediate, ready};
use savia_core::app::AppHandle;
use savia_core::config::sections::LifecycleConfig;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::lifecycle::{Lifecycle, Phase};
use tokio::task::JoinHandle;

use crate::config::ServerConfig;
use blueprint::Blueprint;
use connection::Connection;

/// The way past Savia to actix-web itself: services, guards and data beside the routes.
///
/// Components of it (`#[service(provides(dyn WebConfigurer))]`) are asked once a worker. Savia's
/// own routes come first, and every filter stands before these services too.
///
/// ```
/// use savia_starter_web::actix_web::{HttpResponse, web};
/// use savia_starter_web::server::WebConfigurer;
///
/// struct Plain;
///
/// impl WebConfigurer for Plain {
///     fn configure(&self, services: &mut web::ServiceConfig) {
///         services.route("/plain", web::get().to(|| async { HttpResponse::Ok().body("plain") }));
///     }
/// }
/// ```
pub trait WebConfigurer: Send + Sync {
    /// Adds services.
    fn configure(&self, services: &mut actix_web::web::ServiceConfig);
}

/// Where the server listens, once it does; port 0 is then a real one.
#[derive(Debug, Default)]
pub struct BoundAddress(OnceLock<SocketAddr>);

impl BoundAddress {
    /// The address.
    pub fn get(&self) -> Option<SocketAddr> {
        self.0.get().copied()
    }

    /// The address as a URL: `http://127.0.0.1:8080`.
    pub fn url(&self) -> Option<String> {
        self.get().map(|address| format!("http://{address}"))
    }
}

/// The HTTP server. It answers on workers of its own, each a thread with its own runtime.
pub struct WebServer {
    config: ServerConfig,
    bound: Arc<BoundAddress>,
    running: Mutex<Option<Running>>,
}

struct Running {
    handle: ServerHandle,
    task: JoinHandle<std::io::Result<()>>,
}

impl WebServer {
    /// A server that will listen where the configuration says, and say so in `bound`.
    pub fn new(config: ServerConfig, bound: Arc<BoundAddress>) -> Self {
        Self {
            config,
            bound,
            running: Mutex::new(None),
        }
    }

    /// The server, bound and not yet polled: its workers start with the first poll.
    fn assemble(
        &self,
        app: &AppHandle,
        blueprint: Blueprint,
        listeners: Vec<TcpListener>,
    ) -> Result<Server, StartupError> {
        let limits = app
            .config()
            .section::<LifecycleConfig>()
            .unwrap_or_default();
        // The application's own deadline stands above; this one only has to be no shorter.
        let patience = limits.shutdown_timeout.as_secs().saturating_add(1);
        let mut server = Server::build()
            .disable_signals()
            .shutdown_timeout(patience)
            .max_concurrent_connections(self.config.max_connections);
        if let Some(workers) = self.config.workers {
            server = server.workers(workers);
        }
        for listener in listeners {
            let (config, blueprint) = (self.config.clone(), blueprint.clone());
            let address = listener.local_addr().map_err(failed)?;
            let stopping = server.graceful_shutdown_signal();
            server = server
                .listen(format!("http {address}"), listener, move || {
                    connections(&config, &blueprint, address, &stopping)
                })
                .map_err(failed)?;
        }
        Ok(server.run())
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Lifecycle for WebServer {
    fn name(&self) -> &str {
        "web server"
    }

    fn phase(&self) -> Phase {
        Phase::Server
    }

    async fn start(&self, app: &AppHandle) -> Result<(), StartupError> {
        // First, so that the kernel takes connections in while the rest is made.
        let listeners = listener::open(app.config(), &self.config).await?;
        let bound = listeners
            .first()
            .and_then(|listener| listener.local_addr().ok());
        let blueprint = Blueprint::new(app, &self.config)?;
        let mut server = self.assemble(app, blueprint, listeners)?;
        let handle = server.handle();
        // The first poll waits for the workers; later ones only hear commands.
        if let Some(ended) = poll_immediate(&mut server).await {
            ended.map_err(failed)?;
        }
        *self.running() = Some(Running {
            handle,
            task: tokio::spawn(server),
        });
        if let Some(address) = bound {
            let address = *self.bound.0.get_or_init(|| address);
            tracing::info!("listening on http://{address}");
        }
        Ok(())
    }

    async fn stop(&self) -> savia_core::Result<()> {
        let Some(Running { handle, task }) = self.running().take() else {
            return Ok(());
        };
        // Dropped at the application's deadline, this ends what is still under way.
        let mut task = EndOnDrop(task);
        // On stop, actix drops the connections that its accept thread has handed to a worker and
        // the worker has not begun: so it first takes no more, and begins those it has.
        handle.pause().await;
        tokio::time::sleep(SETTLE).await;
        handle.stop(true).await;
        (&mut task.0).await??;
        Ok(())
    }
}

/// What a worker does with its connections: the work of actix-web's `HttpServer`, over connections
/// that tell its refusals.
fn connections(
    config: &ServerConfig,
    blueprint: &Blueprint,
    address: SocketAddr,
    stopping: &GracefulShutdownSignal,
) -> impl ServiceFactory<TcpStream, Config = (), Error = DispatchError, InitError = ()> + use<> {
    let stopping = stopping.clone();
    let application = blueprint
        .application()
        .into_factory()
        .map_err(|error: actix_web::Error| error.error_response());
    let http = HttpService::build()
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .keep_alive(config.keep_alive)
        .client_request_timeout(config.client_request_timeout)
        .client_disconnect_timeout(config.client_disconnect_timeout)
        .local_addr(address)
        // The default names a host for requests without one (HTTP/1.0) and an address nobody is
        // told otherwise; actix-web lets no one else make another.
        .finish(map_config(application, |()| AppConfig::default()));
    fn_service(|stream: TcpStream| {
        let peer = stream.peer_addr().ok();
        ready(Ok((Connection::new(stream), Protocol::Http1, peer)))
    })
    .and_then(http)
}

/// How long a worker may take to begin what was accepted; a request on its way comes in with it.
const SETTLE: std::time::Duration = std::time::Duration::from_millis(20);

/// Ends the server when it is dropped: a dropped server closes its connections.
struct EndOnDrop(JoinHandle<std::io::Result<()>>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn failed(error: std::io::Error) -> StartupError {
    Diagnosis::new(
        "server::failed",
        format!("the server could not be started: {error}"),
    )
    .into()
}

impl std::fmt::Debug for WebServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebServer")
            .field("bound", &self.bound)
            .finish_non_exhaustive()
    }
}

/// The application as a service in this process, with its filters and routes and without sockets:
/// what tests call where a real connection would prove nothing more.
///
/// # Errors
///
/// What would keep the server from starting too.
pub async fn in_process(
    app: &AppHandle,
) -> Result<
    impl Service<actix_http::Request, Response = ServiceResponse<BoxBody>, Error = actix_web::Error>
    + use<>,
    StartupError,
> {
    let config = app.config().section::<ServerConfig>().map_err(|errors| {
        errors
            .iter()
            .map(savia_core::config::ConfigError::diagnosis)
            .collect::<Vec<_>>()
    })?;
    let blueprint = Blueprint::new(app, &config)?;
    Ok(actix_web::test::init_service(blueprint.application()).await)
}
