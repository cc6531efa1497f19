//! `${NAME}`, `${NAME:default}` and `$${` in values.

use std::collections::BTreeMap;

use super::node::{Data, Node, Scalar};
use super::yaml::join;
use super::{ConfigError, Origin, Source};

/// Resolves the placeholders of a tree: a name is a variable of the environment or of `.env`
/// first, then another key, as Spring resolves it.
///
/// What the environment says is taken literally: a password may hold any character.
pub(crate) fn resolve(tree: &mut Node, variables: &BTreeMap<String, String>) {
    let unresolved = tree.clone();
    let resolver = Resolver {
        tree: &unresolved,
        variables,
    };
    resolver.walk(tree, "");
}

struct Resolver<'a> {
    tree: &'a Node,
    variables: &'a BTreeMap<String, String>,
}

/// Why a placeholder stands for nothing: the message, and the name that is to blame.
type Fault = (String, String);

impl Resolver<'_> {
    fn walk(&self, node: &mut Node, key: &str) {
        match &mut node.data {
            Data::Map(children) => {
                for (name, child) in children {
                    self.walk(child, &join(key, name));
                }
            }
            Data::List(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.walk(item, &format!("{key}[{index}]"));
                }
            }
            Data::Scalar(scalar) if is_literal(&node.origin) || !scalar.text.contains('$') => {}
            Data::Scalar(scalar) => match self.expand(&scalar.text, &mut vec![key.to_owned()]) {
                Ok(text) if text == scalar.text => {}
                Ok(text) => {
                    let written = std::mem::take(&mut scalar.text);
                    // The field that reads it decides its type, quoted or not.
                    *scalar = Scalar {
                        text,
                        quoted: false,
                        written: Some(written),
                    };
                }
                Err((message, name)) => {
                    node.data = Data::Fault(Box::new(ConfigError::Placeholder {
                        key: key.to_owned(),
                        message,
                        name,
                        origin: node.origin.clone(),
                    }));
                }
            },
            Data::Null | Data::Fault(_) => {}
        }
    }

    fn expand(&self, text: &str, above: &mut Vec<String>) -> Result<String, Fault> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            if let Some(before) = rest[..at].strip_suffix('$') {
                out += before;
                out += "${";
                rest = &rest[at + 2..];
                continue;
            }
            out += &rest[..at];
            let inside = &rest[at + 2..];
            let Some(end) = closing(inside) else {
                return Err((format!("`{}` is not closed", &rest[at..]), String::new()));
            };
            let (name, default) = match inside[..end].split_once(':') {
                Some((name, default)) => (name, Some(default)),
                None => (&inside[..end], None),
            };
            out += &self.value(name.trim(), default, above)?;
            rest = &inside[end + 1..];
        }
        out += rest;
        Ok(out)
    }

    fn value(
        &self,
        name: &str,
        default: Option<&str>,
        above: &mut Vec<String>,
    ) -> Result<String, Fault> {
        if name.is_empty() {
            return Err(("a placeholder names nothing".to_owned(), String::new()));
        }
        if let Some(value) = self.variables.get(name) {
            return Ok(value.clone());
        }
        let node = self
            .tree
            .find(&super::path(name))
            .filter(|node| node.data != Data::Null);
        match (node.map(|node| (&node.data, &node.origin)), default) {
            (Some((Data::Scalar(scalar), origin)), _) => {
                if above.iter().any(|key| key == name) {
                    above.push(name.to_owned());
                    let chain = above.join(" → ");
                    return Err((
                        format!("placeholders run in a circle: {chain}"),
                        String::new(),
                    ));
                }
                if is_literal(origin) {
                    return Ok(scalar.text.clone());
                }
                above.push(name.to_owned());
                let expanded = self.expand(&scalar.text, above)?;
                above.pop();
                Ok(expanded)
            }
            (Some(_), _) => Err((
                format!("`{name}` is a list or a map, not text"),
                String::new(),
            )),
            (None, Some(default)) => self.expand(default, above),
            (None, None) => Err((format!("nothing is named `{name}`"), name.to_owned())),
        }
    }
}

/// Where the `}` stands that closes a placeholder whose `${` is behind us.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn is_literal(origin: &Origin) -> bool {
    matches!(
        origin.source(),
        Source::Default | Source::DotEnv(_) | Source::Environment(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::yaml;

    fn resolved(text: &str, key: &str) -> Result<String, String> {
        let mut tree = yaml::parse(text, &Origin::new(Source::File("a.yaml".into()))).unwrap();
        let variables = [("HOST", "db"), ("ODD", "${HOST}")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        resolve(&mut tree, &BTreeMap::from(variables));
        match &tree.find(&crate::config::path(key)).unwrap().data {
            Data::Scalar(scalar) => Ok(scalar.text.clone()),
            Data::Fault(fault) => Err(fault.to_string()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_placeholder_is_a_variable_then_a_key_then_its_default() {
        let text = "a: x-${HOST}:${PORT:5432}\nb: ${a}/y\nc: ${NO:${HOST:z}}\nd: $${HOST} $x\n\
                    e: ${ODD}\nf: \"${NO:}\"\n";
        assert_eq!(resolved(text, "a"), Ok("x-db:5432".into()));
        assert_eq!(resolved(text, "b"), Ok("x-db:5432/y".into()));
        assert_eq!(resolved(text, "c"), Ok("db".into()));
        assert_eq!(resolved(text, "d"), Ok("${HOST} $x".into()));
        assert_eq!(resolved(text, "e"), Ok("${HOST}".into()));
        assert_eq!(resolved(text, "f"), Ok(String::new()));
    }

    #[test]
    fn what_cannot_be_resolved_says_why() {
        let text = "a: ${NO}\nb: ${c}\nc: ${b}\nd: ${e}\ne: [1]\nf: ${HOST\n";
        assert_eq!(
            resolved(text, "a"),
            Err("`a`: nothing is named `NO` (a.yaml:1:4)".into())
        );
        assert_eq!(
            resolved(text, "b"),
            Err("`b`: placeholders run in a circle: b → c → b (a.yaml:2:4)".into())
        );
        assert_eq!(
            resolved(text, "d"),
            Err("`d`: `e` is a list or a map, not text (a.yaml:4:4)".into())
        );
        assert_eq!(
            resolved(text, "f"),
            Err("`f`: `${HOST` is not closed (a.yaml:6:4)".into())
        );
    }
}
