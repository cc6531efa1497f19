//! The check of the whole graph: everything that is missing, ambiguous or circular, at once.

use std::collections::HashSet;

use super::Registry;
use super::registry::{BindingId, Choice, Entry};
use crate::Config;
use crate::app::{Apps, Owner};
use crate::component::{ComponentRegistration, InjectionPoint, Interface, Wants};
use crate::error::Diagnosis;

/// What was left out of the registry, so that a missing component can be explained.
#[derive(Default)]
pub(crate) struct LeftOut {
    /// Components of apps that are not installed.
    pub(crate) uninstalled: Vec<&'static ComponentRegistration>,
    /// Components whose conditions did not hold, with the reason.
    pub(crate) unmatched: Vec<(&'static ComponentRegistration, String)>,
}

/// Checks every injection point of every live component, and reads the values they ask for.
///
/// Returns all faults; with none, the container can be built without one.
pub(crate) fn check(
    registry: &mut Registry,
    config: &Config,
    apps: &Apps,
    left_out: &LeftOut,
) -> Vec<Diagnosis> {
    let mut faults = read_values(registry, config);
    let mut edges: Vec<Vec<usize>> = Vec::with_capacity(registry.entries().len());
    for entry in registry.entries() {
        let mut needs = Vec::new();
        for point in &entry.points {
            match &point.wants {
                Wants::One(interface) => match registry.choose(interface.id, point.qualifier) {
                    Choice::One(id) => needs.push(id.0),
                    Choice::None => {
                        faults.push(missing(registry, entry, point, interface, apps, left_out));
                    }
                    Choice::Many(ids) => {
                        faults.push(ambiguous(registry, entry, point, interface, &ids));
                    }
                },
                Wants::Optional(interface) => {
                    match registry.choose(interface.id, point.qualifier) {
                        Choice::One(id) => needs.push(id.0),
                        Choice::None => {}
                        Choice::Many(ids) => {
                            faults.push(ambiguous(registry, entry, point, interface, &ids));
                        }
                    }
                }
                Wants::All(interface) => {
                    needs.extend(registry.providers(interface.id).iter().map(|id| id.0));
                }
                Wants::Value(_) => {}
            }
        }
        edges.push(needs);
    }
    faults.extend(cycles(registry, &edges));
    faults
}

/// Reads every `#[value]` of every component, and keeps what was read for the build.
fn read_values(registry: &mut Registry, config: &Config) -> Vec<Diagnosis> {
    let mut faults = Vec::new();
    let mut kept = Vec::new();
    for entry in registry.entries() {
        for point in &entry.points {
            let Wants::Value(value) = &point.wants else {
                continue;
            };
            match (value.read)(config) {
                Ok(read) => kept.push((value.key, value.type_id, read)),
                Err(error) => faults.push(error.diagnosis().because(format!(
                    "{} reads it{}",
                    named(entry, point),
                    at(entry)
                ))),
            }
        }
    }
    for (key, type_id, value) in kept {
        registry.keep_value(key, type_id, value);
    }
    faults
}

fn missing(
    registry: &Registry,
    entry: &Entry,
    point: &InjectionPoint,
    interface: &Interface,
    apps: &Apps,
    left_out: &LeftOut,
) -> Diagnosis {
    let wanted = short(interface.name);
    let mut fault = Diagnosis::new(
        "component::missing",
        match point.qualifier {
            Some(qualifier) => format!("nothing provides `{wanted}` with qualifier {qualifier:?}"),
            None => format!("nothing provides `{wanted}`"),
        },
    );
    if let Some(location) = entry.location {
        fault = fault.at(location);
    }
    fault = fault.because(format!("{} asks for it", named(entry, point)));
    for needing in chain_to(registry, entry) {
        fault = fault.because(needing);
    }
    let mut advised = false;
    for left in &left_out.uninstalled {
        if gives(left, interface)
            && let Owner::App(app) = apps.owner_of(left.module_path)
        {
            advised = true;
            fault = fault.help(format!(
                "{} ({}) provides it, but its app is not installed: add `{app}` to `installed_apps`",
                short((left.name)()),
                left.location,
            ));
        }
    }
    for (left, reason) in &left_out.unmatched {
        if gives(left, interface) {
            advised = true;
            fault = fault.help(format!(
                "{} ({}) provides it, but its condition does not hold: {reason}",
                short((left.name)()),
                left.location,
            ));
        }
    }
    if point.qualifier.is_some() {
        for id in registry.providers(interface.id) {
            advised = true;
            let other = &registry.entries()[id.0];
            fault = fault.help(match other.options.qualifier {
                Some(name) => format!("{} provides it as {name:?}", short(&other.name)),
                None => format!("{} provides it without a qualifier", short(&other.name)),
            });
        }
    }
    if !advised {
        fault = fault.help(if let Some(interface) = wanted.strip_prefix("dyn ") {
            format!(
                "put `#[service(provides(dyn {interface}))]` on a struct that implements \
                 `{interface}`, enable the starter that brings one, or ask for \
                 `Option<Arc<{wanted}>>`"
            )
        } else {
            format!("put `#[service]` on `{wanted}`, or ask for a trait it implements")
        });
    }
    fault
}

fn gives(registration: &ComponentRegistration, interface: &Interface) -> bool {
    (registration.bindings)()
        .iter()
        .any(|binding| binding.interface.id == interface.id)
}

fn ambiguous(
    registry: &Registry,
    entry: &Entry,
    point: &InjectionPoint,
    interface: &Interface,
    candidates: &[BindingId],
) -> Diagnosis {
    let wanted = short(interface.name);
    let mut fault = Diagnosis::new(
        "component::ambiguous",
        format!(
            "{} components provide `{wanted}` and none is preferred",
            candidates.len()
        ),
    );
    if let Some(location) = entry.location {
        fault = fault.at(location);
    }
    fault = fault.because(format!("{} asks for one", named(entry, point)));
    for (entry, _) in candidates {
        let candidate = &registry.entries()[*entry];
        fault = fault.because(format!(
            "{} ({}) provides it{}",
            short(&candidate.name),
            candidate.owner,
            at(candidate)
        ));
    }
    fault
        .help("put `primary` in one's `#[service(primary)]`")
        .help(format!(
            "or give them names with `#[service(qualifier = \"…\")]` and ask with \
             `#[qualifier(\"…\")]`; `Vec<Arc<{wanted}>>` takes them all"
        ))
}

/// How this entry came to be needed: the shortest way down to one that nobody asks for.
fn chain_to(registry: &Registry, entry: &Entry) -> Vec<String> {
    let mut chain = Vec::new();
    let mut seen = HashSet::from([entry.name.as_str()]);
    let mut at_entry = entry;
    while let Some((needing, point)) = registry.entries().iter().find_map(|other| {
        let point = other.points.iter().find(|point| {
            let (Wants::One(interface) | Wants::Optional(interface)) = &point.wants else {
                return false;
            };
            registry
                .choose(interface.id, point.qualifier)
                .chosen()
                .is_some_and(|id| std::ptr::eq(&registry.entries()[id.0], at_entry))
        })?;
        Some((other, point))
    }) {
        if !seen.insert(&needing.name) {
            break;
        }
        chain.push(format!(
            "which {} needs{}",
            named(needing, point),
            at(needing)
        ));
        at_entry = needing;
    }
    chain
}

/// Every cycle once: Tarjan's strongly connected components, without recursion so that a long
/// chain of components cannot exhaust the stack.
fn cycles(registry: &Registry, edges: &[Vec<usize>]) -> Vec<Diagnosis> {
    strongly_connected(edges)
        .into_iter()
        .filter(|members| members.len() > 1 || edges[members[0]].contains(&members[0]))
        .map(|members| circular(registry, edges, &members))
        .collect()
}

fn circular(registry: &Registry, edges: &[Vec<usize>], members: &[usize]) -> Diagnosis {
    let path = walk(edges, members);
    let names: Vec<String> = path
        .iter()
        .chain(path.first())
        .map(|at| short(&registry.entries()[*at].name))
        .collect();
    let mut fault = Diagnosis::new(
        "component::circular",
        format!(
            "components need each other in a circle: {}",
            names.join(" → ")
        ),
    );
    for at_member in &path {
        if let Some(location) = registry.entries()[*at_member].location {
            fault = fault.at(format!(
                "{location} ({})",
                short(&registry.entries()[*at_member].name)
            ));
        }
    }
    fault
        .help("move what both need into a third component")
        .help("or let one tell the other by an event (`Events::publish`)")
}

/// A closed walk through a component of the graph, from its first member back to it.
fn walk(edges: &[Vec<usize>], members: &[usize]) -> Vec<usize> {
    let start = members.iter().copied().min().unwrap_or_default();
    let inside: HashSet<usize> = members.iter().copied().collect();
    // Breadth first, so that the circle shown is the shortest through `start`.
    let mut queue = std::collections::VecDeque::from([vec![start]]);
    let mut seen = HashSet::new();
    while let Some(path) = queue.pop_front() {
        let last = path[path.len() - 1];
        for next in edges[last]
            .iter()
            .copied()
            .filter(|next| inside.contains(next))
        {
            if next == start {
                return path;
            }
            if seen.insert(next) {
                let mut longer = path.clone();
                longer.push(next);
                queue.push_back(longer);
            }
        }
    }
    members.to_vec()
}

fn strongly_connected(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut index = vec![UNSEEN; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut on_stack = vec![false; edges.len()];
    let (mut stack, mut found, mut counter) = (Vec::new(), Vec::new(), 0);
    for root in 0..edges.len() {
        if index[root] != UNSEEN {
            continue;
        }
        let mut work = vec![(root, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                index[node] = counter;
                low[node] = counter;
                counter += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(&next) = edges[node].get(edge) {
                work.push((node, edge + 1));
                if index[next] == UNSEEN {
                    work.push((next, 0));
                } else if on_stack[next] {
                    low[node] = low[node].min(index[next]);
                }
                continue;
            }
            if low[node] == index[node] {
                let mut members = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member] = false;
                    members.push(member);
                    if member == node {
                        break;
                    }
                }
                found.push(members);
            }
            if let Some(&(parent, _)) = work.last() {
                low[parent] = low[parent].min(low[node]);
            }
        }
    }
    found
}

fn named(entry: &Entry, point: &InjectionPoint) -> String {
    format!("{}.{}", short(&entry.name), point.name)
}

fn at(entry: &Entry) -> String {
    entry
        .location
        .map(|location| format!(" at {location}"))
        .unwrap_or_default()
}

/// A type's name as people write it: `dyn blog::mail::Mailer` is `dyn Mailer`, and
/// `core::option::Option<blog::Post>` is `Option<Post>`.
pub(crate) fn short(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut segment = String::new();
    for letter in name.chars() {
        match letter {
            ':' => segment.clear(),
            letter if letter.is_alphanumeric() || letter == '_' => segment.push(letter),
            other => {
                out.push_str(&segment);
                segment.clear();
                out.push(other);
            }
        }
    }
    out + &segment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_of_a_graph_are_found_without_recursion() {
        let mut chain: Vec<Vec<usize>> = (1..=100_000).map(|next| vec![next]).collect();
        chain.push(vec![99_999]);
        let circles: Vec<_> = strongly_connected(&chain)
            .into_iter()
            .filter(|members| members.len() > 1)
            .collect();
        assert_eq!(circles, vec![vec![100_000, 99_999]]);
    }

    #[test]
    fn names_are_shown_as_people_write_them() {
        assert_eq!(short("dyn blog::mail::Mailer"), "dyn Mailer");
        assert_eq!(short("core::option::Option<blog::Post>"), "Option<Post>");
    }

    #[test]
    fn the_shortest_circle_is_shown() {
        let edges = vec![vec![1], vec![2, 0], vec![0]];
        assert_eq!(walk(&edges, &[0, 1, 2]), vec![0, 1]);
    }
}
