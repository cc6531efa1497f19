//! A client: what all its requests have in common.

use std::cell::RefCell;
use std::rc::Rc;

use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};

use super::TestRequest;
use super::cookies::Cookies;
use crate::TestApp;

/// A client of an application under test; made by [`TestApp::client`].
///
/// Every request is made over a connection of its own, follows no redirect, and sends no header
/// that the test did not ask for, other than `Host`, `Date` and those of the body.
///
/// ```no_run
/// # use savia_starter_test::TestApp;
/// # async fn example(app: TestApp) {
/// let ada = app.client().bearer("ada's token").keep_cookies();
/// ada.get("/me").send().await.assert_status(200);
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TestClient {
    app: TestApp,
    headers: HeaderMap,
    cookies: Option<Rc<RefCell<Cookies>>>,
}

impl TestClient {
    pub(crate) fn new(app: TestApp) -> Self {
        Self {
            app,
            headers: HeaderMap::new(),
            cookies: None,
        }
    }

    /// Every request gets this header.
    ///
    /// # Panics
    ///
    /// Where it cannot be a header.
    #[must_use]
    #[track_caller]
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let (name, value) = super::request::header(name, value.as_ref());
        self.headers.append(name, value);
        self
    }

    /// Every request bears this token: `Authorization: Bearer …`.
    ///
    /// # Panics
    ///
    /// Where it cannot stand in a header.
    #[must_use]
    #[track_caller]
    pub fn bearer(mut self, token: impl AsRef<str>) -> Self {
        let (_, value) =
            super::request::header("authorization", &format!("Bearer {}", token.as_ref()));
        self.headers.insert(AUTHORIZATION, value);
        self
    }

    /// Keeps the cookies that answers set and sends them with later requests, as a browser does;
    /// those marked `Secure` too, although a test speaks plain HTTP.
    #[must_use]
    pub fn keep_cookies(mut self) -> Self {
        self.cookies.get_or_insert_default();
        self
    }

    /// The value of a cookie it keeps.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.as_ref()?.borrow().value(name)
    }

    /// A request of any method; [`get`](Self::get) and the others name the usual ones.
    ///
    /// # Panics
    ///
    /// Where the path does not begin with `/`.
    #[track_caller]
    pub fn request(&self, method: Method, path: impl AsRef<str>) -> TestRequest {
        let path = path.as_ref();
        assert!(
            path.starts_with('/'),
            "the path of a request begins with `/`, unlike {path:?}"
        );
        TestRequest::new(self.clone(), method, path)
    }

    pub(crate) fn app(&self) -> &TestApp {
        &self.app
    }

    /// The headers a request starts with.
    pub(crate) fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    /// What the `Cookie` header of a request for this path says.
    pub(crate) fn cookies_for(&self, path: &str) -> Option<HeaderValue> {
        self.cookies.as_ref()?.borrow().header(path)
    }

    /// Takes the cookies of an answer.
    pub(crate) fn keep(&self, path: &str, headers: &HeaderMap) {
        if let Some(cookies) = &self.cookies {
            cookies.borrow_mut().keep(path, headers);
        }
    }
}

crate::http::verbs! { TestClient }
