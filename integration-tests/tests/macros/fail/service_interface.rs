//! A component provides what it implements, and what can be shared among threads.

use savia::service;

trait Mailer: Send + Sync {}

#[service(provides(dyn Mailer))]
struct Forgotten;

trait Unshared {}

#[service(provides(dyn Unshared))]
struct Single;

impl Unshared for Single {}

#[service(provides(Mailer))]
struct NoDyn;

impl Mailer for NoDyn {}

fn main() {}
