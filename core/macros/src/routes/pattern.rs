//! Paths with names for what varies: `/posts/{id}`, `/{year:\d{4}}`, `/files/{tail}*`.

use syn::LitStr;

use crate::shared::Errors;

/// A path as a route or a controller has it.
#[derive(Clone)]
pub(crate) struct Pattern {
    /// The literal, for errors about it.
    pub(crate) text: LitStr,
    /// The path, with `/` for the controller's own turned into nothing.
    pub(crate) path: String,
    /// The names of what varies, in their order.
    pub(crate) names: Vec<String>,
}

/// Whose path it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// `#[controller("/posts")]`: it begins with a slash.
    Controllers,
    /// `#[get("/{id}")]`: it may be empty.
    Routes,
}

impl Pattern {
    /// Reads a path.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at the literal.
    pub(crate) fn new(text: LitStr, whose: Whose) -> syn::Result<Self> {
        let written = text.value();
        let mut errors = Errors::default();
        let mut wrong = |what: String| errors.push(syn::Error::new(text.span(), what));
        if !written.starts_with('/') && (whose == Whose::Controllers || !written.is_empty()) {
            wrong(if written.is_empty() {
                "the path begins with a slash: `/` where the application begins".to_owned()
            } else {
                format!("the path begins with a slash: `/{written}`")
            });
        }
        if written.len() > 1 && written.ends_with('/') {
            wrong(format!(
                "the path has no slash at its end: `{}`",
                written.trim_end_matches('/')
            ));
        } else if written.contains("//") {
            wrong(format!(
                "two slashes in a row: `{}`",
                written.replace("//", "/")
            ));
        }
        let mut names = Vec::new();
        match pieces(&written) {
            Ok(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => check_text(&text, &mut wrong),
                        Piece::Name { name, last, tail } => {
                            check_name(&name, &names, &mut wrong);
                            if tail && whose == Whose::Controllers {
                                wrong(format!(
                                    "`{{{name}}}*` takes the rest of the path, and routes stand \
                                     below a controller's path"
                                ));
                            } else if tail && !last {
                                wrong(format!("`{{{name}}}*` stands at the end of a path"));
                            }
                            names.push(name);
                        }
                    }
                }
            }
            Err(what) => wrong(what),
        }
        let path = if whose == Whose::Routes && written == "/" {
            String::new()
        } else {
            written
        };
        errors.finish(Self { text, path, names })
    }
}

/// A part of a path.
enum Piece {
    Text(String),
    /// `{name}`, `{name:regex}` or `{name}*`; whether it is the last, and whether it takes the
    /// rest.
    Name {
        name: String,
        last: bool,
        tail: bool,
    },
}

/// Takes a path apart. Braces inside a regular expression are counted, as actix counts them.
fn pieces(path: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some(open) = rest.find('{') {
        let before = &rest[..open];
        if before.contains('}') {
            return Err("a `}` without its `{`".to_owned());
        }
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        let mut depth = 0_usize;
        let close = rest[open..].char_indices().find_map(|(at, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(open + at)
        });
        let Some(close) = close else {
            return Err("a `{` without its `}`".to_owned());
        };
        let name = rest[open + 1..close]
            .split(':')
            .next()
            .unwrap_or_default()
            .to_owned();
        rest = &rest[close + 1..];
        let tail = rest.starts_with('*');
        rest = rest.strip_prefix('*').unwrap_or(rest);
        pieces.push(Piece::Name {
            name,
            last: rest.is_empty(),
            tail,
        });
    }
    if rest.contains('}') {
        return Err("a `}` without its `{`".to_owned());
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

fn check_text(text: &str, wrong: &mut impl FnMut(String)) {
    for segment in text.split('/') {
        // The spellings of other frameworks.
        let other = segment.strip_prefix(':').or_else(|| {
            segment
                .strip_prefix('<')
                .and_then(|it| it.strip_suffix('>'))
        });
        if let Some(name) = other.filter(|name| is_word(name)) {
            wrong(format!("what varies is written in braces: `{{{name}}}`"));
        } else if segment.contains('*') {
            wrong("the rest of a path is written `{tail}*`".to_owned());
        }
    }
    if let Some(c) = text
        .chars()
        .find(|c| matches!(c, '?' | '#') || c.is_whitespace())
    {
        wrong(format!("{c:?} cannot stand in a path"));
    }
}

fn check_name(name: &str, earlier: &[String], wrong: &mut impl FnMut(String)) {
    if name.is_empty() {
        wrong("what varies has a name: `{id}`".to_owned());
    } else if !is_word(name) {
        wrong(format!(
            "`{name}` is no name: letters, digits and `_`, such as `{{id}}`"
        ));
    } else if earlier.iter().any(|known| known == name) {
        wrong(format!("`{{{name}}}` stands there twice"));
    }
}

fn is_word(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn read(text: &str, whose: Whose) -> Result<(String, Vec<String>), Vec<String>> {
        Pattern::new(LitStr::new(text, Span::call_site()), whose)
            .map(|pattern| (pattern.path, pattern.names))
            .map_err(|error| error.into_iter().map(|error| error.to_string()).collect())
    }

    #[track_caller]
    fn wrong(text: &str, whose: Whose, expected: &[&str]) {
        assert_eq!(read(text, whose).unwrap_err(), expected, "{text}");
    }

    #[test]
    fn a_path_knows_its_names() {
        let names = |text| read(text, Whose::Routes).unwrap().1;
        assert_eq!(names("/{id}"), ["id"]);
        assert_eq!(names(r"/{year:\d{4}}/{slug}.html"), ["year", "slug"]);
        assert_eq!(names("/files/{tail}*"), ["tail"]);
        assert_eq!(read("/", Whose::Routes), Ok((String::new(), vec![])));
        assert_eq!(read("/", Whose::Controllers), Ok(("/".to_owned(), vec![])));
    }

    #[test]
    fn everything_that_is_wrong_with_a_path_is_told() {
        wrong(
            "posts",
            Whose::Controllers,
            &["the path begins with a slash: `/posts`"],
        );
        wrong(
            "",
            Whose::Controllers,
            &["the path begins with a slash: `/` where the application begins"],
        );
        wrong(
            "/posts/",
            Whose::Controllers,
            &["the path has no slash at its end: `/posts`"],
        );
        wrong(
            "posts/:id",
            Whose::Routes,
            &[
                "the path begins with a slash: `/posts/:id`",
                "what varies is written in braces: `{id}`",
            ],
        );
        wrong("/a//b", Whose::Routes, &["two slashes in a row: `/a/b`"]);
        wrong("/{id", Whose::Routes, &["a `{` without its `}`"]);
        wrong("/id}", Whose::Routes, &["a `}` without its `{`"]);
        wrong("/{}", Whose::Routes, &["what varies has a name: `{id}`"]);
        wrong("/{id}/{id}", Whose::Routes, &["`{id}` stands there twice"]);
        wrong(
            "/files/*",
            Whose::Routes,
            &["the rest of a path is written `{tail}*`"],
        );
        wrong(
            "/{tail}*/x",
            Whose::Routes,
            &["`{tail}*` stands at the end of a path"],
        );
        wrong("/a?b", Whose::Routes, &["'?' cannot stand in a path"]);
    }
}
