//! `TestApp`: an application that runs for a test.

use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

#[cfg(feature = "web")]
use actix_web::http::Method;
use savia_core::container::Container;
use savia_core::context::ContextKind;
use savia_core::error::StartupError;
use savia_core::lifecycle::{Application, Running};
use savia_core::{AppHandle, Config, Context, Inject};

use crate::builder::TestAppBuilder;
use crate::database::TestDatabase;
#[cfg(feature = "web")]
use crate::http::{TestClient, TestRequest, Transport};

/// An application that runs for a test: the real one, with what the test changes.
///
/// It is what `#[savia::test]` hands to the test's function. By hand:
///
/// ```no_run
/// # use savia_starter_test::TestApp;
/// # async fn example() {
/// let app = TestApp::start().await;
/// # #[cfg(feature = "web")]
/// app.get("/posts").query("page", 1).send().await.assert_status(200);
/// app.stop().await;
/// # }
/// ```
///
/// It is a handle; the application is stopped by [`stop`](Self::stop), or when the last handle is
/// dropped. Any number of them live in one process at once, each with a port of its own.
#[derive(Clone)]
pub struct TestApp(Rc<Inner>);

struct Inner {
    app: AppHandle,
    running: Mutex<Option<(Application<Running>, TestDatabase)>>,
    /// How many entities the test has had made.
    #[cfg(feature = "data")]
    made: std::cell::Cell<u32>,
    /// Whom every request is made as.
    #[cfg(feature = "security")]
    bearer: std::cell::RefCell<Option<String>>,
    #[cfg(feature = "web")]
    transport: Transport,
}

impl TestApp {
    /// Starts the project's application in the profile `test`.
    ///
    /// # Panics
    ///
    /// With the whole report where it does not start.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// An application that is configured for the test before it starts.
    pub fn builder() -> TestAppBuilder {
        TestAppBuilder::new()
    }

    pub(crate) async fn of(
        running: Application<Running>,
        #[cfg_attr(not(feature = "web"), allow(unused_variables))] in_process: bool,
        database: TestDatabase,
    ) -> Result<Self, StartupError> {
        let app = running.handle().clone();
        #[cfg(feature = "web")]
        let transport = match Transport::to(&app, in_process).await {
            Ok(transport) => transport,
            Err(error) => {
                running.stop().await;
                database.remove().await;
                return Err(error);
            }
        };
        Ok(Self(Rc::new(Inner {
            app,
            running: Mutex::new(Some((running, database))),
            #[cfg(feature = "data")]
            made: std::cell::Cell::new(0),
            #[cfg(feature = "security")]
            bearer: std::cell::RefCell::default(),
            #[cfg(feature = "web")]
            transport,
        })))
    }

    /// Stops the application, as SIGTERM would, and waits until it has stopped. Says whether
    /// everything stopped in time; nothing is left to do where it has been stopped already.
    pub async fn stop(&self) -> bool {
        let running = self.0.take_running();
        match running {
            Some((running, database)) => {
                let in_time = running.stop().await;
                database.remove().await;
                in_time
            }
            None => true,
        }
    }

    /// The configuration it runs with.
    pub fn config(&self) -> &Config {
        self.0.app.config()
    }

    /// The running application, as starters see it.
    pub fn handle(&self) -> &AppHandle {
        &self.0.app
    }

    /// What an injection point of this type would be given: `app.inject::<Arc<PostService>>()`,
    /// `Arc<dyn Trait>`, `Option<Arc<…>>`, `Vec<Arc<dyn Trait>>`.
    ///
    /// # Panics
    ///
    /// Where there is no such component, or none is preferred among several.
    #[track_caller]
    pub fn inject<T: Inject>(&self) -> T {
        self.give(None)
    }

    /// What an injection point of this type with `#[qualifier("…")]` would be given.
    ///
    /// # Panics
    ///
    /// As [`inject`](Self::inject).
    #[track_caller]
    pub fn inject_qualified<T: Inject>(&self, qualifier: &'static str) -> T {
        self.give(Some(qualifier))
    }

    #[track_caller]
    fn give<T: Inject>(&self, qualifier: Option<&'static str>) -> T {
        let container: &Container = match self.0.app.container() {
            Some(container) => container,
            None => panic!("the application has no container although it was built"),
        };
        match container.inject(qualifier) {
            Ok(given) => given,
            Err(error) => panic!("{error}"),
        }
    }

    /// A new context of kind `Test` that belongs to this application.
    pub fn context(&self) -> Context {
        Context::new(self.0.app.clone(), ContextKind::Test)
    }

    /// Runs `work` inside a context of this application, so that [`Context::current`] finds it.
    /// The body of a `#[savia::test]` that is handed its application runs inside one already.
    pub async fn scope<F: Future>(&self, work: F) -> F::Output {
        self.context().scope(work).await
    }
}

#[cfg(feature = "security")]
impl TestApp {
    /// Says whom every later request is made as.
    pub(crate) fn set_bearer(&self, token: Option<String>) {
        *self.0.bearer.borrow_mut() = token;
    }
}

#[cfg(feature = "data")]
impl TestApp {
    /// Numbers what the test has made, from 1.
    pub(crate) fn next_number(&self) -> u32 {
        let number = self.0.made.get() + 1;
        self.0.made.set(number);
        number
    }
}

#[cfg(feature = "tasks")]
impl TestApp {
    /// The application's tasks: what was enqueued, and a way to run it here and now. No worker takes
    /// tasks under test (`tasks.workers`), unless the test sets it.
    ///
    /// ```no_run
    /// # async fn example(app: savia_starter_test::TestApp) {
    /// app.tasks().run().await.assert_succeeded();
    /// # }
    /// ```
    pub fn tasks(&self) -> savia_starter_tasks::testing::TestTasks {
        savia_starter_tasks::testing::TestTasks::of(self.0.app.clone())
    }
}

#[cfg(feature = "web")]
impl TestApp {
    /// The address it listens on.
    ///
    /// # Panics
    ///
    /// Where it runs in process, or serves no HTTP.
    #[track_caller]
    pub fn address(&self) -> std::net::SocketAddr {
        self.0.transport.address()
    }

    /// The URL of a path.
    ///
    /// # Panics
    ///
    /// As [`address`](Self::address).
    #[track_caller]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    /// A client of its own: with headers that every request gets, or with cookies.
    pub fn client(&self) -> TestClient {
        let client = TestClient::new(self.clone());
        #[cfg(feature = "security")]
        if let Some(token) = &*self.0.bearer.borrow() {
            return client.bearer(token);
        }
        client
    }

    /// A request of any method; [`get`](Self::get) and the others name the usual ones.
    #[track_caller]
    pub fn request(&self, method: Method, path: impl AsRef<str>) -> TestRequest {
        self.client().request(method, path)
    }

    /// Sends these bytes as they are over a connection of their own, and gives everything that
    /// comes back until the server closes it: for requests that no client would send.
    ///
    /// Our side is closed behind the bytes, so that a request which promises more than it holds
    /// is one that broke off.
    ///
    /// # Panics
    ///
    /// As [`address`](Self::address), and where no connection can be made or the server keeps it
    /// open.
    pub async fn raw(&self, bytes: impl AsRef<[u8]>) -> Vec<u8> {
        crate::http::raw(self.address(), bytes.as_ref()).await
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.0.transport
    }
}

#[cfg(feature = "web")]
crate::http::verbs! { TestApp }

impl Inner {
    fn take_running(&self) -> Option<(Application<Running>, TestDatabase)> {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let Some((running, database)) = self.take_running() else {
            return;
        };
        // A drop cannot wait: the runtime stops the application beside what the test does next.
        // Where the runtime has ended, the application has ended with it.
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                running.stop().await;
                database.remove().await;
            })),
            Err(_) => self.app.shutdown().request(),
        }
    }
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestApp")
            .field("profile", &self.config().profile())
            .finish_non_exhaustive()
    }
}
