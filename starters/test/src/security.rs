//! Whom a test acts as.

mod provider;

use std::sync::Arc;

use savia_starter_security::User;
use savia_starter_security::jwt::JwtIssuer;

pub use provider::TestOidcProvider;

use crate::TestApp;

impl TestApp {
    /// Has every later request made as somebody who may do everything: role `ADMIN`, permission `*`.
    /// Requests of a client that was made before are as they were.
    ///
    /// ```no_run
    /// # async fn example(app: savia_starter_test::TestApp) {
    /// app.get("/posts").send().await.assert_status(401);
    /// app.sign_in();
    /// app.get("/posts").send().await.assert_status(200);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Where the application issues no access tokens (`security.jwt.enabled`).
    #[track_caller]
    pub fn sign_in(&self) {
        let mut user = User::new("test", "test@example.com");
        user.roles = vec!["ADMIN".to_owned()];
        user.permissions = vec!["*".to_owned()];
        self.sign_in_as(&user);
    }

    /// Has every later request made as this user, with its roles and permissions. The user need not be
    /// stored, unless what is called looks for it.
    ///
    /// # Panics
    ///
    /// As [`sign_in`](Self::sign_in).
    #[track_caller]
    pub fn sign_in_as(&self, user: &User) {
        match self.inject::<Arc<JwtIssuer>>().issue(user, "test") {
            Ok(access) => self.set_bearer(Some(access.token)),
            Err(error) => panic!("no access token can be issued: {error}"),
        }
    }

    /// Has every later request made as nobody.
    pub fn sign_out(&self) {
        self.set_bearer(None);
    }
}
