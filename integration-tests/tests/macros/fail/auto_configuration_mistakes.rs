//! An auto-configuration is a struct without fields that implements the trait.

use savia::auto_configuration;

#[auto_configuration]
struct Forgotten;

#[auto_configuration(order = 1)]
struct WithFields {
    size: usize,
}

#[auto_configuration]
struct Generic<T>(T);

#[auto_configuration]
enum Choice {}

#[auto_configuration]
impl Forgotten {}

fn main() {}
