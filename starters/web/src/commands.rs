//! The commands of the project's binary that know about routes: `routes` and `openapi`.

mod openapi;
mod routes;
