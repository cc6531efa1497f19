//! Application events: one component says what happened, others hear it.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};

use crate::component::Location;
use crate::container::{Container, ResolveError};

/// Publishes events to whoever listens; injectable as `Arc<Events>`.
///
/// Listeners are functions with `#[event_listener]`, or closures given to
/// [`subscribe`](Self::subscribe). Those of a plain `fn` run inside [`publish`](Self::publish), in
/// their order; those of an `async fn` run in tasks of their own, inside the publisher's
/// [`Context`](crate::Context). A listener that fails or panics is logged and stops nobody else.
#[derive(Clone, Default)]
pub struct Events(Arc<RwLock<HashMap<TypeId, Arc<[Subscription]>>>>);

#[derive(Clone)]
struct Subscription {
    order: i32,
    name: &'static str,
    listener: Listener,
}

/// What hears an event.
#[derive(Clone)]
pub enum Listener {
    /// Runs inside the publisher.
    Sync(HearSync),
    /// Runs in a task of its own.
    Async(HearAsync),
}

type HearSync = Arc<dyn Fn(&(dyn Any + Send + Sync)) -> crate::Result<()> + Send + Sync>;
type HearAsync =
    Arc<dyn Fn(Arc<dyn Any + Send + Sync>) -> BoxFuture<'static, crate::Result<()>> + Send + Sync>;

/// What `#[event_listener]` submits.
pub struct EventListenerRegistration {
    /// The event's type.
    pub event: fn() -> TypeId,
    /// The function's name.
    pub name: &'static str,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// Where it was declared.
    pub location: Location,
    /// Lower hears first; equal orders go by name.
    pub order: i32,
    /// Takes what it asks for from the container.
    pub bind: fn(&Container) -> Result<Listener, ResolveError>,
}

inventory::collect!(EventListenerRegistration);

impl Listener {
    /// A listener that runs inside the publisher.
    pub fn sync<E: Any + Send + Sync>(
        hear: impl Fn(&E) -> crate::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::Sync(Arc::new(move |event| {
            match (event as &dyn Any).downcast_ref::<E>() {
                Some(event) => hear(event),
                None => Ok(()),
            }
        }))
    }

    /// A listener that runs in a task of its own.
    pub fn asynchronous<E, F, Fut>(hear: F) -> Self
    where
        E: Any + Send + Sync,
        F: Fn(Arc<E>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = crate::Result<()>> + Send + 'static,
    {
        Self::Async(Arc::new(move |event| match event.downcast::<E>() {
            Ok(event) => Box::pin(hear(event)),
            Err(_) => Box::pin(std::future::ready(Ok(()))),
        }))
    }
}

impl Events {
    /// Lets every listener hear the event. Returns when those of a plain `fn` have; those of an
    /// `async fn` have been started.
    pub fn publish<E: Any + Send + Sync>(&self, event: E) {
        for (name, listening) in self.tell(event) {
            crate::spawn(guarded(name, listening));
        }
    }

    /// Lets every listener hear the event, and waits until all have.
    pub async fn publish_and_wait<E: Any + Send + Sync>(&self, event: E) {
        let listening = self
            .tell(event)
            .into_iter()
            .map(|(name, future)| guarded(name, future));
        join_all(listening).await;
    }

    /// Publishes once the current transaction has committed; at once where there is none.
    pub fn publish_after_commit<E: Any + Send + Sync>(&self, event: E) {
        match crate::Context::current() {
            Some(context) => {
                let events = self.clone();
                context.after_commit(move || async move { events.publish(event) });
            }
            None => self.publish(event),
        }
    }

    /// Adds a listener while the application runs.
    pub fn subscribe<E: Any + Send + Sync>(
        &self,
        name: &'static str,
        order: i32,
        listener: Listener,
    ) {
        self.add(
            TypeId::of::<E>(),
            Subscription {
                order,
                name,
                listener,
            },
        );
    }

    /// Binds what the macros registered for live apps.
    pub(crate) fn bind(
        &self,
        registrations: impl IntoIterator<Item = &'static EventListenerRegistration>,
        container: &Container,
    ) -> Result<(), ResolveError> {
        for registration in registrations {
            let listener = (registration.bind)(container)?;
            let EventListenerRegistration { order, name, .. } = *registration;
            self.add(
                (registration.event)(),
                Subscription {
                    order,
                    name,
                    listener,
                },
            );
        }
        Ok(())
    }

    fn add(&self, event: TypeId, subscription: Subscription) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut listeners = all
            .get(&event)
            .map(|heard| heard.to_vec())
            .unwrap_or_default();
        listeners.push(subscription);
        listeners.sort_by_key(|listener| (listener.order, listener.name));
        all.insert(event, listeners.into());
    }

    /// Runs the plain listeners, and gives the futures of the others.
    fn tell<E: Any + Send + Sync>(
        &self,
        event: E,
    ) -> Vec<(&'static str, BoxFuture<'static, crate::Result<()>>)> {
        let listeners = {
            let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
            all.get(&TypeId::of::<E>()).cloned()
        };
        let Some(listeners) = listeners else {
            tracing::trace!("nobody listens to {}", type_name::<E>());
            return Vec::new();
        };
        let event: Arc<dyn Any + Send + Sync> = Arc::new(event);
        let mut futures = Vec::new();
        for subscription in &*listeners {
            match &subscription.listener {
                Listener::Sync(hear) => {
                    let heard = std::panic::catch_unwind(AssertUnwindSafe(|| hear(&*event)));
                    report(subscription.name, heard);
                }
                Listener::Async(hear) => futures.push((subscription.name, hear(event.clone()))),
            }
        }
        futures
    }
}

async fn guarded(name: &'static str, listening: BoxFuture<'static, crate::Result<()>>) {
    report(name, AssertUnwindSafe(listening).catch_unwind().await);
}

fn report(name: &str, heard: std::thread::Result<crate::Result<()>>) {
    match heard {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!("event listener {name} failed: {error}"),
        Err(_) => tracing::error!("event listener {name} panicked"),
    }
}

impl std::fmt::Debug for Events {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}
