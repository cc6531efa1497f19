//! Roles that have others, rules by path, checks before methods, policies; and ways around them.

use std::sync::Arc;

use savia::authorization::{Policy, authorize, authorize_to, require_permission};
use savia::{CurrentPrincipal, Principal, User, secured};
use savia_core::{Result, service};
use savia_starter_web::{Path, controller, routes};
use serde_json::{Value, json};

use crate::application::{Site, builder, site};

/// Something that is somebody's.
struct Thing {
    owner: String,
}

/// The owner may all, readers may read.
#[service(provides(dyn Policy<Thing>))]
struct ThingPolicy {}

impl Policy<Thing> for ThingPolicy {
    fn allows(&self, caller: &Principal, thing: &Thing) -> bool {
        thing.owner == caller.id()
    }

    fn allows_to(&self, action: &str, caller: &Principal, thing: &Thing) -> bool {
        self.allows(caller, thing) || (action == "read" && caller.has_role("READER"))
    }
}

/// Nobody decides about it.
struct Orphan;

#[service]
struct Library {
    caller: Arc<CurrentPrincipal>,
}

impl Library {
    #[secured(role = "EDITOR")]
    async fn edit(&self) -> Result<String> {
        Ok(self.caller.required()?.id().to_owned())
    }

    #[secured(any("things:write", role = "ADMIN"))]
    fn write(&self) -> Result<&'static str> {
        Ok("written")
    }

    #[savia::authorize(ThingPolicy)]
    async fn find(&self, owner: &str) -> Result<Option<Thing>> {
        let owner = owner.to_owned();
        Ok((owner != "none").then_some(Thing { owner }))
    }

    #[savia::authorize(ThingPolicy)]
    fn all(&self, owners: &[&str]) -> Result<Vec<Thing>> {
        let thing = |owner: &&str| Thing {
            owner: (*owner).to_owned(),
        };
        Ok(owners.iter().map(thing).collect())
    }

    #[savia::authorize(ThingPolicy, thing)]
    async fn burn(&self, thing: Thing) -> Result<()> {
        drop(thing);
        Ok(())
    }
}

/// What the methods of a trait ask, as `#[async_trait]` writes them.
#[async_trait::async_trait]
trait Archive: Send + Sync {
    async fn open(&self) -> Result<&'static str>;
}

#[service(provides(dyn Archive))]
struct Cellar {}

#[async_trait::async_trait]
impl Archive for Cellar {
    #[secured("archive:read")]
    async fn open(&self) -> Result<&'static str> {
        Ok("open")
    }
}

#[controller("/things")]
struct Things {
    library: Arc<Library>,
    archive: Arc<dyn Archive>,
}

#[routes]
impl Things {
    #[get("/owned/{owner}")]
    async fn owned(&self, owner: Path<String>) -> Result<&'static str> {
        authorize(&Thing { owner: owner.0 })?;
        Ok("yours")
    }

    #[get("/read/{owner}")]
    async fn read(&self, owner: Path<String>) -> Result<&'static str> {
        authorize_to("read", &Thing { owner: owner.0 })?;
        Ok("read")
    }

    #[get("/orphan")]
    async fn orphan(&self) -> Result<&'static str> {
        authorize(&Orphan)?;
        Ok("nobody's")
    }

    #[get("/edit")]
    #[public]
    async fn edit(&self) -> Result<String> {
        self.library.edit().await
    }

    #[get("/write")]
    async fn write(&self) -> Result<&'static str> {
        require_permission("things:look")?;
        self.library.write()
    }

    #[get("/find/{owner}")]
    async fn find(&self, owner: Path<String>) -> Result<&'static str> {
        Ok(match self.library.find(&owner).await? {
            Some(_) => "found",
            None => "none",
        })
    }

    #[get("/all/{owner}")]
    async fn all(&self, owner: Path<String>) -> Result<String> {
        let caller = Principal::current().map(|it| it.id().to_owned());
        let found = self.library.all(&[&caller.unwrap_or_default(), &owner])?;
        Ok(found.len().to_string())
    }

    #[get("/burn/{owner}")]
    async fn burn(&self, owner: Path<String>) -> Result<&'static str> {
        self.library.burn(Thing { owner: owner.0 }).await?;
        Ok("burnt")
    }

    #[get("/archive")]
    async fn archive(&self) -> Result<&'static str> {
        self.archive.open().await
    }

    #[get("/reports/{year}")]
    async fn report(&self) -> &'static str {
        "a report"
    }

    #[post("/reports/{year}")]
    async fn publish(&self) -> &'static str {
        "published"
    }
}

/// A token of somebody with these roles and permissions.
fn token(site: &Site, id: &str, roles: &[&str], permissions: &[&str]) -> String {
    let texts = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect();
    let user = User {
        roles: texts(roles),
        permissions: texts(permissions),
        ..User::new(id, "ada@example.com")
    };
    let issuer = site.inject::<Arc<savia::jwt::JwtIssuer>>();
    issuer.issue(&user, "a-login").unwrap().token
}

async fn status(site: &Site, path: &str, token: &str) -> u16 {
    site.get(path).bearer(token).send().await.status()
}

#[tokio::test]
async fn a_policy_is_asked_about_what_was_loaded() {
    let site = site(&[]).await;
    let (ada, reader) = (
        token(&site, "ada", &[], &[]),
        token(&site, "bob", &["READER"], &[]),
    );
    for (path, token, expected) in [
        ("/things/owned/ada", &ada, 200),
        ("/things/owned/bob", &ada, 403),
        ("/things/owned/ada", &reader, 403),
        ("/things/read/ada", &reader, 200),
        ("/things/read/bob", &ada, 403),
        ("/things/find/ada", &ada, 200),
        ("/things/find/bob", &ada, 403),
        ("/things/find/none", &ada, 200),
        ("/things/all/ada", &ada, 200),
        ("/things/all/bob", &ada, 403),
        ("/things/burn/ada", &ada, 200),
        ("/things/burn/bob", &ada, 403),
    ] {
        assert_eq!(status(&site, path, token).await, expected, "{path}");
    }
    // What nobody decides about is for nobody, and our fault.
    assert_eq!(status(&site, "/things/orphan", &ada).await, 500);
    // A denial does not say of what.
    let denied = site
        .get("/things/owned/bob")
        .bearer(&ada)
        .send()
        .await
        .text();
    assert!(
        !denied.contains("Thing") && !denied.contains("owner"),
        "{denied}"
    );
}

#[tokio::test]
async fn methods_ask_before_they_run_whoever_calls_them() {
    let site = site(&[]).await;
    site.get("/things/edit").send().await.assert_problem(401);
    let editor = token(&site, "ada", &["EDITOR"], &[]);
    site.get("/things/edit")
        .bearer(&editor)
        .send()
        .await
        .assert_text("ada");
    let other = token(&site, "ada", &["editor"], &["things:*"]);
    assert_eq!(status(&site, "/things/edit", &other).await, 403);
    assert_eq!(status(&site, "/things/write", &other).await, 200);
    let look = token(&site, "ada", &[], &["things:look"]);
    assert_eq!(status(&site, "/things/write", &look).await, 403);
    assert_eq!(status(&site, "/things/write", &editor).await, 403);
    let archivist = token(&site, "ada", &[], &["archive:read"]);
    assert_eq!(status(&site, "/things/archive", &archivist).await, 200);
    assert_eq!(status(&site, "/things/archive", &editor).await, 403);
}

#[tokio::test]
async fn a_role_has_those_below_it_and_none_above() {
    let site = site(&[(
        "security.role_hierarchy",
        json!(["ADMIN > EDITOR", "EDITOR > READER"]),
    )])
    .await;
    for (role, edits, reads, admin) in [
        ("ADMIN", 200, 200, 200),
        ("EDITOR", 200, 200, 403),
        ("READER", 403, 200, 403),
        ("OTHER", 403, 403, 403),
    ] {
        let token = token(&site, "somebody", &[role], &[]);
        assert_eq!(status(&site, "/things/edit", &token).await, edits, "{role}");
        assert_eq!(
            status(&site, "/things/read/ada", &token).await,
            reads,
            "{role}"
        );
        assert_eq!(status(&site, "/notes/admin", &token).await, admin, "{role}");
    }
}

#[tokio::test]
async fn a_role_that_was_taken_away_is_gone_with_the_next_token_and_at_once_from_a_session() {
    let site = site(&[("security.sessions.enabled", json!(true))]).await;
    site.registered().await;
    let store = site.inject::<Arc<dyn savia::UserStore>>();
    let user = store
        .by_email(crate::application::EMAIL)
        .await
        .unwrap()
        .unwrap();
    store.set_roles(&user.id, &["ADMIN".into()]).await.unwrap();
    let body =
        crate::application::credentials(crate::application::EMAIL, crate::application::PASSWORD);
    let session = site.post_json("/auth/session", body.clone()).await;
    let cookie = crate::oauth2::errand::cookie(&session);
    let pair = crate::application::Pair::of(&site.post_json("/auth/login", body).await);
    let by_cookie = async || {
        let answer = site
            .get("/notes/admin")
            .header("cookie", &cookie)
            .send()
            .await;
        answer.status()
    };
    assert_eq!(
        (
            status(&site, "/notes/admin", &pair.access).await,
            by_cookie().await
        ),
        (200, 200)
    );
    store.set_roles(&user.id, &[]).await.unwrap();
    assert_eq!(by_cookie().await, 403);
    let next = crate::application::Pair::of(&site.refresh(&pair.refresh).await);
    assert_eq!(status(&site, "/notes/admin", &next.access).await, 403);
    // Where it has to be out at once, its logins are ended.
    let accounts = site.inject::<Arc<savia::Accounts>>();
    accounts.end_logins(&user.id).await.unwrap();
    assert_eq!(status(&site, "/notes/admin", &pair.access).await, 401);
}

async fn ruled() -> Site {
    let rules = json!([
        { "path": "/things/reports/*", "methods": ["POST"], "role": "EDITOR" },
        { "path": "/things/reports/{year}", "permission": "reports:read" },
        { "path": "/notes/admin", "deny": true },
        { "path": "/notes", "methods": ["GET"], "public": true },
        { "path": "/notes/write", "public": true },
        { "path": "/notes/public", "scope": "notes" },
    ]);
    site(&[("security.rules", rules)]).await
}

#[tokio::test]
async fn rules_by_path_hold_beside_what_routes_say() {
    let site = ruled().await;
    let all = token(&site, "ada", &["ADMIN", "EDITOR"], &["*"]);
    let reader = token(&site, "ada", &[], &["reports:read"]);
    let editor = token(&site, "ada", &["EDITOR"], &[]);
    let publish = async |token: &str| {
        let request = site.post("/things/reports/2026").bearer(token);
        request.send().await.status()
    };
    assert_eq!(status(&site, "/things/reports/2026", &reader).await, 200);
    assert_eq!(status(&site, "/things/reports/2026", &editor).await, 403);
    assert_eq!(
        (
            publish(&reader).await,
            publish(&editor).await,
            publish(&all).await
        ),
        (403, 403, 200)
    );
    assert_eq!(status(&site, "/notes/admin", &all).await, 403);
    // Open where nothing else is said, and closed where something is.
    site.get("/notes").send().await.assert_status(200);
    site.get("/notes/write").send().await.assert_status(401);
    site.post("/notes").send().await.assert_status(401);
    site.get("/notes/public").send().await.assert_status(401);
}

#[tokio::test]
async fn spellings_of_a_path_do_not_get_around_a_rule() {
    let site = ruled().await;
    let somebody = token(&site, "ada", &["EDITOR"], &["notes:*"]);
    for path in [
        "//notes/admin",
        "/notes//admin",
        "/notes/admin/",
        "/notes/./admin",
        "/x/../notes/admin",
        "/notes/%61dmin",
        "/%6eotes/admin",
        "/notes/admin%2f",
        "/notes%2fadmin",
        "/notes/admin;a=b",
        "/notes;a=b/admin",
        "/NOTES/ADMIN",
        "/notes/Admin",
        "/notes/admin%00",
        "/notes/admin.json",
        "/notes/admin?x=/notes/public",
        "/notes/admin#public",
        "/notes/admin%20",
        "/notes/%2e/admin",
        "/notes/public/../admin",
        "/notes/public/%2e%2e/admin",
        "/notes/public%2f..%2fadmin",
        "/notes/admin\\",
        "/notes\\admin",
        "http://a/notes/admin",
    ] {
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {somebody}\r\n\r\n"
        );
        let answer = String::from_utf8_lossy(&site.raw(&head).await).into_owned();
        assert!(!answer.contains("the admin's"), "{path}: {answer}");
        assert!(!answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert!(!answer.starts_with("HTTP/1.1 500"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn another_method_by_header_or_parameter_stays_the_one_it_was() {
    let site = ruled().await;
    let reader = token(&site, "ada", &[], &["reports:read"]);
    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        let request = site
            .get("/things/reports/2026?_method=POST")
            .bearer(&reader);
        let answer = request.header(name, "POST").send().await;
        answer.assert_status(200).assert_text("a report");
    }
    for method in ["HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND"] {
        let head =
            format!("{method} /notes/admin HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        let answer = String::from_utf8_lossy(&site.raw(&head).await).into_owned();
        assert!(!answer.starts_with("HTTP/1.1 200"), "{method}: {answer}");
    }
}

async fn refused(key: &str, value: Value) -> String {
    let folder = tempfile::tempdir().unwrap();
    let started = builder(&folder).set(key, value).try_start().await;
    started.map(drop).unwrap_err().report(false)
}

#[tokio::test]
async fn rules_that_would_not_hold_stop_the_start() {
    for (rule, expected) in [
        (
            json!({ "path": "/things/reports/2026", "deny": true }),
            "for some of the requests",
        ),
        (
            json!({ "path": "/admim/**", "role": "ADMIN" }),
            "no route stands at `/admim/**`",
        ),
        (
            json!({ "path": "notes", "deny": true }),
            "no path of routes",
        ),
        (
            json!({ "path": "/**/admin", "deny": true }),
            "no path of routes",
        ),
        (
            json!({ "path": "/notes", "deny": true, "public": true }),
            "says two things",
        ),
        (
            json!({ "path": "/notes", "methods": ["FETCH"], "deny": true }),
            "`FETCH` is no method",
        ),
    ] {
        let said = refused("security.rules", json!([rule])).await;
        assert!(said.contains(expected), "{said}");
    }
    let said = refused("security.role_hierarchy", json!(["A > B", "B > A"])).await;
    assert!(said.contains("`A` stands above itself"), "{said}");
}
