//! The routes on Savia, an application like any other. Three apps answer the same routes, each in
//! one of the ways to reach the database; `installed_apps` says which one is live.

mod calls;
mod dsl;
mod json;
mod posts;
mod unit;

fn main() -> savia::ExitCode {
    savia::run()
}
