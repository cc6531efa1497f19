//! Who is calling, as a component.

use savia_core::service;

use crate::Principal;

/// Who is calling, as a component: for services that would rather be given it than ask
/// [`Principal::current`]. Inject it as `Arc<CurrentPrincipal>`; of whom it tells is settled when it is
/// asked, in the request or task of then.
#[service]
pub struct CurrentPrincipal {}

impl CurrentPrincipal {
    /// Who is calling, if it is known.
    pub fn get(&self) -> Option<Principal> {
        Principal::current()
    }

    /// Who is calling.
    ///
    /// # Errors
    ///
    /// 401 where nobody is known.
    pub fn required(&self) -> savia_core::Result<Principal> {
        super::guard::known()
    }
}
