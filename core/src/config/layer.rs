//! The layers of a configuration, each read from its source.

mod dotenv;
mod variables;

use std::collections::BTreeMap;
use std::io::ErrorKind;

use super::declared::{Branch, Found, Twig};
use super::node::{Data, Node, Scalar};
use super::source::{FILE, Sources};
use super::{ConfigError, Declared, Origin, Source, yaml};
use variables::{Variable, aliases_layer, variables_layer};

/// Everything that was read.
pub(crate) struct Read {
    /// The profile that is active.
    pub(crate) profile: String,
    /// The layers, later over earlier; the first holds the defaults.
    pub(crate) layers: Vec<Node>,
    /// What a placeholder may name.
    pub(crate) variables: BTreeMap<String, String>,
}

/// Reads every source, and gathers what is wrong with any.
pub(crate) fn read(sources: &Sources, declared: &Declared) -> Result<Read, Vec<ConfigError>> {
    let mut faults = Vec::new();
    let mut keep = |read: Result<Node, Vec<ConfigError>>| {
        read.unwrap_or_else(|found| {
            faults.extend(found);
            Node::map(Origin::new(Source::Default))
        })
    };
    let mut dotenv_faults = Vec::new();
    let dotenv = dotenv::read(&sources.dir, &mut dotenv_faults);

    let profile = sources
        .profile
        .clone()
        .or_else(|| sources.environment.get("SAVIA_PROFILE").cloned())
        .or_else(|| {
            dotenv
                .iter()
                .rev()
                .find(|it| it.name == "SAVIA_PROFILE")
                .map(|it| it.value.clone())
        })
        .filter(|profile| !profile.is_empty())
        .unwrap_or_else(|| "dev".to_owned());

    let mut layers = vec![defaults(declared.root())];
    layers.push(keep(file(sources, FILE, declared)));
    layers.push(keep(file(
        sources,
        &format!("application-{profile}.yaml"),
        declared,
    )));
    layers.push(keep(aliases_layer(&dotenv, declared)));
    layers.push(keep(variables_layer(&dotenv, declared, &layers)));
    let environment: Vec<Variable> = sources
        .environment
        .iter()
        .map(|(name, value)| Variable {
            name: name.clone(),
            value: value.clone(),
            origin: Origin::new(Source::Environment(name.clone())),
        })
        .collect();
    layers.push(keep(aliases_layer(&environment, declared)));
    layers.push(keep(variables_layer(&environment, declared, &layers)));
    layers.push(keep(arguments(sources, declared)));
    layers.push(overrides(sources));
    faults.extend(dotenv_faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut variables: BTreeMap<_, _> = dotenv
        .into_iter()
        .map(|variable| (variable.name, variable.value))
        .collect();
    variables.extend(sources.environment.clone());
    Ok(Read {
        profile,
        layers,
        variables,
    })
}

/// The layer of the declared defaults.
fn defaults(branch: &Branch) -> Node {
    let origin = Origin::new(Source::Default);
    let mut node = Node::map(origin.clone());
    let Data::Map(children) = &mut node.data else {
        return node;
    };
    for (name, twig) in &branch.fields {
        let child = match twig {
            Twig::Branch(inner) if inner.optional => continue,
            Twig::Branch(inner) => defaults(inner),
            Twig::Key(key) => match &key.default {
                Some(default) => Node::from_json(default, &origin),
                None => continue,
            },
        };
        children.insert(name.clone(), child);
    }
    node
}

fn file(sources: &Sources, name: &str, declared: &Declared) -> Result<Node, Vec<ConfigError>> {
    let origin = Origin::new(Source::File(name.to_owned()));
    let text = match std::fs::read_to_string(sources.dir.join(name)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let other = name.replace(".yaml", ".yml");
            if sources.dir.join(&other).is_file() {
                let message = format!("the file is named {other}; it is read as {name} only");
                return Err(vec![ConfigError::syntax(message, origin, Vec::new())]);
            }
            return Ok(Node::map(origin));
        }
        Err(error) => {
            let message = format!("the file cannot be read: {error}");
            return Err(vec![ConfigError::syntax(message, origin, Vec::new())]);
        }
    };
    let mut root = yaml::parse(&text, &origin)?;
    match root.data {
        Data::Map(_) => {}
        Data::Null => root = Node::map(origin),
        _ => {
            let snippet = yaml::snippet(&text, 1, 1);
            let message = "a configuration is a map of keys, such as `name: blog`";
            return Err(vec![ConfigError::syntax(message, origin.at(1, 1), snippet)]);
        }
    }
    prune(&mut root, Some(declared.root()));
    Ok(root)
}

/// `server:` with every key below it commented out sets nothing, and must not hide the section.
fn prune(node: &mut Node, branch: Option<&Branch>) {
    let Data::Map(children) = &mut node.data else {
        return;
    };
    children.retain(|name, child| {
        let inner = match branch.and_then(|branch| branch.fields.get(name)) {
            Some(Twig::Branch(inner)) => inner,
            _ => return true,
        };
        prune(child, Some(inner));
        child.data != Data::Null
    });
}

fn arguments(sources: &Sources, declared: &Declared) -> Result<Node, Vec<ConfigError>> {
    let at = |key: &String| Origin::new(Source::CommandLine(key.clone()));
    let (named, nameless): (Vec<_>, Vec<_>) = sources
        .set
        .iter()
        .partition(|(key, _)| !super::path(key).is_empty());
    let keys = named.into_iter().map(|(key, value)| {
        let path = super::path(key).into_iter().map(ToOwned::to_owned);
        (path.collect(), value.as_str(), at(key))
    });
    let read = texts(at(&String::new()), keys, declared);
    let unnamed = nameless.into_iter().map(|(key, _)| {
        let message = "`--set` wants a key: `--set server.port=9000`";
        ConfigError::syntax(message, at(key), Vec::new())
    });
    let (root, mut faults) = match read {
        Ok(root) => (Some(root), Vec::new()),
        Err(found) => (None, found),
    };
    faults.extend(unnamed);
    root.filter(|_| faults.is_empty()).ok_or(faults)
}

/// A layer of values that are texts, each read as its key wants it.
fn texts<'a>(
    origin: Origin,
    keys: impl Iterator<Item = (Vec<String>, &'a str, Origin)>,
    declared: &Declared,
) -> Result<Node, Vec<ConfigError>> {
    let mut root = Node::map(origin);
    let mut faults = Vec::new();
    for (path, text, origin) in keys {
        match value_node(text, &origin, declared, &path) {
            Ok(node) => root.put(&path, node),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() {
        Ok(root)
    } else {
        Err(faults)
    }
}

fn overrides(sources: &Sources) -> Node {
    let mut root = Node::map(Origin::new(Source::Test(String::new())));
    for (key, value) in &sources.overrides {
        let path: Vec<String> = super::path(key)
            .into_iter()
            .map(ToOwned::to_owned)
            .collect();
        root.put(
            &path,
            Node::from_json(value, &Origin::new(Source::Test(key.clone()))),
        );
    }
    root
}

/// A value given as one text: a list or a map is YAML flow, unless the key wants text.
fn value_node(
    text: &str,
    origin: &Origin,
    declared: &Declared,
    path: &[String],
) -> Result<Node, Vec<ConfigError>> {
    let flow = text.trim_start().starts_with(['[', '{']);
    let (textual, certain) = match declared.find(path) {
        Found::Key(key) => (key.shape.is_textual(), true),
        Found::Section(_) => (false, true),
        Found::Open(_) | Found::Unknown => (false, false),
    };
    if !flow || textual {
        let scalar = Scalar {
            quoted: textual,
            ..Scalar::plain(text)
        };
        return Ok(Node::new(Data::Scalar(scalar), origin.clone()));
    }
    match yaml::parse(text, origin) {
        Ok(node) => Ok(node),
        Err(faults) if certain => Err(faults),
        // Nobody said that it should be a list.
        Err(_) => Ok(Node::text(text, origin.clone())),
    }
}
