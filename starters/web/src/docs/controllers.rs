//! The controllers of the documentation.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use savia_core::app::AppHandle;
use savia_core::component::{ComponentOptions, ComponentRegistration, Location, Stereotype};
use savia_core::condition::Condition;
use savia_core::container::component_binding;
use savia_core::{Config, Context};

use super::assets;
use super::document::Document;
use crate::extract::Path;
use crate::problem::Problem;
use crate::route::Controller;

/// The conditions under which the documentation is served: `docs.enabled`, where `auto` is every
/// profile but `prod`.
fn enabled() -> Vec<Condition> {
    vec![
        Condition::not(Condition::property_is("docs.enabled", "false")),
        Condition::Any(vec![
            Condition::property_is("docs.enabled", "true"),
            Condition::not(Condition::Profile("prod")),
        ]),
    ]
}

/// Whether the documentation of this application is served.
pub(super) fn is_served(app: &AppHandle) -> bool {
    let registry = app.registry();
    registry.has::<PublicDocs>() || registry.has::<Docs>()
}

/// The title of the page.
fn title() -> String {
    let name = Context::with_current(|context| {
        context.and_then(|context| Config::text(context.app().config(), "name"))
    });
    name.unwrap_or_else(|| "API".to_owned())
}

/// A controller of the documentation. There are two of them, because with the security starter it
/// is open to anybody in profile `dev` only, and that is data of a route.
macro_rules! docs {
    ($(#[$doc:meta])* $name:ident, $when:expr $(, $access:ident)?) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(super) struct $name {
            document: Document,
        }

        impl Controller for $name {
            const PATH: &'static str = "/";
        }

        savia_core::__private::inventory::submit! {
            ComponentRegistration {
                name: std::any::type_name::<$name>,
                module_path: module_path!(),
                location: Location { file: file!(), line: line!() },
                points: Vec::new,
                bindings: || vec![component_binding(|_| Arc::new($name::default()))],
                conditions: || enabled().into_iter().chain([$when]).collect(),
                options: ComponentOptions {
                    stereotype: Stereotype::Controller,
                    primary: false,
                    qualifier: None,
                    order: 0,
                },
            }
        }

        #[crate::routes]
        $(#[$access])?
        impl $name {
            /// The OpenAPI document.
            #[get("/openapi.json", hidden)]
            fn document(&self, request: HttpRequest) -> Result<HttpResponse, Problem> {
                self.document.answer(&request)
            }

            /// Swagger UI.
            #[get("/docs", hidden)]
            fn index(&self) -> HttpResponse {
                assets::index(&title())
            }

            /// The files of Swagger UI.
            #[get("/docs/{file}", hidden)]
            fn file(&self, file: Path<String>, request: HttpRequest) -> Option<HttpResponse> {
                assets::file(&request, &file)
            }
        }
    };
}

docs! {
    /// The documentation in profile `dev`, open to anybody.
    PublicDocs, Condition::Profile("dev"), public
}

docs! {
    /// The documentation elsewhere: open to whom the application is open.
    Docs, Condition::not(Condition::Profile("dev"))
}
