//! Where the server listens: a socket it was given, or one it opens, and why it cannot.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpListener};

use savia_core::Config;
use savia_core::error::{Diagnosis, StartupError};
use tokio::net::TcpSocket;

use super::holder;
use crate::config::ServerConfig;

/// Sockets that were handed over by whoever started the process, else those of `server.host` and
/// `server.port`.
pub(super) async fn open(
    config: &Config,
    server: &ServerConfig,
) -> Result<Vec<TcpListener>, StartupError> {
    let inherited = inherited()?;
    if !inherited.is_empty() {
        return Ok(inherited);
    }
    let addresses = resolve(config, server).await?;
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut failures = Vec::new();
    for mut address in addresses {
        // `localhost` is two addresses; both get the same port.
        if let Some(first) = listeners.first() {
            address.set_port(first.local_addr().map_err(unusable)?.port());
        }
        match listen(address, server.backlog) {
            Ok(listener) => listeners.push(listener),
            Err(error) => failures.push((address, error)),
        }
    }
    // A port that somebody else has on one of the addresses would answer half of the clients; an
    // address that the machine lacks (IPv6, often) is no loss while another works.
    let fatal = failures
        .into_iter()
        .find(|(_, error)| listeners.is_empty() || error.kind() == ErrorKind::AddrInUse);
    match fatal {
        Some((address, error)) => Err(explain(config, address, &error).into()),
        None => Ok(listeners),
    }
}

/// The systemd protocol (`LISTEN_FDS`, `LISTEN_PID`), by which `savia run --watch` hands its
/// socket from one build to the next.
fn inherited() -> Result<Vec<TcpListener>, StartupError> {
    let mut handed = listenfd::ListenFd::from_env();
    let mut listeners = Vec::new();
    for at in 0..handed.len() {
        match handed.take_tcp_listener(at) {
            Ok(listener) => listeners.extend(listener),
            Err(error) => return Err(unusable(error)),
        }
    }
    Ok(listeners)
}

fn unusable(error: io::Error) -> StartupError {
    Diagnosis::new(
        "server::inherited_socket",
        format!("a socket cannot be listened on: {error}"),
    )
    .because("LISTEN_FDS says that it was handed over")
    .help("hand over listening TCP sockets only, or unset LISTEN_FDS")
    .into()
}

async fn resolve(config: &Config, server: &ServerConfig) -> Result<Vec<SocketAddr>, StartupError> {
    let host = server.host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, server.port)]);
    }
    let found = tokio::net::lookup_host((host, server.port)).await;
    let addresses: Vec<_> = found.map(Iterator::collect).unwrap_or_default();
    if addresses.is_empty() {
        let fault = Diagnosis::new(
            "server::unknown_host",
            format!("no address is known for `{host}`"),
        )
        .at_key(config, "server.host");
        return Err(fault
            .help("`127.0.0.1` serves this machine only, `0.0.0.0` every network")
            .into());
    }
    Ok(addresses)
}

fn listen(address: SocketAddr, backlog: u32) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    // A restart must not wait for the connections of the process before it (TIME_WAIT). On
    // Windows the same word lets two processes share a port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(backlog)?.into_std()
}

fn explain(config: &Config, address: SocketAddr, error: &io::Error) -> Diagnosis {
    let port = address.port();
    match error.kind() {
        ErrorKind::AddrInUse => {
            let holder = holder::of(port);
            let by = holder
                .as_ref()
                .map(|it| format!(" by {it}"))
                .unwrap_or_default();
            let fault = Diagnosis::new("server::port_in_use", format!("{address} is in use{by}"));
            let fault = fault.at_key(config, "server.port");
            let fault = match holder {
                Some(holder) => fault.help(format!("stop it: `kill {}`", holder.pid)),
                None => fault.help("find out who has it: `ss -ltnp`"),
            };
            let other = port.checked_add(1).unwrap_or(8080);
            fault.help(format!(
                "or take another port: `--set server.port={other}`, 0 for a free one"
            ))
        }
        ErrorKind::PermissionDenied => Diagnosis::new(
            "server::permission_denied",
            format!("listening on {address} is not permitted"),
        )
        .because("ports below 1024 are kept for the administrator")
        .at_key(config, "server.port")
        .help("take a port from 1024: `--set server.port=8080`")
        .help("or let the binary: `setcap cap_net_bind_service=+ep BINARY`"),
        ErrorKind::AddrNotAvailable => Diagnosis::new(
            "server::address_not_available",
            format!("this machine has no address {}", address.ip()),
        )
        .at_key(config, "server.host")
        .help("`127.0.0.1` serves this machine only, `0.0.0.0` every network"),
        _ => Diagnosis::new(
            "server::bind",
            format!("{address} cannot be listened on: {error}"),
        )
        .at_key(config, "server.host"),
    }
}
