//! A provider that answers whatever it is told to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What it answers at a path.
#[derive(Clone)]
pub(crate) struct Says {
    pub(crate) status: u16,
    pub(crate) headers: String,
    pub(crate) body: String,
    pub(crate) after: Duration,
}

impl Says {
    pub(crate) fn json(body: &Value) -> Self {
        Self {
            status: 200,
            headers: "content-type: application/json\r\n".to_owned(),
            body: body.to_string(),
            after: Duration::ZERO,
        }
    }
}

/// A request that it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

#[derive(Clone)]
pub(crate) struct Fake {
    pub(crate) issuer: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    says: HashMap<String, Says>,
    asked: Vec<Asked>,
    /// Nobody is there.
    away: bool,
}

impl Fake {
    /// A provider of OpenID Connect with these keys.
    pub(crate) async fn new(keys: &[&Value]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self {
            issuer,
            state: Arc::default(),
        };
        fake.set("/.well-known/openid-configuration", &fake.metadata());
        fake.set("/jwks", &json!({ "keys": keys }));
        let state = Arc::clone(&fake.state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&state)));
            }
        });
        fake
    }

    pub(crate) fn metadata(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        json!({
            "issuer": self.issuer, "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"), "userinfo_endpoint": at("/userinfo"),
            "jwks_uri": at("/jwks"), "end_session_endpoint": at("/bye?a=b"),
        })
    }

    pub(crate) fn set(&self, path: &str, body: &Value) {
        self.say(path, Says::json(body));
    }

    pub(crate) fn say(&self, path: &str, says: Says) {
        let mut state = self.state.lock().unwrap();
        state.says.insert(path.to_owned(), says);
    }

    pub(crate) fn set_away(&self, away: bool) {
        self.state.lock().unwrap().away = away;
    }

    /// What it was asked at a path.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        let state = self.state.lock().unwrap();
        state
            .asked
            .iter()
            .filter(|it| it.path == path)
            .cloned()
            .collect()
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let Some(asked) = read(&mut stream).await else {
        return;
    };
    let says = {
        let mut state = state.lock().unwrap();
        if state.away {
            return;
        }
        let says = state.says.get(&asked.path).cloned();
        state.asked.push(asked);
        says
    };
    let Says {
        status,
        headers,
        body,
        after,
    } = says.unwrap_or_else(|| Says {
        status: 404,
        ..Says::json(&json!({}))
    });
    tokio::time::sleep(after).await;
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n"
    );
    let _ = stream.write_all((head + &body).as_bytes()).await;
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.ok()?;
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse::<usize>().ok())?
            });
            if body.len() >= length.unwrap_or_default() {
                let path = head.split(' ').nth(1)?.split('?').next()?.to_owned();
                return Some(Asked {
                    path,
                    head: head.to_owned(),
                    body: body.to_owned(),
                });
            }
        }
        if count == 0 {
            return None;
        }
    }
}
