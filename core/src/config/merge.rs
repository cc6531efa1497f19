//! The one door to figment: it merges the layers and knows, for every value, which layer won.

use std::collections::BTreeMap;

use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::node::{Data, Node};
use super::{Origin, Source};

/// One layer, as figment takes it. The values in it are only marks: what a key means is looked up
/// in the layer that figment says has won, where it still has its spelling and its place.
struct Layer<'a> {
    index: usize,
    root: &'a Node,
}

impl Provider for Layer<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.index.to_string())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, dict(self.root))]))
    }
}

fn dict(node: &Node) -> Dict {
    let children = node.children().into_iter().flatten();
    children
        .map(|(name, child)| {
            let value = match &child.data {
                Data::Map(_) => Value::from(dict(child)),
                _ => Value::from(true),
            };
            (name.clone(), value)
        })
        .collect()
}

/// Merges the layers, later over earlier: maps key by key, everything else whole.
pub(crate) fn merge(layers: &[Node]) -> Node {
    let figment = layers
        .iter()
        .enumerate()
        .fold(Figment::new(), |figment, (index, root)| {
            figment.merge(Layer { index, root })
        });
    let merged = figment
        .data()
        .ok()
        .and_then(|mut profiles| profiles.remove(&Profile::Default))
        .unwrap_or_default();
    let nothing = Origin::new(Source::Default);
    let mut tree = Node::map(nothing);
    tree.data = Data::Map(resolve(&merged, &figment, layers, &mut Vec::new()));
    tree
}

fn resolve(
    dict: &Dict,
    figment: &Figment,
    layers: &[Node],
    path: &mut Vec<String>,
) -> BTreeMap<String, Node> {
    let mut children = BTreeMap::new();
    for (name, value) in dict {
        path.push(name.clone());
        let node = match value {
            Value::Dict(_, inner) => {
                let top = layers.iter().rev().find_map(|layer| layer.find(path));
                top.map(|top| Node {
                    data: Data::Map(resolve(inner, figment, layers, path)),
                    ..top.clone()
                })
            }
            leaf => figment
                .get_metadata(leaf.tag())
                .and_then(|metadata| metadata.name.parse::<usize>().ok())
                .and_then(|winner| layers.get(winner)?.find(path).cloned()),
        };
        path.pop();
        if let Some(node) = node {
            children.insert(name.clone(), node);
        }
    }
    children
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::yaml;

    #[test]
    fn later_layers_win_key_by_key_and_lists_whole() {
        let layer = |name: &str, text: &str| {
            yaml::parse(text, &Origin::new(Source::File(name.into()))).unwrap()
        };
        let merged = merge(&[
            layer("a", "s: {x: 1, y: 2}\nl: [1, 2]\nt: {u: 1}\n"),
            layer("b", "s:\n  y: 3\nl: [9]\nt: off\n"),
        ]);
        assert_eq!(
            merged.to_json(),
            serde_json::json!({ "s": { "x": 1, "y": 3 }, "l": [9], "t": "off" })
        );
        let place = |path: &[&str]| merged.find(path).map(|node| node.origin.to_string());
        assert_eq!(place(&["s", "x"]).as_deref(), Some("a:1:8"));
        assert_eq!(place(&["s", "y"]).as_deref(), Some("b:2:6"));
    }
}
