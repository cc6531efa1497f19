//! Keys that nobody declares.

use super::declared::{Branch, Found, Twig};
use super::node::{Data, Node};
use super::yaml::join;
use super::{Config, ConfigError, Declared, Origin, Shape, Source};
use crate::error::{Diagnosis, did_you_mean};

impl Config {
    /// The keys that are set and that nobody declares: errors where they stand in a file, on the
    /// command line or in a test, warnings where they come from the environment.
    pub fn check(&self) -> (Vec<Diagnosis>, Vec<Diagnosis>) {
        let mut search = Search {
            declared: self.declared(),
            unknown: Vec::new(),
        };
        // The first layer holds the defaults, which are declared by what they are.
        for layer in self.layers().iter().skip(1) {
            search.section(layer, self.declared().root(), "");
        }
        let (warnings, errors): (Vec<_>, Vec<_>) = search
            .unknown
            .iter()
            .partition(|fault| fault.origin().is_some_and(is_variable));
        (told(&errors), told(&warnings))
    }
}

fn told(faults: &[&ConfigError]) -> Vec<Diagnosis> {
    faults.iter().map(|fault| fault.diagnosis()).collect()
}

struct Search<'a> {
    declared: &'a Declared,
    unknown: Vec<ConfigError>,
}

impl Search<'_> {
    fn section(&mut self, node: &Node, branch: &Branch, prefix: &str) {
        for (name, child) in node.children().into_iter().flatten() {
            let key = join(prefix, name);
            match branch.fields.get(name) {
                Some(Twig::Branch(inner)) => self.section(child, inner, &key),
                Some(Twig::Key(declared)) => self.value(child, &declared.shape, &key),
                None if branch.open.is_some() => {}
                None => {
                    let names: Vec<&str> = branch.fields.keys().map(String::as_str).collect();
                    self.unknown(child, &key, name, &names);
                }
            }
        }
    }

    /// The structs inside lists and maps have keys of their own.
    fn value(&mut self, node: &Node, shape: &Shape, key: &str) {
        match (shape.bare(), &node.data) {
            (Shape::List(inner), Data::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, inner, &format!("{key}[{index}]"));
                }
            }
            (Shape::Map(inner), Data::Map(children)) => {
                for (name, child) in children {
                    self.value(child, inner, &join(key, name));
                }
            }
            (Shape::Section(section), Data::Map(children)) => {
                let fields = (section.fields)();
                for (name, child) in children {
                    let key = join(key, name);
                    match fields.iter().find(|field| field.name == name) {
                        Some(field) => self.value(child, &field.shape, &key),
                        None => {
                            let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
                            self.unknown(child, &key, name, &names);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn unknown(&mut self, node: &Node, key: &str, name: &str, siblings: &[&str]) {
        self.unknown.push(ConfigError::UnknownKey {
            key: key.to_owned(),
            help: self.help(node, key, name, siblings),
            origin: node.key_origin.clone(),
        });
    }

    fn help(&self, node: &Node, key: &str, name: &str, siblings: &[&str]) -> Vec<String> {
        let from_variable = is_variable(&node.key_origin);
        let did_you_mean_key = |meant: &str| {
            if from_variable {
                format!("did you mean {}?", super::error::variable(meant))
            } else {
                format!("did you mean `{meant}`?")
            }
        };
        // `server.port: 80` and `SAVIA_SERVER_PORT` know the key and not how it is written here.
        let dotted: Vec<&str> = name.split('.').collect();
        if dotted.len() > 1 && !matches!(self.declared.find(&dotted), Found::Unknown) {
            return vec![format!("a dot does not nest: write `{}`", nested(&dotted))];
        }
        let plain = |key: &str| key.replace(['.', '_', '-'], "");
        let known = self.declared.keys();
        if let Some(same) = known.iter().find(|known| plain(&known.key) == plain(key)) {
            return vec![did_you_mean_key(&same.key)];
        }
        let section = key.strip_suffix(name).unwrap_or_default();
        if let Some(near) = did_you_mean(name, siblings.iter().copied()) {
            return vec![did_you_mean_key(&format!("{section}{near}"))];
        }
        let mut help = Vec::new();
        if let Some(elsewhere) = known.iter().find(|known| known.name() == name) {
            help.push(did_you_mean_key(&elsewhere.key));
        }
        if !siblings.is_empty() {
            help.push(format!("known here: {}", siblings.join(", ")));
        }
        if section.is_empty() && node.children().is_some() {
            help.push(format!(
                "a section of your own is a struct with `#[config(\"{name}\")]`"
            ));
        }
        help
    }
}

fn is_variable(origin: &Origin) -> bool {
    matches!(origin.source(), Source::Environment(_) | Source::DotEnv(_))
}

fn nested(path: &[&str]) -> String {
    match path {
        [] => String::new(),
        [last] => format!("{last}: …"),
        [first, rest @ ..] => format!("{first}: {{ {} }}", nested(rest)),
    }
}
