//! What every worker's application is made of.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{App, HttpRequest, web};
use savia_core::app::AppHandle;
use savia_core::error::{Diagnosis, StartupError};

use super::WebConfigurer;
use crate::config::ServerConfig;
use crate::filter::WebFilter;
use crate::pipeline::{self, BodyLimit, Defaults, Pipeline, Shared};
use crate::route::table::{PlannedRoute, RouteTable};
use crate::router::{BoundRoute, Router};

/// Routes, filters and services, put together once; workers get clones that share them.
#[derive(Clone)]
pub(super) struct Blueprint {
    shared: Arc<Shared>,
    configurers: Arc<[Arc<dyn WebConfigurer>]>,
    body_limit: BodyLimit,
}

impl Blueprint {
    /// Binds every route to its controller.
    ///
    /// # Errors
    ///
    /// Every route whose controller is not in the container.
    pub(super) fn new(app: &AppHandle, config: &ServerConfig) -> Result<Self, StartupError> {
        let container = app
            .container()
            .ok_or_else(|| Diagnosis::new("server::too_early", "the container is not built yet"))?;
        let body_limit = usize::try_from(config.body_limit.bytes()).unwrap_or(usize::MAX);
        let mut faults = Vec::new();
        let mut routes = Vec::new();
        for PlannedRoute {
            registration,
            route,
        } in RouteTable::collect(app)?
        {
            match (registration.bind)(container) {
                Ok(handler) => routes.push(Arc::new(BoundRoute {
                    body_limit: route.meta.body_limit.unwrap_or(body_limit),
                    timeout: limit(route.meta.timeout.unwrap_or(config.request_timeout)),
                    compression: route.meta.compression.unwrap_or(config.compression),
                    handler,
                    route,
                })),
                Err(error) => faults.push(
                    Diagnosis::new("server::unbound_route", error.to_string())
                        .at(route.location)
                        .because(format!("{} {} needs it", route.method, route.pattern)),
                ),
            }
        }
        StartupError::unless_empty(faults)?;
        let configurers: Arc<[_]> = app.components::<dyn WebConfigurer>().into();
        let defaults = Defaults {
            compression: config.compression,
            compression_min_size: usize::try_from(config.compression_min_size.bytes())
                .unwrap_or(usize::MAX),
            timeout: limit(config.request_timeout),
            has_services: !configurers.is_empty(),
        };
        let filters = app.components::<dyn WebFilter>();
        let shared = Shared::new(app.clone(), Router::new(routes), filters, defaults);
        Ok(Self {
            shared: Arc::new(shared),
            configurers,
            body_limit: BodyLimit(body_limit),
        })
    }

    /// A worker's application.
    pub(super) fn application(
        &self,
    ) -> App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = actix_web::Error,
            InitError = (),
        > + use<>,
    > {
        let not_found = |request: HttpRequest| async move { pipeline::not_found(&request) };
        App::new()
            .app_data(self.body_limit)
            .configure(|services| {
                for configurer in self.configurers.iter() {
                    configurer.configure(services);
                }
            })
            .default_service(web::to(not_found))
            .wrap(Pipeline(Arc::clone(&self.shared)))
    }
}

/// Zero sets no limit.
fn limit(timeout: Duration) -> Option<Duration> {
    (!timeout.is_zero()).then_some(timeout)
}
