//! Roles that have others.

use std::collections::{BTreeMap, BTreeSet};

use savia_core::config::Config;
use savia_core::error::Diagnosis;

/// Which roles have those of others too, by `security.role_hierarchy`. Inject it as
/// `Arc<RoleHierarchy>`; an [`Authenticator`](crate::Authenticator) of your own gives
/// [`reach`](Self::reach) of the roles it knows.
///
/// ```
/// use savia_starter_security::authorization::RoleHierarchy;
///
/// let hierarchy = RoleHierarchy::new(&["ADMIN > EDITOR > AUTHOR".to_owned()]).unwrap();
/// assert_eq!(hierarchy.reach(vec!["EDITOR".to_owned()]), ["EDITOR", "AUTHOR"]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct RoleHierarchy(BTreeMap<String, BTreeSet<String>>);

impl RoleHierarchy {
    /// Of chains such as `ADMIN > EDITOR > AUTHOR`.
    ///
    /// # Errors
    ///
    /// What is wrong with which chain.
    pub fn new(chains: &[String]) -> Result<Self, String> {
        let mut below: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for chain in chains {
            let roles: Vec<_> = chain.split('>').map(str::trim).collect();
            let plain = |role: &&str| !role.is_empty() && !role.contains(char::is_whitespace);
            if roles.len() < 2 || !roles.iter().all(plain) {
                return Err(format!("`{chain}` is no chain of roles"));
            }
            for pair in roles.windows(2) {
                let lower = below.entry(pair[0].to_owned()).or_default();
                lower.insert(pair[1].to_owned());
            }
        }
        let mut reached = BTreeMap::new();
        for role in below.keys() {
            let all = all_below(role, &below);
            if all.contains(role) {
                return Err(format!("`{role}` stands above itself"));
            }
            reached.insert(role.clone(), all);
        }
        Ok(Self(reached))
    }

    /// As it is configured.
    pub(crate) fn configured(chains: &[String], config: &Config) -> Result<Self, Diagnosis> {
        Self::new(chains).map_err(|what| {
            Diagnosis::new("security::role_hierarchy", what)
                .at_key(config, "security.role_hierarchy")
                .help("write each chain from the highest role down: `ADMIN > EDITOR > AUTHOR`")
        })
    }

    /// Whether no role has another.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These roles, and behind them all that they have.
    pub fn reach(&self, mut roles: Vec<String>) -> Vec<String> {
        for at in 0..roles.len() {
            for lower in self.0.get(&roles[at]).into_iter().flatten() {
                if !roles.contains(lower) {
                    roles.push(lower.clone());
                }
            }
        }
        roles
    }
}

/// All roles below one, itself where there is a circle.
fn all_below(role: &str, below: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let (mut all, mut ahead) = (BTreeSet::new(), vec![role]);
    while let Some(role) = ahead.pop() {
        for lower in below.get(role).into_iter().flatten() {
            if all.insert(lower.clone()) {
                ahead.push(lower);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chains(chains: &[&str]) -> Result<RoleHierarchy, String> {
        RoleHierarchy::new(&chains.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_role_has_all_below_it_and_none_above() {
        let hierarchy = chains(&["A > B > C", "D>C", "B > E"]).unwrap();
        let check = |role: &str, expected: &[&str]| {
            assert_eq!(hierarchy.reach(vec![role.to_owned()]), expected);
        };
        check("A", &["A", "B", "C", "E"]);
        check("B", &["B", "C", "E"]);
        check("C", &["C"]);
        check("D", &["D", "C"]);
        check("a", &["a"]);
        let both = hierarchy.reach(vec!["C".to_owned(), "D".to_owned()]);
        assert_eq!(both, ["C", "D"]);
    }

    #[test]
    fn what_is_no_chain_is_said() {
        for bad in ["A", "", "A >", "> A", "A > > B", "A B > C"] {
            assert!(chains(&[bad]).is_err(), "{bad}");
        }
        assert_eq!(
            chains(&["A > B", "B > A"]).unwrap_err(),
            "`A` stands above itself"
        );
        assert!(chains(&["A > A"]).is_err());
    }
}
