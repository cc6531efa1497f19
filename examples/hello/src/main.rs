//! Greets people over HTTP.

use savia::prelude::*;

#[controller("/hello")]
struct HelloController {
    #[value("hello.greeting", default = "Hello".to_owned())]
    greeting: String,
}

#[routes]
impl HelloController {
    /// A greeting by name.
    #[get("/{name}")]
    async fn greet(&self, name: Path<String>) -> String {
        format!("{}, {}!", self.greeting, *name)
    }
}

fn main() -> savia::ExitCode {
    savia::run()
}

#[cfg(test)]
mod tests;
