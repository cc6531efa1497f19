//! Somebody who guards what is secured.

use savia_core::service;
use savia_starter_web::access::{AccessControl, AccessRule};
use savia_starter_web::{Exchange, Flow};

savia_core::app! { name: "guard" }

#[service(provides(dyn AccessControl))]
struct Guard;

impl AccessControl for Guard {
    fn name(&self) -> &'static str {
        "guard"
    }

    fn decide(&self, _rule: &AccessRule, _exchange: &Exchange<'_>) -> Flow {
        Flow::Continue
    }
}
