//! Starting the application, and speaking HTTP by hand: what is sent is what is written here.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::error::StartupError;
use savia_core::lifecycle::{Application, Running};
use savia_starter_web::server::BoundAddress;
use serde_json::Value;

/// Long enough for a busy machine; a test never waits for it unless it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A running application.
pub(crate) struct Server {
    pub(crate) app: Application<Running>,
    pub(crate) address: SocketAddr,
}

/// Starts the application on a free port.
pub(crate) async fn start<const N: usize>(config: [(&str, Value); N]) -> Server {
    try_start(config)
        .await
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Starts the application, or says why not.
pub(crate) async fn try_start<const N: usize>(
    config: [(&str, Value); N],
) -> Result<Server, StartupError> {
    let mut sources = Sources::in_dir("/nowhere")
        .over("server.port", 0)
        .over("server.workers", 1);
    for (key, value) in config {
        sources = sources.over(key, value);
    }
    let configured = Application::configure(sources)?;
    let ready = configured.discover(Overrides::default()).build().await?;
    let app = ready.start().await?;
    let address = app
        .handle()
        .component::<BoundAddress>()
        .unwrap()
        .get()
        .unwrap();
    Ok(Server { app, address })
}

impl Server {
    pub(crate) fn component<I: Send + Sync + 'static>(&self) -> Arc<I> {
        self.app.handle().component::<I>().unwrap()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.address).unwrap()
    }

    /// `GET path` with these headers, on a connection of its own.
    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send("GET", path, headers)
    }

    /// As [`get`](Self::get), of a server in another process.
    pub(crate) fn get_from(address: SocketAddr, path: &str) -> Reply {
        send(address, "GET", path, &[])
    }

    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        send(self.address, method, path, headers)
    }
}

fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let mut stream = connect(address).unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    read_to_end(&mut stream)
}

pub(crate) fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// The answer of a connection that the server closes behind it.
pub(crate) fn read_to_end(stream: &mut TcpStream) -> Reply {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    Reply::parse(&bytes)
}

/// The answer of a connection that stays open; the body's length is said by its head.
pub(crate) fn read_one(stream: &mut TcpStream) -> Reply {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        bytes.push(byte[0]);
    }
    let length = Reply::parse(&bytes)
        .header("content-length")
        .map_or(0, |it| it.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    bytes.extend(body);
    Reply::parse(&bytes)
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(bytes)));
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.lines();
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut reply = Self {
            status,
            headers,
            body: bytes[end + 4..].to_vec(),
        };
        if reply.header("transfer-encoding") == Some("chunked") {
            reply.body = unchunked(&reply.body);
        }
        reply
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| &**value)
    }

    /// All values of a header as one list, in lower case.
    pub(crate) fn list(&self, name: &str) -> String {
        let values: Vec<_> = self
            .headers
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.to_ascii_lowercase())
            .collect();
        values.join(", ")
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body of a problem; anything else fails.
    pub(crate) fn problem(&self) -> Value {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        serde_json::from_slice(&self.body).unwrap()
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let line = rest
            .windows(2)
            .position(|window| window == b"\r\n")
            .unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        rest = &rest[line + 2..];
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&rest[..size]);
        rest = &rest[size + 2..];
    }
}
