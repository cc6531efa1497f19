//! The listening socket that outlives every version of the application.

use std::ffi::OsString;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::ops::binary;
use crate::ops::project::Project;

/// Where the application wants to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Asks the application's configuration; none where it has no server or cannot be read, which
    /// the start will explain better.
    pub(super) fn ask(project: &Project, executable: &Path, settings: &[OsString]) -> Option<Self> {
        let mut command = binary::command(project, executable);
        command
            .args(["config", "explain", "server", "--format", "json"])
            .args(settings);
        let output = command
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let said: Value = serde_json::from_slice(&output.stdout).ok()?;
        let keys = said.get("keys")?.as_array()?;
        let value = |name: &str| {
            let key = keys.iter().find(|key| key["key"] == name)?;
            ["value", "default"]
                .iter()
                .map(|field| &key[*field])
                .find(|value| !value.is_null())
        };
        let port = u16::try_from(value("server.port")?.as_u64()?).ok()?;
        Some(Self {
            host: value("server.host")?.as_str()?.to_owned(),
            port,
        })
    }
}

/// A socket, and where it was meant to listen.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) address: Address,
    listener: TcpListener,
}

impl Socket {
    /// The socket at an address, opened where it is not among those there are.
    ///
    /// None where it cannot be opened: then the application tries, fails, and explains it better
    /// than we could.
    pub(super) fn at<'a>(address: &Address, sockets: &'a mut Vec<Self>) -> Option<&'a Self> {
        let place = sockets.iter().position(|socket| socket.address == *address);
        if place.is_none() {
            let listener = TcpListener::bind((address.host.as_str(), address.port)).ok()?;
            sockets.push(Self {
                address: address.clone(),
                listener,
            });
        }
        place.map_or_else(|| sockets.last(), |place| sockets.get(place))
    }

    /// The socket as the standard input of a child, which is how it gets there without `unsafe`.
    pub(super) fn to_stdin(&self) -> std::io::Result<Stdio> {
        Ok(std::os::fd::OwnedFd::from(self.listener.try_clone()?).into())
    }
}
