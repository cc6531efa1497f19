//! What a starter checks before a start, and `savia check` without one.

use futures_util::future::BoxFuture;

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

/// A check that takes longer than a start should, or connects to something: statements held against
/// the schema, an address that has to answer. It runs in `savia check` alone.
pub struct InspectionRegistration {
    /// Its name, by which inspections are ordered.
    pub name: &'static str,
    /// The module it stands in, from which its app or starter follows.
    pub module_path: &'static str,
    /// Looks. The flag says whether the strict rules of profile `prod` apply.
    pub inspect: fn(AppHandle, bool) -> BoxFuture<'static, Findings>,
}

/// What an inspection found.
#[derive(Debug, Default)]
pub struct Findings {
    /// What has to be mended.
    pub errors: Vec<Diagnosis>,
    /// What could not be looked at, or is worth a thought.
    pub warnings: Vec<Diagnosis>,
}

inventory::collect!(InspectionRegistration);

/// Every inspection of a live owner, by name.
pub(crate) async fn inspect(app: &AppHandle, production: bool) -> Findings {
    let mut inspections: Vec<_> = inventory::iter::<InspectionRegistration>
        .into_iter()
        .filter(|it| app.apps().is_live(it.module_path))
        .collect();
    inspections.sort_by_key(|it| it.name);
    let mut findings = Findings::default();
    for inspection in inspections {
        let found = (inspection.inspect)(app.clone(), production).await;
        findings.errors.extend(found.errors);
        findings.warnings.extend(found.warnings);
    }
    findings
}

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
