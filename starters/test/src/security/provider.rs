//! A provider of OpenID Connect for tests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use savia_starter_security::config::Algorithm;
use savia_starter_security::jwt::SigningKey;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::{TestAppBuilder, TestClient, TestResponse};

const CLIENT: &str = "test-client";
const SECRET: &str = "test-secret";

/// A provider of OpenID Connect that asks nobody for a password: who is sent there comes back as who the
/// test says. It serves discovery, keys and tokens over HTTP as a real one, and holds a code against the
/// verifier of PKCE.
///
/// ```no_run
/// # use savia_starter_test::{TestApp, TestOidcProvider};
/// # async fn example() {
/// let provider = TestOidcProvider::start().await;
/// let app = TestApp::builder().oidc_provider("sso", &provider).start().await;
/// let browser = app.client().keep_cookies();
/// let login = provider.log_in(&browser, "sso", "ada@example.com").await;
/// login.assert_status(200);
/// # }
/// ```
pub struct TestOidcProvider {
    issuer: String,
    codes: Arc<Codes>,
    serves: JoinHandle<()>,
}

/// What the codes that were given are worth.
struct Codes {
    issuer: String,
    key: SigningKey,
    given: Mutex<HashMap<String, Given>>,
}

struct Given {
    email: String,
    nonce: String,
    challenge: String,
}

impl TestOidcProvider {
    /// Starts one on a free port of the loopback interface; it ends when it is dropped.
    ///
    /// # Panics
    ///
    /// Where no port can be had.
    pub async fn start() -> Self {
        let listener = match TcpListener::bind("127.0.0.1:0").await {
            Ok(listener) => listener,
            Err(error) => panic!("the provider cannot listen: {error}"),
        };
        let (address, key) = match (
            listener.local_addr(),
            SigningKey::generate(Algorithm::EdDsa),
        ) {
            (Ok(address), Ok(key)) => (address, key),
            _ => panic!("the provider has no address or no key"),
        };
        let issuer = format!("http://{address}");
        let codes = Arc::new(Codes {
            issuer: issuer.clone(),
            key,
            given: Mutex::default(),
        });
        let shared = Arc::clone(&codes);
        let serves = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self {
            issuer,
            codes,
            serves,
        }
    }

    /// Where it is: the `issuer` of `security.oauth2.providers`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// A browser logs in with this provider, by the name it has in the application, as who has this
    /// address, which is proved; gives the application's last answer. The browser has to keep cookies.
    ///
    /// # Panics
    ///
    /// Where the application does not send the browser here.
    pub async fn log_in(&self, browser: &TestClient, provider: &str, email: &str) -> TestResponse {
        let path = format!("/oauth2/authorization/{provider}");
        let left = browser.get(path).send().await;
        left.assert_status(302);
        let url = left.header("location").unwrap_or_default();
        let here = format!("{}/authorize?", self.issuer);
        let Some(query) = url.strip_prefix(&here) else {
            panic!("`{provider}` sends the browser to {url:?}, and not to {here}");
        };
        let asked: HashMap<String, String> = serde_urlencoded::from_str(query).unwrap_or_default();
        let asked = |name: &str| asked.get(name).cloned().unwrap_or_default();
        // No two errands have one nonce.
        let code = format!("code-{}", asked("nonce"));
        let worth = Given {
            email: email.to_owned(),
            nonce: asked("nonce"),
            challenge: asked("code_challenge"),
        };
        self.codes.given().insert(code.clone(), worth);
        let back = format!("/login/oauth2/code/{provider}");
        let back = browser.get(back).query("code", code);
        back.query("state", asked("state")).send().await
    }
}

impl Drop for TestOidcProvider {
    fn drop(&mut self) {
        self.serves.abort();
    }
}

impl TestAppBuilder {
    /// Has people log in with this provider, by this name.
    pub fn oidc_provider(self, name: &str, provider: &TestOidcProvider) -> Self {
        let key = |part: &str| format!("security.oauth2.providers.{name}.{part}");
        self.set(key("issuer"), provider.issuer())
            .set(key("client_id"), CLIENT)
            .set(key("client_secret"), SECRET)
            .set(key("algorithm"), Algorithm::EdDsa.name())
    }
}

impl Codes {
    fn given(&self) -> MutexGuard<'_, HashMap<String, Given>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The status and body of the answer to a request.
    fn answer(&self, path: &str, body: &str) -> (u16, Value) {
        let at = |path: &str| format!("{}{path}", self.issuer);
        match path {
            "/.well-known/openid-configuration" => (
                200,
                json!({
                    "issuer": self.issuer, "authorization_endpoint": at("/authorize"),
                    "token_endpoint": at("/token"), "jwks_uri": at("/jwks"),
                }),
            ),
            "/jwks" => (200, json!({ "keys": [self.key.verifying().jwk()] })),
            "/token" => match self.id_token(body) {
                Some(token) => (
                    200,
                    json!({ "access_token": "test", "token_type": "Bearer", "id_token": token }),
                ),
                None => (400, json!({ "error": "invalid_grant" })),
            },
            _ => (404, json!({})),
        }
    }

    fn id_token(&self, form: &str) -> Option<String> {
        let form: HashMap<String, String> = serde_urlencoded::from_str(form).ok()?;
        let given = self.given().remove(form.get("code")?)?;
        let verifier = digest(&SHA256, form.get("code_verifier")?.as_bytes());
        if URL_SAFE_NO_PAD.encode(verifier) != given.challenge {
            return None;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        let header = json!({ "alg": Algorithm::EdDsa.name(), "kid": self.key.verifying().id() });
        let claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": given.email, "nonce": given.nonce,
            "iat": now, "exp": now + 60, "email": given.email, "email_verified": true,
        });
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", part(&header), part(&claims));
        let signature = self.key.sign(message.as_bytes()).ok()?;
        Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// Answers one request; each has a connection of its own.
async fn serve(mut stream: TcpStream, codes: Arc<Codes>) {
    let mut bytes = Vec::new();
    let (path, body) = loop {
        let mut part = [0; 4096];
        match stream.read(&mut part).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&part[..count]),
            _ => return,
        }
        if let Some(request) = whole(&bytes) {
            break request;
        }
    };
    let (status, json) = codes.answer(&path, &body);
    let json = json.to_string();
    let length = json.len();
    let head = format!(
        "HTTP/1.1 {status} Test\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {length}\r\n\r\n"
    );
    // Who has gone away does not wait for an answer.
    let _ = stream.write_all((head + &json).as_bytes()).await;
}

/// Path and body of a request that has arrived as a whole.
fn whole(bytes: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().unwrap_or_default())
    });
    let path = head.split(' ').nth(1)?.split('?').next()?;
    (body.len() >= length.unwrap_or_default()).then(|| (path.to_owned(), body.to_owned()))
}
