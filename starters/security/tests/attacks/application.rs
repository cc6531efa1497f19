//! The application under attack.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use savia::{AccountMessage, AccountMessenger, Principal, UserStore};
use savia_core::config::Sources;
use savia_core::{Result, dto};
use savia_starter_test::{TestApp, TestAppBuilder, TestResponse};
use savia_starter_web::{Json, controller, routes};
use serde_json::{Value, json};
use tempfile::TempDir;

savia_core::app! { name: "notes" }

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "an engine of brass";
pub(crate) const KEY: &str = include_str!("../keys/ed25519.pem");

#[controller("/notes")]
struct Notes {}

/// A note.
#[dto]
pub(crate) struct Note {
    text: String,
}

#[routes]
impl Notes {
    /// Says nothing of its callers.
    #[get]
    async fn list(&self) -> String {
        Principal::current().map_or_else(String::new, |it| it.id().to_owned())
    }

    #[post]
    async fn add(&self, note: Json<Note>) -> String {
        note.text.clone()
    }

    #[get("/public")]
    #[public]
    async fn public(&self, caller: Option<Principal>) -> String {
        caller.map_or_else(|| "nobody".to_owned(), |it| it.name().to_owned())
    }

    #[get("/write")]
    #[secured("notes:write")]
    async fn write(&self) -> &'static str {
        "written"
    }

    #[get("/admin")]
    #[secured(role = "ADMIN")]
    async fn admin(&self) -> &'static str {
        "the admin's"
    }

    #[post("/admin")]
    #[secured(role = "ADMIN")]
    async fn change(&self, note: Json<Note>) -> String {
        note.text.clone()
    }
}

/// Keeps the mails that would be sent.
#[derive(Default)]
pub(crate) struct Mailbox(pub(crate) Mutex<Vec<AccountMessage>>);

#[async_trait]
impl AccountMessenger for Mailbox {
    async fn send(&self, message: AccountMessage) -> Result<()> {
        self.0.lock().unwrap().push(message);
        Ok(())
    }
}

impl Mailbox {
    /// The mails, once there are so many.
    pub(crate) async fn wait(&self, count: usize) -> Vec<AccountMessage> {
        for _ in 0..500 {
            let mails = self.0.lock().unwrap().clone();
            if mails.len() >= count {
                return mails;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{:?}", self.0.lock().unwrap());
    }
}

/// A test's application; the folder goes with it.
pub(crate) struct Site {
    pub(crate) app: TestApp,
    pub(crate) mailbox: Arc<Mailbox>,
    _folder: TempDir,
}

impl std::ops::Deref for Site {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

/// How every application of these tests begins. Hashing is quick, or tests would take minutes.
pub(crate) fn builder(folder: &TempDir) -> TestAppBuilder {
    TestApp::builder()
        .sources(Sources::in_dir(folder.path()))
        .set("name", "notes")
        .set("security.jwt.key", KEY)
        .set("security.passwords.argon2.memory", 7_168)
        .set("security.passwords.argon2.iterations", 1)
}

/// An application with these keys.
pub(crate) async fn site(config: &[(&str, Value)]) -> Site {
    site_of(config, None).await
}

/// An application with these keys, and with users that others have too.
pub(crate) async fn site_of(config: &[(&str, Value)], users: Option<Arc<dyn UserStore>>) -> Site {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = Arc::new(Mailbox::default());
    let mut app = builder(&folder).override_component::<dyn AccountMessenger>(mailbox.clone());
    if let Some(users) = users {
        app = app.override_component::<dyn UserStore>(users);
    }
    for (key, value) in config {
        app = app.set(*key, value.clone());
    }
    Site {
        app: app.start().await,
        mailbox,
        _folder: folder,
    }
}

/// A pair of tokens.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Pair {
    pub(crate) fn of(answer: &TestResponse) -> Self {
        let body: Value = answer.json();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}

pub(crate) fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

impl Site {
    pub(crate) async fn post_json(&self, path: &str, body: Value) -> TestResponse {
        self.post(path).json(&body).send().await
    }

    /// Ada registers.
    pub(crate) async fn registered(&self) -> Pair {
        self.register(EMAIL).await
    }

    pub(crate) async fn register(&self, email: &str) -> Pair {
        let answer = self
            .post_json("/auth/register", credentials(email, PASSWORD))
            .await;
        answer
            .assert_status(201)
            .assert_header("cache-control", "no-store");
        Pair::of(&answer)
    }

    pub(crate) async fn login(&self, email: &str, password: &str) -> TestResponse {
        self.post_json("/auth/login", credentials(email, password))
            .await
    }

    pub(crate) async fn refresh(&self, token: &str) -> TestResponse {
        self.post_json("/auth/refresh", json!({ "refresh_token": token }))
            .await
    }

    /// The status of a closed route with this token.
    pub(crate) async fn with(&self, token: &str) -> TestResponse {
        self.get("/notes").bearer(token).send().await
    }
}
