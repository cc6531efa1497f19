//! What a starter checks before a start, and `savia check` without one.

use crate::app::AppHandle;
use crate::error::Diagnosis;

/// A check that connects to nothing: two routes on one path, a weak secret, an open actuator.
///
/// It runs in `savia check` and before every start; faults stop the start.
pub struct CheckRegistration {
    /// Its name, by which checks are ordered.
    pub name: &'static str,
    /// The module it stands in, from which its app or starter follows.
    pub module_path: &'static str,
    /// Looks. The flag says whether the strict rules of profile `prod` apply.
    pub check: fn(&AppHandle, bool) -> Vec<Diagnosis>,
}

inventory::collect!(CheckRegistration);

/// Every check of a live owner, by name.
pub(crate) fn run(app: &AppHandle, production: bool) -> Vec<Diagnosis> {
    let mut checks: Vec<_> = inventory::iter::<CheckRegistration>
        .into_iter()
        .filter(|check| app.apps().is_live(check.module_path))
        .collect();
    checks.sort_by_key(|check| check.name);
    checks
        .iter()
        .flat_map(|check| (check.check)(app, production))
        .collect()
}
