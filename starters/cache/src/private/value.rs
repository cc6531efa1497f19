//! How values of a type are kept, found out where the type is known.
//!
//! Method lookup tries fewer dereferences first, so `(&&&&&ValueProbe::<T>::new()).kept()` is the
//! first that exists: an `Arc` is kept as it is, and what serde knows can leave the process.

use std::any::type_name;
use std::marker::PhantomData;
use std::sync::Arc;

use savia_core::Context;
use savia_core::cache::{CacheCodec, CacheValue, JsonCodec, LocalCodec};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::site::ValueInfo;

/// What a cache can hold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cached",
    label = "not a value that a cache can hold",
    note = "a cached value is given out many times: derive `Clone`, or return an `Arc` of it",
    note = "it is shared between threads, so it is `Send`, `Sync` and borrows nothing"
)]
pub trait Cacheable {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Cacheable for T {}

/// Says what is missing, where something is.
pub const fn assert_cacheable<T: Cacheable>() {}

/// How values of a type are kept.
pub struct Kept<T> {
    /// A value as the cache holds it.
    pub store: fn(&T) -> CacheValue,
    /// A value of the cache, if it is of this type.
    pub take: fn(CacheValue) -> Result<T, CacheValue>,
    /// What is known of the type.
    pub info: ValueInfo,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kept<T> {}

impl<T> Kept<T> {
    /// The same, of values that stay in the process.
    #[must_use]
    pub fn local(mut self) -> Self {
        self.info.codec = &LocalCodec;
        self
    }
}

/// A type of which it is asked.
pub struct ValueProbe<T>(PhantomData<fn() -> T>);

impl<T> ValueProbe<T> {
    /// The question.
    #[inline]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for ValueProbe<T> {
    fn default() -> Self {
        Self::new()
    }
}

fn info<T>(codec: &'static dyn CacheCodec) -> ValueInfo {
    ValueInfo {
        type_name: type_name::<T>(),
        codec,
    }
}

#[inline]
fn shared<U: Send + Sync + 'static>(codec: &'static dyn CacheCodec) -> Kept<Arc<U>> {
    Kept {
        store: |value| Arc::clone(value) as CacheValue,
        take: |value| value.downcast::<U>(),
        info: info::<U>(codec),
    }
}

#[inline]
fn cloned<T: Clone + Send + Sync + 'static>(codec: &'static dyn CacheCodec) -> Kept<T> {
    Kept {
        store: |value| Arc::new(value.clone()),
        take: |value| match value.downcast_ref::<T>() {
            Some(found) => Ok(found.clone()),
            None => Err(value),
        },
        info: info::<T>(codec),
    }
}

macro_rules! probes {
    ($($(#[$doc:meta])* $name:ident<$param:ident: $($bound:path),*> for $probe:ty => $kept:ty, $body:expr;)*) => {
        $(
            $(#[$doc])*
            pub trait $name {
                /// What it is kept as.
                type Value;
                /// How it is kept.
                fn kept(&self) -> Kept<Self::Value>;
            }

            impl<$param: $($bound +)* Send + Sync + 'static> $name for $probe {
                type Value = $kept;

                #[inline]
                fn kept(&self) -> Kept<$kept> {
                    $body
                }
            }
        )*
    };
}

probes! {
    /// Of `Arc`s of what serde knows.
    ValueProbeSharedSerde<U: Serialize, DeserializeOwned> for &&&&ValueProbe<Arc<U>> => Arc<U>,
        shared(const { &JsonCodec::<U>::new() });
    /// Of other `Arc`s.
    ValueProbeShared<U: Sized> for &&&ValueProbe<Arc<U>> => Arc<U>, shared(&LocalCodec);
    /// Of what serde knows.
    ValueProbeSerde<T: Clone, Serialize, DeserializeOwned> for &&ValueProbe<T> => T,
        cloned(const { &JsonCodec::<T>::new() });
    /// Of what can be cloned.
    ValueProbeClone<T: Clone> for &ValueProbe<T> => T, cloned(&LocalCodec);
}

/// Of other types: an error has told so already.
pub trait ValueProbeNothing {
    /// What it is kept as.
    type Value;
    /// How it is kept.
    fn kept(&self) -> Kept<Self::Value>;
}

impl<T> ValueProbeNothing for ValueProbe<T> {
    type Value = T;

    fn kept(&self) -> Kept<T> {
        Kept {
            store: |_| Arc::new(()),
            take: Err,
            info: info::<T>(&LocalCodec),
        }
    }
}

/// How errors of a type are kept and shared; those that cannot be cloned are not.
pub struct Failure<E> {
    /// An error as the cache holds it.
    pub store: Option<fn(&E) -> CacheValue>,
    /// An error of the cache.
    pub take: fn(&CacheValue) -> Option<E>,
}

impl<E> Clone for Failure<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Failure<E> {}

/// An error in a cache, so that no value is taken for one.
struct Failed<E>(E);

/// A type of errors of which it is asked.
pub struct FailureProbe<E>(PhantomData<fn() -> E>);

impl<E> FailureProbe<E> {
    /// The question.
    #[inline]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<E> Default for FailureProbe<E> {
    fn default() -> Self {
        Self::new()
    }
}

/// Of errors that can be cloned.
pub trait FailureProbeClone {
    /// The error.
    type Failure;
    /// How it is kept.
    fn failure(&self) -> Failure<Self::Failure>;
}

impl<E: Clone + Send + Sync + 'static> FailureProbeClone for &FailureProbe<E> {
    type Failure = E;

    #[inline]
    fn failure(&self) -> Failure<E> {
        Failure {
            store: Some(|error| Arc::new(Failed(error.clone()))),
            take: |value| value.downcast_ref::<Failed<E>>().map(|it| it.0.clone()),
        }
    }
}

/// Of others.
pub trait FailureProbeNothing {
    /// The error.
    type Failure;
    /// How it is kept.
    fn failure(&self) -> Failure<Self::Failure>;
}

impl<E> FailureProbeNothing for FailureProbe<E> {
    type Failure = E;

    #[inline]
    fn failure(&self) -> Failure<E> {
        Failure {
            store: None,
            take: |_| None,
        }
    }
}

/// The component that this is, to be held by what goes on after the call: a value that is computed
/// anew in the background. Nothing where it is no component.
pub fn component<T: Send + Sync + 'static>(this: &T) -> Option<Arc<T>> {
    let app = Context::with_current(|context| context.map(|context| context.app().clone()))?;
    let component = app.component::<T>()?;
    std::ptr::eq(Arc::as_ptr(&component), this).then_some(component)
}
