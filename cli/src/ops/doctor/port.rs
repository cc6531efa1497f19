//! Whether the application could listen.

use std::net::TcpListener;

use serde_json::Value;

use super::findings::{Finding, ok, warn};
use crate::ops::project::Project;

const NAME: &str = "port";
const DEFAULT_HOST: &str = "127.0.0.1";
const DEFAULT_PORT: u16 = 8080;

pub(super) fn examine(project: &Project) -> Finding {
    let (host, port) = address(project);
    match TcpListener::bind((host.as_str(), port)) {
        Ok(_) => ok(NAME, format!("{host}:{port} is free")),
        Err(error) => warn(
            NAME,
            format!("{host}:{port} cannot be listened on: {error}"),
            "stop what listens there (perhaps this application), or set another `server.port`",
        ),
    }
}

/// As application.yaml and the environment have it; `savia config` knows it exactly, and needs a
/// build for it.
fn address(project: &Project) -> (String, u16) {
    let text = std::fs::read_to_string(project.configuration()).unwrap_or_default();
    let file: Value = serde_saphyr::from_str(&text).unwrap_or_default();
    let server = &file["server"];
    let variable = |name: &str| std::env::var(name).ok();
    let host = variable("SAVIA_SERVER__HOST").or_else(|| Some(server["host"].as_str()?.to_owned()));
    let port = ["SAVIA_SERVER__PORT", "PORT"]
        .into_iter()
        .find_map(|name| variable(name)?.parse().ok());
    let port = port.or_else(|| u16::try_from(server["port"].as_u64()?).ok());
    (
        host.unwrap_or_else(|| DEFAULT_HOST.to_owned()),
        port.unwrap_or(DEFAULT_PORT),
    )
}
