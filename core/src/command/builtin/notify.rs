//! Tells whoever started the application that it is ready.

/// Sends `READY=1` to the socket in `NOTIFY_SOCKET`, as `sd_notify(3)` describes: systemd's
/// `Type=notify` waits for it, and `savia run --watch` before it stops the version before.
///
/// Nobody asked where the variable is not set; who asked and does not listen has no need of it.
#[cfg(unix)]
pub(super) fn ready() {
    use std::os::unix::net::UnixDatagram;
    let Some(path) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    let Ok(socket) = UnixDatagram::unbound() else {
        return;
    };
    #[cfg(target_os = "linux")]
    if let Some(name) = path.as_encoded_bytes().strip_prefix(b"@") {
        use std::os::linux::net::SocketAddrExt;
        if let Ok(address) = std::os::unix::net::SocketAddr::from_abstract_name(name) {
            let _ = socket.send_to_addr(b"READY=1", &address);
        }
        return;
    }
    let _ = socket.send_to(b"READY=1", path);
}

/// There is no such convention elsewhere.
#[cfg(not(unix))]
pub(super) fn ready() {}
