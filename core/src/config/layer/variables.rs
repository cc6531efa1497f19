//! Environment variables as keys: `SAVIA_SERVER__PORT` is `server.port`.

use super::texts;
use crate::config::declared::Twig;
use crate::config::node::Node;
use crate::config::{ConfigError, Declared, Origin, Source};

/// A variable and where it is set.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) origin: Origin,
}

impl Variable {
    fn at((path, variable): (Vec<String>, &Self)) -> (Vec<String>, &str, Origin) {
        (path, &variable.value, variable.origin.clone())
    }
}

/// What platforms set, and the key it means.
const ALIASES: [(&str, &str); 3] = [
    ("PORT", "server.port"),
    ("DATABASE_URL", "data.url"),
    ("REDIS_URL", "redis.url"),
];

/// Variables that are Savia's and no keys.
pub(crate) const RESERVED: [&str; 2] = ["PROFILE", "REQUIRE_SERVICES"];

/// The layer that the platforms' variables make; it lies below that of ours.
pub(super) fn aliases_layer(
    variables: &[Variable],
    declared: &Declared,
) -> Result<Node, Vec<ConfigError>> {
    let keys = variables.iter().filter_map(|variable| {
        let (_, key) = ALIASES.iter().find(|(name, _)| *name == variable.name)?;
        // Platforms leave what they do not need empty.
        let path = crate::config::path(key);
        (!variable.value.is_empty())
            .then(|| (path.into_iter().map(ToOwned::to_owned).collect(), variable))
    });
    let origin = Origin::new(Source::Environment(String::new()));
    texts(origin, keys.map(Variable::at), declared)
}

/// The layer that variables with our prefix make.
pub(super) fn variables_layer(
    variables: &[Variable],
    declared: &Declared,
    lower: &[Node],
) -> Result<Node, Vec<ConfigError>> {
    let keys = variables.iter().filter_map(|variable| {
        let name = without_prefix(&variable.name)?;
        Some((relaxed(name, declared, lower), variable))
    });
    let origin = Origin::new(Source::Environment(String::new()));
    texts(origin, keys.map(Variable::at), declared)
}

/// What follows `SAVIA_`, unless it is reserved.
fn without_prefix(name: &str) -> Option<&str> {
    let prefix = name.get(..6)?;
    let rest = &name[6..];
    let reserved = RESERVED
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(rest));
    (prefix.eq_ignore_ascii_case("SAVIA_") && !rest.is_empty() && !reserved).then_some(rest)
}

/// The key that a variable means. Case and the difference of `-` and `_` are lost in a variable's
/// name, so that each part is looked up among the declared names and those in the files.
fn relaxed(name: &str, declared: &Declared, lower: &[Node]) -> Vec<String> {
    let plain = |name: &str| name.to_lowercase().replace(['-', '_'], "");
    let mut branch = Some(declared.root());
    let mut path: Vec<String> = Vec::new();
    for part in name.split("__") {
        let wanted = plain(part);
        let known = branch
            .and_then(|branch| branch.fields.keys().find(|name| plain(name) == wanted))
            .cloned()
            .or_else(|| {
                lower
                    .iter()
                    .filter_map(|layer| layer.find(&path)?.children())
                    .flat_map(|children| children.keys())
                    .find(|name| plain(name) == wanted)
                    .cloned()
            })
            .unwrap_or_else(|| part.to_lowercase());
        branch = branch.and_then(|branch| match branch.fields.get(&known) {
            Some(Twig::Branch(inner)) => Some(inner),
            _ => None,
        });
        path.push(known);
    }
    path
}
