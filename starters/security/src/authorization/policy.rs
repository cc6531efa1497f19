//! Policies: whether somebody may do something with a thing that has been loaded.

use std::sync::Arc;

use savia_core::{Context, Error, Result};

use super::guard::{denied, known};
use crate::Principal;

/// Whether somebody may do something with a thing: whose it is, in what state, which tenant's.
///
/// A component that provides `dyn Policy<Post>` is asked by [`authorize`]; where there are several, all
/// have to agree. `#[authorize(PostPolicy)]` names one.
///
/// ```
/// # extern crate savia_starter_security as savia;
/// use savia::Principal;
/// use savia::authorization::Policy;
/// # use savia_core::service;
///
/// struct Post {
///     author: String,
/// }
///
/// #[service(provides(dyn Policy<Post>))]
/// struct PostPolicy {}
///
/// impl Policy<Post> for PostPolicy {
///     fn allows(&self, caller: &Principal, post: &Post) -> bool {
///         post.author == caller.id() || caller.has_role("EDITOR")
///     }
/// }
/// ```
pub trait Policy<T: ?Sized>: Send + Sync {
    /// Whether the caller may have to do with the thing.
    fn allows(&self, caller: &Principal, thing: &T) -> bool;

    /// Whether the caller may do this with the thing; unless it says more, as [`allows`](Self::allows).
    fn allows_to(&self, action: &str, caller: &Principal, thing: &T) -> bool {
        let _ = action;
        self.allows(caller, thing)
    }
}

/// Asks the policies of a thing whether who is calling may have to do with it.
///
/// # Errors
///
/// 401 where nobody is known, 403 where somebody may not; `Internal` where the thing has no policy: what
/// nobody decides is not allowed.
pub fn authorize<T: ?Sized + 'static>(thing: &T) -> Result<()> {
    decided(|policy: &dyn Policy<T>, caller| policy.allows(caller, thing))
}

/// Asks the policies of a thing whether who is calling may do this with it.
///
/// # Errors
///
/// As [`authorize`].
pub fn authorize_to<T: ?Sized + 'static>(action: &str, thing: &T) -> Result<()> {
    decided(|policy: &dyn Policy<T>, caller| policy.allows_to(action, caller, thing))
}

/// Asks one policy: what `#[authorize(PostPolicy)]` does.
///
/// # Errors
///
/// As [`authorize`].
#[doc(hidden)]
pub fn authorize_by<P, T>(thing: &T) -> Result<()>
where
    P: Policy<T> + 'static,
    T: ?Sized,
{
    let caller = known()?;
    let policy = Context::with_current(|context| context?.app().component::<P>());
    let missing = || missing(std::any::type_name::<P>());
    match policy.ok_or_else(missing)?.allows(&caller, thing) {
        true => Ok(()),
        false => Err(denied()),
    }
}

fn decided<T: ?Sized + 'static>(allows: impl Fn(&dyn Policy<T>, &Principal) -> bool) -> Result<()> {
    let caller = known()?;
    let policies: Vec<Arc<dyn Policy<T>>> =
        Context::with_current(|context| Some(context?.app().components::<dyn Policy<T>>()))
            .unwrap_or_default();
    if policies.is_empty() {
        return Err(missing(std::any::type_name::<T>()));
    }
    match policies.iter().all(|policy| allows(&**policy, &caller)) {
        true => Ok(()),
        false => Err(denied()),
    }
}

#[cold]
fn missing(of: &str) -> Error {
    Error::internal(format!(
        "nothing decides about `{of}`: `#[service(provides(dyn Policy<…>))]` makes a policy"
    ))
}
