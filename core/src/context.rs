//! The one ambient thing: what the code that runs now belongs to.

mod trace;

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context as TaskContext, Poll};

use pin_project_lite::pin_project;

use crate::app::AppHandle;

pub use trace::TraceParent;

thread_local! {
    static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

/// What the running code belongs to: its application, request, principal and transaction.
///
/// A context is entered for every request, task, command and test. Code below finds it with
/// [`Context::current`]; [`spawn`] carries it to a new task. It is a handle: clones are the same
/// context.
///
/// A transaction belongs to the future it was opened for, not to the whole request: what runs
/// beside that future, joined or spawned, is outside of it ([`Context::in_transaction`]).
#[derive(Clone)]
pub struct Context {
    shared: Arc<Shared>,
    unit: Option<Arc<Unit>>,
}

struct Shared {
    app: AppHandle,
    kind: ContextKind,
    subject: Option<Arc<dyn Any + Send + Sync>>,
    request_id: OnceLock<Box<str>>,
    trace_parent: OnceLock<TraceParent>,
    principal: OnceLock<Arc<dyn Any + Send + Sync>>,
    recorder: OnceLock<Arc<dyn Recorder>>,
    extensions: Mutex<Vec<Arc<dyn Any + Send + Sync>>>,
}

/// A transaction and what waits for its commit.
struct Unit {
    transaction: Arc<dyn Any + Send + Sync>,
    after_commit: Mutex<Vec<AfterCommit>>,
}

/// What a context was entered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextKind {
    /// An HTTP request.
    Request,
    /// A background task.
    Task,
    /// A command of the command line.
    Command,
    /// A test.
    Test,
    /// The start or stop of the application.
    Lifecycle,
}

/// Hears what a request or task did: queries, cache reads, tasks enqueued.
pub trait Recorder: Send + Sync {
    /// Something was done.
    fn record(&self, event: RecordedEvent<'_>);
}

/// Something a request or task did.
#[derive(Debug, Clone, Copy)]
pub struct RecordedEvent<'a> {
    /// What it was: `sql`, `cache`, `task`, `http`.
    pub kind: &'static str,
    /// Which one: the statement, the cache's name, the task's name.
    pub detail: &'a str,
    /// When it began.
    pub started: std::time::Instant,
    /// How long it took.
    pub elapsed: std::time::Duration,
    /// Whether it failed.
    pub failed: bool,
}

type AfterCommit = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

impl Context {
    /// A new context of an application.
    pub fn new(app: AppHandle, kind: ContextKind) -> Self {
        Self::about(app, kind, None)
    }

    /// A new context that was entered for `subject`: the route of a request, a task's record.
    pub fn about(
        app: AppHandle,
        kind: ContextKind,
        subject: Option<Arc<dyn Any + Send + Sync>>,
    ) -> Self {
        let shared = Arc::new(Shared {
            app,
            kind,
            subject,
            request_id: OnceLock::new(),
            trace_parent: OnceLock::new(),
            principal: OnceLock::new(),
            recorder: OnceLock::new(),
            extensions: Mutex::new(Vec::new()),
        });
        Self { shared, unit: None }
    }

    /// The context of the code that runs now, if it runs inside one.
    pub fn current() -> Option<Self> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Reads the current context without taking a handle to it.
    pub fn with_current<R>(read: impl FnOnce(Option<&Self>) -> R) -> R {
        CURRENT.with_borrow(|current| read(current.as_ref()))
    }

    /// The running application.
    pub fn app(&self) -> &AppHandle {
        &self.shared.app
    }

    /// What the context was entered for.
    pub fn kind(&self) -> ContextKind {
        self.shared.kind
    }

    /// What it was entered for, in the type of the starter that entered it.
    pub fn subject<S: Any + Send + Sync>(&self) -> Option<&S> {
        self.shared.subject.as_ref()?.downcast_ref()
    }

    /// The id of the request, once it has one.
    pub fn request_id(&self) -> Option<&str> {
        self.shared.request_id.get().map(AsRef::as_ref)
    }

    /// Names the request. The first name stays.
    pub fn set_request_id(&self, id: impl Into<Box<str>>) {
        let _ = self.shared.request_id.set(id.into());
    }

    /// The caller's trace, if it sent one; of a task, that of who enqueued it.
    pub fn trace_parent(&self) -> Option<TraceParent> {
        self.shared.trace_parent.get().copied()
    }

    /// Remembers the caller's trace. The first stays.
    pub fn set_trace_parent(&self, parent: TraceParent) {
        let _ = self.shared.trace_parent.set(parent);
    }

    /// Who is calling, in the security starter's type.
    pub fn principal<P: Any + Send + Sync>(&self) -> Option<Arc<P>> {
        self.shared.principal.get().cloned()?.downcast().ok()
    }

    /// Says who is calling. The first answer stays.
    pub fn set_principal<P: Any + Send + Sync>(&self, principal: Arc<P>) {
        let _ = self.shared.principal.set(principal);
    }

    /// Who hears what this context does.
    pub fn recorder(&self) -> Option<&Arc<dyn Recorder>> {
        self.shared.recorder.get()
    }

    /// Lets `recorder` hear what this context does. The first stays.
    pub fn set_recorder(&self, recorder: Arc<dyn Recorder>) {
        let _ = self.shared.recorder.set(recorder);
    }

    /// What a starter keeps for the length of the context, made at the first question.
    pub fn extension<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        let mut extensions = lock(&self.shared.extensions);
        for extension in extensions.iter() {
            if let Ok(found) = extension.clone().downcast() {
                return found;
            }
        }
        let made = Arc::new(T::default());
        extensions.push(made.clone());
        made
    }

    /// The same context inside a transaction: what runs in it joins the transaction, what runs in
    /// this one does not.
    #[must_use]
    pub fn in_transaction(&self, transaction: Arc<dyn Any + Send + Sync>) -> Self {
        let unit = Unit {
            transaction,
            after_commit: Mutex::new(Vec::new()),
        };
        Self {
            shared: self.shared.clone(),
            unit: Some(Arc::new(unit)),
        }
    }

    /// The same context outside every transaction.
    #[must_use]
    pub fn outside_transaction(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            unit: None,
        }
    }

    /// The current transaction, in the data starter's type.
    pub fn transaction<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.unit.as_ref()?.transaction.clone().downcast().ok()
    }

    /// Whether this is inside a transaction, of whatever starter's.
    pub fn is_in_transaction(&self) -> bool {
        self.unit.is_some()
    }

    /// Runs `action` once the current transaction has committed, or at once where there is none
    /// (then in a task of its own). It is dropped when the transaction rolls back.
    pub fn after_commit<F, Fut>(&self, action: F)
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        match &self.unit {
            Some(unit) => lock(&unit.after_commit).push(Box::new(move || Box::pin(action()))),
            None => drop(self.sync_scope(|| spawn(action()))),
        }
    }

    /// How many actions wait for the commit: the mark of a savepoint.
    pub fn after_commit_mark(&self) -> usize {
        self.unit
            .as_ref()
            .map_or(0, |unit| lock(&unit.after_commit).len())
    }

    /// Drops the actions added since `mark`: their savepoint was rolled back.
    pub fn drop_after_commit(&self, mark: usize) {
        if let Some(unit) = &self.unit {
            let dropped = {
                let mut actions = lock(&unit.after_commit);
                let mark = mark.min(actions.len());
                actions.split_off(mark)
            };
            drop(dropped);
        }
    }

    /// Takes the actions that wait for the commit; whoever ends the transaction runs or drops them.
    pub fn take_after_commit(
        &self,
    ) -> Vec<impl FnOnce() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + use<>> {
        match &self.unit {
            Some(unit) => std::mem::take(&mut *lock(&unit.after_commit)),
            None => Vec::new(),
        }
    }

    /// Runs `work` inside this context.
    pub fn sync_scope<R>(&self, work: impl FnOnce() -> R) -> R {
        let mut slot = Some(self.clone());
        let _entered = Entered::enter(&mut slot);
        work()
    }

    /// A future that runs inside this context whenever it is polled.
    pub fn scope<F: Future>(self, future: F) -> Scoped<F> {
        Scoped {
            future,
            context: Some(self),
        }
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("kind", &self.kind())
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Nothing that can panic runs under these locks, so a poisoned one is still sound.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The context is moved into the thread's slot and back: entering counts no reference.
pub struct Entered<'a>(&'a mut Option<Context>);

impl<'a> Entered<'a> {
    /// Enters the context in `slot` until the guard is dropped.
    #[inline]
    pub fn enter(slot: &'a mut Option<Context>) -> Self {
        CURRENT.with_borrow_mut(|current| std::mem::swap(current, slot));
        Self(slot)
    }
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        CURRENT.with_borrow_mut(|current| std::mem::swap(current, self.0));
    }
}

pin_project! {
    /// A future inside a [`Context`]; made by [`Context::scope`].
    pub struct Scoped<F> {
        #[pin]
        future: F,
        context: Option<Context>,
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _entered = Entered::enter(this.context);
        this.future.poll(cx)
    }
}

/// Spawns a task that runs inside the current context, outside its transaction.
///
/// It runs on the runtime the application was built on, not on that of the HTTP worker which
/// spawns it: a worker's tasks end with the worker, as soon as the server stops.
///
/// # Panics
///
/// As [`tokio::spawn`] does, when called outside a runtime and outside a context.
pub fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let context = Context::with_current(|context| context.map(Context::outside_transaction));
    let runtime = context
        .as_ref()
        .and_then(|context| context.app().0.runtime.clone());
    let scoped = Scoped { future, context };
    match runtime {
        Some(runtime) => runtime.spawn(scoped),
        None => tokio::spawn(scoped),
    }
}

/// Does `action` once the current transaction has committed, and never where it rolls back; in a
/// task of its own at once where there is no transaction.
///
/// ```no_run
/// # async fn example() {
/// savia_core::after_commit(|| async { println!("it stands") });
/// # }
/// ```
///
/// # Panics
///
/// As [`spawn`] does.
pub fn after_commit<F, Fut>(action: F)
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    match Context::current() {
        Some(context) => context.after_commit(action),
        None => drop(spawn(action())),
    }
}
