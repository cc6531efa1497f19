//! A real provider: npm's `oidc-provider`, started here.
//!
//! `SAVIA_TEST_OIDC` names a folder whose `node_modules` has it (`npm install oidc-provider@9`). Without
//! it the tests are skipped aloud, and fail where `SAVIA_REQUIRE_SERVICES=1`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use oauth2::http::header::{COOKIE, LOCATION, SET_COOKIE};
use savia::oauth2::OAuth2Clients;
use serde_json::{Value, json};

use super::errand::{BASE, Errand, cookie};
use crate::application::{Pair, Site, site};

const PROGRAM: &str = include_str!("real.mjs");

/// The provider; it ends with the test.
struct Provider {
    issuer: String,
    child: Child,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn provider() -> Option<Provider> {
    let redirect = format!("{BASE}/login/oauth2/code/sso");
    let told = json!({
        "redirect_uris": [redirect], "post_logout_redirect_uris": [format!("{BASE}/")],
    });
    let started = Command::new("node")
        .args([
            "--input-type=module",
            "--eval",
            PROGRAM,
            "--",
            "real",
            &told.to_string(),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let told = match started {
        Ok(mut child) => {
            let mut issuer = String::new();
            let output = child.stdout.as_mut().unwrap();
            BufReader::new(output).read_line(&mut issuer).unwrap();
            if issuer.starts_with("http") {
                let issuer = issuer.trim().to_owned();
                return Some(Provider { issuer, child });
            }
            let output = child.wait_with_output().unwrap();
            String::from_utf8_lossy(&output.stderr).into_owned()
        }
        Err(error) => error.to_string(),
    };
    let absent = told.contains("Cannot find module") || told.contains("No such file");
    assert!(absent, "{told}");
    let required = std::env::var("SAVIA_REQUIRE_SERVICES").is_ok_and(|it| it == "1");
    assert!(!required, "oidc-provider is required and absent: {told}");
    eprintln!("skipped: no oidc-provider in SAVIA_TEST_OIDC");
    None
}

async fn scene(provider: &Provider, config: &[(&str, Value)]) -> Site {
    let mut all = vec![
        ("security.oauth2.base_url", json!(BASE)),
        (
            "security.oauth2.providers.sso.issuer",
            json!(provider.issuer),
        ),
        ("security.oauth2.providers.sso.client_id", json!("shop")),
        (
            "security.oauth2.providers.sso.client_secret",
            json!("a secret"),
        ),
    ];
    all.extend(config.iter().cloned());
    site(&all).await
}

/// Somebody in front of the provider's own pages.
struct Browser {
    client: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self {
            client: client.build().unwrap(),
            cookies: BTreeMap::new(),
        }
    }

    /// Goes to a URL, by `GET` or with a form; gives where it is sent, or the page.
    async fn go(&mut self, url: &str, form: Option<&str>) -> Result<String, String> {
        let request = match form {
            None => self.client.get(url),
            Some(form) => self
                .client
                .post(url)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.to_owned()),
        };
        let cookies = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let answer = request.header(COOKIE, cookies).send().await.unwrap();
        for given in answer.headers().get_all(SET_COOKIE) {
            let pair = given.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        match answer.headers().get(LOCATION) {
            Some(to) => Ok(to.to_str().unwrap().to_owned()),
            None => Err(answer.text().await.unwrap()),
        }
    }

    /// Logs in at the provider and agrees to everything; gives where it is sent back to.
    async fn log_in(&mut self, url: &str, name: &str) -> String {
        let (mut at, origin) = (url.to_owned(), origin(url));
        for _ in 0..12 {
            if at.starts_with(BASE) {
                return at;
            }
            at = match self.go(&at, None).await {
                Ok(to) => absolute(&origin, &to),
                Err(page) => {
                    let action = page.split("action=\"").nth(1);
                    let action = action.unwrap_or_else(|| panic!("no form: {page}"));
                    let action = action.split('"').next().unwrap();
                    let form = match page.contains("value=\"login\"") {
                        true => format!("prompt=login&login={name}&password=x"),
                        false => "prompt=consent".to_owned(),
                    };
                    let to = self.go(&absolute(&origin, action), Some(&form)).await;
                    absolute(&origin, &to.unwrap())
                }
            };
        }
        panic!("the way does not end: {at}");
    }
}

fn origin(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

fn absolute(origin: &str, to: &str) -> String {
    match to.starts_with('/') {
        true => format!("{origin}{to}"),
        false => to.to_owned(),
    }
}

/// What stands behind the host.
fn path(url: &str) -> &str {
    url.strip_prefix(BASE).unwrap()
}

async fn leave(site: &Site) -> Errand {
    let answer = site.get("/oauth2/authorization/sso").send().await;
    Errand::of(answer.assert_status(302))
}

#[tokio::test]
async fn a_real_provider_logs_somebody_in() {
    let Some(provider) = provider() else { return };
    let site = scene(&provider, &[]).await;
    let errand = leave(&site).await;
    let back = Browser::new().log_in(&errand.url, "ada").await;
    let answer = site
        .get(path(&back))
        .header("cookie", &errand.cookie)
        .send()
        .await;
    let pair = Pair::of(answer.assert_status(200));
    let me = site.get("/auth/me").bearer(&pair.access).send().await;
    me.assert_status(200)
        .assert_json_path("email", "ada@example.com")
        .assert_json_path("verified", true);
    // The code is good once: the provider says so before we do.
    let again = site
        .get(path(&back))
        .header("cookie", &errand.cookie)
        .send()
        .await;
    again.assert_problem(401);
}

#[tokio::test]
async fn a_real_provider_gives_a_session_and_is_logged_out_of() {
    let Some(provider) = provider() else { return };
    let site = scene(&provider, &[("security.sessions.enabled", json!(true))]).await;
    let errand = leave(&site).await;
    let mut browser = Browser::new();
    let back = browser.log_in(&errand.url, "ada").await;
    let answer = site
        .get(path(&back))
        .header("cookie", &errand.cookie)
        .send()
        .await;
    answer.assert_status(302).assert_header("location", "/");
    let session = cookie(&answer);
    let shown = site
        .get("/auth/session")
        .header("cookie", &session)
        .send()
        .await;
    let token = shown.json::<Value>()["csrf_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let request = site.post("/oauth2/logout/sso").header("cookie", &session);
    let request = request.header("sec-fetch-site", "same-origin");
    let answer = request.header("x-csrf-token", token).send().await;
    let url = answer.json::<Value>()["url"].as_str().unwrap().to_owned();
    // The provider knows the URL, the client and where to come back to.
    let page = browser.go(&url, None).await.unwrap_err();
    assert!(page.contains("/session/end/confirm"), "{page}");
    let me = site.get("/auth/me").header("cookie", &session).send().await;
    me.assert_status(401);
}

#[tokio::test]
async fn a_code_that_was_stolen_is_worth_nothing_in_another_browser() {
    let Some(provider) = provider() else { return };
    let site = scene(&provider, &[]).await;
    let (ada, mallory) = (leave(&site).await, leave(&site).await);
    let back = Browser::new().log_in(&ada.url, "ada").await;
    let code = super::errand::parameter(&back, "code");
    // Mallory puts Ada's code behind a state of her own: PKCE has it refused, by the provider.
    let query = format!("code={code}&state={}", mallory.state());
    let path = format!(
        "/login/oauth2/code/sso?{query}&iss={}",
        encoded(&provider.issuer)
    );
    let answer = site
        .get(path)
        .header("cookie", &mallory.cookie)
        .send()
        .await;
    answer.assert_problem(401);
    answer.assert_json_path("code", "oauth2_refused");
}

#[tokio::test]
async fn tokens_of_a_real_issuer_open_the_application() {
    let Some(provider) = provider() else { return };
    let config = [
        (
            "security.oauth2.trusted_issuers.outside.issuer",
            json!(provider.issuer),
        ),
        (
            "security.oauth2.trusted_issuers.outside.audience",
            json!("notes"),
        ),
        (
            "security.oauth2.clients.notes.issuer",
            json!(provider.issuer),
        ),
        ("security.oauth2.clients.notes.client_id", json!("robot")),
        (
            "security.oauth2.clients.notes.client_secret",
            json!("another secret"),
        ),
        ("security.oauth2.clients.notes.scopes", json!(["read"])),
        (
            "security.oauth2.clients.notes.parameters",
            json!({ "resource": "http://notes.test" }),
        ),
    ];
    let site = scene(&provider, &config).await;
    let clients = site.inject::<std::sync::Arc<OAuth2Clients>>();
    let token = clients.token("notes").await.unwrap();
    assert_eq!(token.split('.').count(), 3, "{token}");
    site.with(&token)
        .await
        .assert_status(200)
        .assert_text("outside:robot");
    // A byte of it changed, it opens nothing.
    let (at, last) = token.char_indices().next_back().unwrap();
    let other = if last == 'A' { 'Q' } else { 'A' };
    let changed = format!("{}{other}", &token[..at]);
    site.with(&changed).await.assert_status(401);
}

fn encoded(url: &str) -> String {
    url.replace(':', "%3A").replace('/', "%2F")
}
