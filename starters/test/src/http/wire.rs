//! HTTP/1.1 over a socket: one request, one connection.
//!
//! It stands on actix-http's own codec and not on its client, awc: that one switches on features
//! of actix-http that applications do not have, so that tests would compile actix-web a second
//! time, and it adds headers and decompresses on its own account.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_http::body::BodySize;
use actix_http::h1::{ClientCodec, Message, MessageType};
use actix_http::{RequestHead, RequestHeadType, ResponseHead};
use actix_web::http::header::{HOST, HeaderValue};
use actix_web::http::{Method, Uri};
use actix_web::web::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;
use tokio_util::codec::{Decoder, Encoder};

use super::exchange::{Received, Sent};

/// Sends a request and reads the whole answer.
pub(crate) async fn exchange(address: SocketAddr, sent: &Sent) -> io::Result<Received> {
    // The codec keeps a clock, which wants to be spawned on the thread; a test may run on any
    // runtime.
    LocalSet::new().run_until(exchanged(address, sent)).await
}

async fn exchanged(address: SocketAddr, sent: &Sent) -> io::Result<Received> {
    let mut codec = ClientCodec::default();
    let request = written(&mut codec, address, sent)?;
    let mut stream = TcpStream::connect(address).await?;
    let (mut read, mut write) = stream.split();
    // A server may answer before it has read the whole body and close; then the answer counts and
    // not that the rest could not be written.
    let sending = async {
        let _ = write.write_all(&request).await;
        std::future::pending::<io::Result<Received>>().await
    };
    tokio::select! {
        received = receive(codec, &mut read) => received,
        never = sending => never,
    }
}

/// The request as bytes.
fn written(codec: &mut ClientCodec, address: SocketAddr, sent: &Sent) -> io::Result<BytesMut> {
    let mut head = RequestHead::default();
    head.method = sent.method.clone();
    head.uri = Uri::try_from(sent.target.as_str()).map_err(io::Error::other)?;
    head.headers = sent.headers.clone();
    if !head.headers.contains_key(HOST) {
        let host = HeaderValue::try_from(address.to_string()).map_err(io::Error::other)?;
        head.headers.insert(HOST, host);
    }
    let body = sent.body.clone().unwrap_or_default();
    // Where a body is usual, its absence is said (RFC 9110, section 8.6).
    let usual = [Method::POST, Method::PUT, Method::PATCH].contains(&sent.method);
    let size = match sent.body {
        None if !usual => BodySize::None,
        _ => BodySize::Sized(body.len() as u64),
    };
    let mut out = BytesMut::new();
    codec.encode(Message::Item((RequestHeadType::from(head), size)), &mut out)?;
    if !body.is_empty() {
        codec.encode(Message::Chunk(Some(body)), &mut out)?;
    }
    codec.encode(Message::Chunk(None), &mut out)?;
    Ok(out)
}

async fn receive(
    mut codec: ClientCodec,
    read: &mut (impl AsyncRead + Unpin),
) -> io::Result<Received> {
    let mut buffer = BytesMut::new();
    let head: ResponseHead = loop {
        if let Some(head) = codec.decode(&mut buffer).map_err(io::Error::other)? {
            // 100 Continue and its like come before the answer.
            if !head.status.is_informational() {
                break head;
            }
        } else if read.read_buf(&mut buffer).await? == 0 {
            return Err(broken_off("before the answer's head was complete"));
        }
    };
    let body = match codec.message_type() {
        MessageType::None => Bytes::new(),
        kind => body(codec, read, buffer, kind == MessageType::Stream).await?,
    };
    Ok(Received {
        status: head.status,
        headers: head.headers().clone(),
        body,
    })
}

async fn body(
    codec: ClientCodec,
    read: &mut (impl AsyncRead + Unpin),
    mut buffer: BytesMut,
    until_closed: bool,
) -> io::Result<Bytes> {
    let mut codec = codec.into_payload_codec();
    let mut body = BytesMut::new();
    loop {
        match codec.decode(&mut buffer).map_err(io::Error::other)? {
            Some(Some(chunk)) => body.extend_from_slice(&chunk),
            Some(None) => return Ok(body.freeze()),
            None if read.read_buf(&mut buffer).await? > 0 => {}
            None if until_closed => return Ok(body.freeze()),
            None => return Err(broken_off("before the answer's body was complete")),
        }
    }
}

fn broken_off(when: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        format!("the server closed the connection {when}"),
    )
}

/// Sends bytes as they are, and gives what comes back until the server closes the connection.
pub(crate) async fn raw(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut received = Vec::new();
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        let (mut read, mut write) = stream.split();
        let sending = async {
            // As above: the answer counts, also where the server would not read on.
            if write.write_all(bytes).await.is_ok() {
                let _ = write.shutdown().await;
            }
        };
        let (_, read) = tokio::join!(sending, read.read_to_end(&mut received));
        read
    };
    match tokio::time::timeout(Duration::from_secs(60), exchange).await {
        // A reset ends a connection as well: Linux sends one where the server closed it with
        // bytes of ours unread.
        Ok(Ok(_)) => {}
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset => {}
        Ok(Err(error)) => panic!("the bytes could not be exchanged with {address}: {error}"),
        Err(_) => panic!(
            "the server kept the connection open; it had answered {:?}",
            String::from_utf8_lossy(&received)
        ),
    }
    received
}
