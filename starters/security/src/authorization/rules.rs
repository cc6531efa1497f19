//! Rules by path.
//!
//! A rule is held against the patterns of the routes when they are collected, and never against the path
//! of a request: what a request asks is what its route asks, however it was spelled. That is why a rule
//! covers a route as a whole or not at all; one that would cover a part of it stops the start.

use savia_core::app::AppHandle;
use savia_core::config::Config;
use savia_core::error::Diagnosis;
use savia_starter_web::access::{AccessAmendment, AccessRule, AskingRoute};
use savia_starter_web::route::RouteTable;

use crate::config::{PathRuleConfig, SecurityConfig};

savia_core::__private::inventory::submit! {
    AccessAmendment { module_path: module_path!(), amend }
}

/// How a path with wildcards meets a route.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meets {
    Whole,
    Part,
    Never,
}

fn amend(app: &AppHandle, routes: &mut [AskingRoute<'_>]) {
    let Ok(security) = app.config().section::<SecurityConfig>() else {
        return;
    };
    if !security.enabled {
        return;
    }
    for route in routes {
        let mut rules: Vec<_> = route.meta.access.take().into_iter().collect();
        let own = !rules.is_empty();
        for rule in &security.rules {
            if !is_of(rule, route.method.as_str())
                || meets(&rule.path, route.pattern) == Meets::Never
            {
                continue;
            }
            if rule.public {
                route.meta.public |= !own;
            } else {
                rules.push(asked(rule));
            }
        }
        // What a rule closes is not open because an attribute or another rule says so.
        route.meta.public &= rules.is_empty();
        route.meta.access = match rules.len() {
            0 | 1 => rules.pop(),
            _ => Some(AccessRule::All(rules)),
        };
    }
}

fn is_of(rule: &PathRuleConfig, method: &str) -> bool {
    rule.methods.is_empty()
        || rule
            .methods
            .iter()
            .any(|it| it.eq_ignore_ascii_case(method))
}

/// What a rule asks.
fn asked(rule: &PathRuleConfig) -> AccessRule {
    if rule.deny {
        return AccessRule::Any(Vec::new());
    }
    let permission = rule.permission.clone().map(AccessRule::Permission);
    let role = rule.role.clone().map(AccessRule::Role);
    let scope = rule.scope.clone().map(AccessRule::Scope);
    let mut all: Vec<_> = [permission, role, scope].into_iter().flatten().collect();
    match all.len() {
        0 => AccessRule::Authenticated,
        1 => all.remove(0),
        _ => AccessRule::All(all),
    }
}

/// Whether a rule's path covers a route's pattern. A part counts as well as the whole where it closes, and
/// is reported.
pub(crate) fn meets(rule: &str, pattern: &str) -> Meets {
    let parts = |path: &str| -> Vec<String> {
        let parts = path.split('/').filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let (rule, route) = (parts(rule), parts(pattern));
    let mut whole = true;
    for at in 0.. {
        match (
            rule.get(at).map(String::as_str),
            route.get(at).map(String::as_str),
        ) {
            (None, None) => break,
            // Everything below, and the path itself.
            (Some("**"), _) => break,
            (None, Some(_)) | (Some(_), None) => return Meets::Never,
            // The rest of the path is the route's parameter.
            (Some(_), Some(part)) if part.ends_with("}*") => {
                whole = false;
                break;
            }
            (Some("*"), Some(_)) => {}
            (Some(rule), Some(part)) if rule == part => {}
            (Some(rule), Some(part)) if is_parameter(rule) && is_parameter(part) => {}
            // `/posts/{id}` answers `/posts/new` too, unless another route does.
            (Some(_), Some(part)) if is_parameter(part) => whole = false,
            _ => return Meets::Never,
        }
    }
    if whole { Meets::Whole } else { Meets::Part }
}

fn is_parameter(part: &str) -> bool {
    part.contains('{')
}

/// What is wrong with the rules.
pub(crate) fn faults(app: &AppHandle, security: &SecurityConfig) -> Vec<Diagnosis> {
    let config = app.config();
    let mut faults = Vec::new();
    let routes = RouteTable::collect(app).unwrap_or_default();
    for (at, rule) in security.rules.iter().enumerate() {
        let key = format!("security.rules[{at}]");
        faults.extend(malformed(config, &key, rule));
        let patterns = routes
            .iter()
            .filter(|it| is_of(rule, it.route.method.as_str()))
            .map(|it| &it.route.pattern);
        let mut met = false;
        for pattern in patterns {
            let meets = meets(&rule.path, pattern);
            met |= meets != Meets::Never;
            if meets == Meets::Part {
                let what = format!(
                    "the rule of `{}` is for some of the requests that `{pattern}` answers, and not for \
                     the others",
                    rule.path
                );
                faults.push(
                    fault(config, &key, what)
                        .because("what a request asks is decided by its route, not by how its path is spelled")
                        .help(format!("write `{pattern}` or `*` for its parameter, or give the path a route of its own")),
                );
            }
        }
        if !met {
            let what = format!("no route stands at `{}`", rule.path);
            faults.push(
                fault(config, &key, what)
                    .help("`savia routes` lists them; `/admin/**` is everything below `/admin`"),
            );
        }
    }
    faults
}

fn malformed(config: &Config, key: &str, rule: &PathRuleConfig) -> Vec<Diagnosis> {
    let mut faults = Vec::new();
    let asks = rule.permission.is_some() || rule.role.is_some() || rule.scope.is_some();
    if !is_path(&rule.path) {
        let what = format!("`{}` is no path of routes", rule.path);
        faults.push(fault(config, key, what).help("write `/admin/**`: `**` stands at the end"));
    }
    if (rule.public && (asks || rule.deny)) || (rule.deny && asks) {
        let what = format!("the rule of `{}` says two things", rule.path);
        faults.push(fault(config, key, what).help("`public`, `deny`, or what it asks"));
    }
    if let Some(method) = unknown_method(&rule.methods) {
        let what = format!("`{method}` is no method of HTTP that a route answers");
        faults.push(fault(config, key, what).help(METHODS.join(", ")));
    }
    faults
}

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// The first that no route answers.
pub(crate) fn unknown_method(methods: &[String]) -> Option<&String> {
    let known = |method: &str| METHODS.iter().any(|it| it.eq_ignore_ascii_case(method));
    methods.iter().find(|method| !known(method))
}

/// Whether a text is a path of routes, with `**` at its end alone.
pub(crate) fn is_path(path: &str) -> bool {
    path.starts_with('/') && !path.trim_end_matches("/**").contains("**")
}

fn fault(config: &Config, key: &str, what: String) -> Diagnosis {
    let fault = Diagnosis::new("security::rule", what);
    match config.place(key).or_else(|| config.place("security.rules")) {
        Some(place) => fault.at(place),
        None => fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_covers_a_route_as_a_whole_or_not_at_all() {
        let check = |rule: &str, pattern: &str, expected: Meets| {
            assert_eq!(meets(rule, pattern), expected, "{rule} {pattern}");
        };
        check("/admin/**", "/admin", Meets::Whole);
        check("/admin/**", "/admin/users/{id}", Meets::Whole);
        check("/admin/**", "/administration", Meets::Never);
        check("/admin/**", "/Admin", Meets::Never);
        check("/**", "/", Meets::Whole);
        check("/posts/*", "/posts/{id}", Meets::Whole);
        check("/posts/{id}", "/posts/{post:[0-9]+}", Meets::Whole);
        check("/posts/*", "/posts/new", Meets::Whole);
        check("/posts/*", "/posts", Meets::Never);
        check("/posts/*", "/posts/{id}/tags", Meets::Never);
        check("/posts/new", "/posts/{id}", Meets::Part);
        check("/posts/new", "/posts/new", Meets::Whole);
        check("/posts", "/posts/{id}", Meets::Never);
        check("/files/**", "/files/{path}*", Meets::Whole);
        check("/files/secret", "/files/{path}*", Meets::Part);
        check("/files", "/files/{path}*", Meets::Never);
        check("/a/b", "/{rest}*", Meets::Part);
    }
}
