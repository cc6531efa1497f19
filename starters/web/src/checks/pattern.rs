//! What the router cannot read in a whole path: the controller's, the route's and the prefixes
//! before them together.

use crate::route::pattern::closing;
use std::collections::BTreeSet;

use regex::Regex;

/// The most parameters that actix-web captures.
const MOST_NAMES: usize = 16;

/// A part of a path that varies.
struct Varying<'a> {
    name: &'a str,
    regex: Option<&'a str>,
    /// `{name}*`.
    tail: bool,
    /// Nothing stands behind it.
    last: bool,
}

/// Everything that is wrong with a whole path.
pub(super) fn faults(pattern: &str) -> Vec<String> {
    let varying = match varying(pattern) {
        Ok((varying, _)) => varying,
        Err(what) => return vec![what.to_owned()],
    };
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    if varying.len() > MOST_NAMES {
        faults.push(format!(
            "{} parameters, and at most {MOST_NAMES} are captured",
            varying.len()
        ));
    }
    for Varying {
        name,
        regex,
        tail,
        last,
    } in varying
    {
        if !names.insert(name) {
            faults.push(format!("`{{{name}}}` stands there twice"));
        }
        if tail && (!last || regex.is_some()) {
            faults.push(format!(
                "`{{{name}}}*` stands at the end and has no expression"
            ));
        }
        // The name is part of what actix-web compiles, and may be what is wrong.
        let expression = format!("(?P<{name}>{})", regex.unwrap_or("[^/]+"));
        if let Err(error) = Regex::new(&expression) {
            let error = error.to_string();
            let why = error
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            faults.push(match regex {
                Some(regex) => format!("`{regex}` is no regular expression: {why}"),
                None => format!("`{name}` is no name: {why}"),
            });
        }
    }
    faults
}

/// The path without names: what the router tells apart.
pub(super) fn shape(pattern: &str) -> String {
    match varying(pattern) {
        Ok((_, shape)) => shape,
        Err(_) => pattern.to_owned(),
    }
}

fn varying(pattern: &str) -> Result<(Vec<Varying<'_>>, String), &'static str> {
    let (mut all, mut shape, mut rest) = (Vec::new(), String::new(), pattern);
    while let Some(open) = rest.find('{') {
        shape.push_str(&rest[..open]);
        let close = closing(&rest[open + 1..]).map(|end| open + 1 + end);
        let close = close.ok_or("a `{` without its `}`")?;
        let inside = &rest[open + 1..close];
        let (name, regex) = match inside.split_once(':') {
            Some((name, regex)) => (name, Some(regex)),
            None => (inside, None),
        };
        rest = &rest[close + 1..];
        let tail = rest.starts_with('*');
        rest = rest.strip_prefix('*').unwrap_or(rest);
        shape.push_str(match (regex, tail) {
            (Some(regex), _) => regex,
            (None, true) => "{}*",
            (None, false) => "{}",
        });
        all.push(Varying {
            name,
            regex,
            tail,
            last: rest.is_empty(),
        });
    }
    shape.push_str(rest);
    Ok((all, shape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn wrong(pattern: &str, expected: &[&str]) {
        assert_eq!(faults(pattern), expected, "{pattern}");
    }

    #[test]
    fn a_path_that_the_router_reads_has_no_faults() {
        wrong(r"/v{version}/{year:\d{4}}/{slug}.html", &[]);
        wrong("/files/{tail}*", &[]);
    }

    #[test]
    fn what_the_router_would_panic_on_is_told() {
        wrong("/{id}/{id}", &["`{id}` stands there twice"]);
        wrong("/{a", &["a `{` without its `}`"]);
        wrong(
            "/{tail}*/x",
            &["`{tail}*` stands at the end and has no expression"],
        );
        wrong(
            r"/{id:\d+(}",
            &[r"`\d+(` is no regular expression: unclosed group"],
        );
        let many: String = (0..17).map(|at| format!("/{{p{at}}}")).collect();
        wrong(&many, &["17 parameters, and at most 16 are captured"]);
    }

    #[test]
    fn names_make_no_difference_and_expressions_do() {
        assert_eq!(shape("/posts/{id}"), shape("/posts/{slug}"));
        assert_ne!(shape(r"/posts/{id:\d+}"), shape("/posts/{slug}"));
        assert_ne!(shape("/files/{tail}*"), shape("/files/{name}"));
    }
}
