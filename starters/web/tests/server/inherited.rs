//! A socket that was handed over (`LISTEN_FDS`), as systemd and `savia run --watch` do it.

#![cfg(unix)]

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use crate::support::{Server, start};

/// The variable by which the test below tells its child what it is.
const CHILD: &str = "SAVIA_TEST_SERVES_INHERITED_SOCKET";

/// This very test is run again in a child that finds the socket as its descriptor 3.
#[tokio::test]
async fn a_socket_that_was_handed_over_is_served() {
    if std::env::var_os(CHILD).is_some() {
        serve().await;
        return;
    }
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    // The shell puts the socket where the protocol wants it, and becomes the child, whose pid
    // `LISTEN_PID` must name.
    let mut child = Command::new("sh")
        .args([
            "-c",
            "exec 3<&0 0</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" \"$@\"",
        ])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "inherited::a_socket_that_was_handed_over_is_served",
        ])
        .env(CHILD, "1")
        .stdin(Stdio::from(OwnedFd::from(socket)))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The kernel keeps the connection until the child takes it.
    let reply = Server::get_from(address, "/");
    assert_eq!((reply.status, reply.text()), (200, "hello"));
    let reply = Server::get_from(address, "/wait");
    assert_eq!(reply.text(), "waited");
    assert!(child.wait().unwrap().success());
}

/// Serves until somebody asks for `/wait`, and answers that as the last.
async fn serve() {
    use crate::application::Gate;

    let server = start([]).await;
    let gate = server.component::<Gate>();
    gate.open.add_permits(1);
    gate.entered.acquire().await.unwrap().forget();
    assert!(server.app.stop().await);
}
