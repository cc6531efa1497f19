//! The shape of a pattern: what decides where the router looks for it, and how specific it is.

use crate::route::pattern::closing;

/// A pattern, segment by segment.
pub(super) struct Shape {
    segments: Vec<Segment>,
    /// The path with its parameters nameless, as `matchit` writes them.
    nameless: String,
}

/// A segment, most specific kind first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Segment {
    /// Text alone.
    Text,
    /// A parameter beside text: `{page}.html`.
    Partial,
    /// A parameter that is a whole segment and must match: `{id:[0-9]+}`.
    Regex,
    /// A parameter that is a whole segment: `{id}`.
    Whole,
    /// A parameter whose expression may run over segments: `{x:.+}`.
    Running,
    /// The rest of the path: `{path}*`.
    Tail,
}

/// Where the router keeps a pattern.
pub(super) enum Place {
    /// In the tree of whole segments.
    Whole(String),
    /// In the tree of those that end in the rest of the path.
    Tail(String),
    /// Tried one by one, before parameters that are whole segments.
    Partial,
    /// Tried one by one, at last.
    Running,
}

impl Shape {
    pub(super) fn of(pattern: &str) -> Self {
        let mut segments = Vec::new();
        let mut nameless = String::new();
        for (at, segment) in split(pattern).into_iter().enumerate() {
            let kind = kind(segment);
            nameless.push('/');
            match kind {
                Segment::Text => nameless.push_str(segment),
                Segment::Tail => nameless.push_str(&format!("{{*{at}}}")),
                _ => nameless.push_str(&format!("{{{at}}}")),
            }
            segments.push(kind);
        }
        Self { segments, nameless }
    }

    /// Orders patterns: at the first segment where they differ in kind, the more specific goes
    /// first.
    pub(super) fn rank(&self) -> &[Segment] {
        &self.segments
    }

    pub(super) fn place(&self) -> Place {
        let has = |kind| self.segments.contains(&kind);
        let tails = self.segments.iter().filter(|kind| **kind == Segment::Tail);
        let ends_in_tail = self.segments.last() == Some(&Segment::Tail);
        if has(Segment::Running) || tails.count() > usize::from(ends_in_tail) {
            Place::Running
        } else if ends_in_tail && !has(Segment::Partial) {
            Place::Tail(self.nameless.clone())
        } else if ends_in_tail {
            Place::Running
        } else if has(Segment::Partial) {
            Place::Partial
        } else {
            Place::Whole(self.nameless.clone())
        }
    }
}

/// Splits at slashes that stand in no parameter: an expression may hold some.
fn split(pattern: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, letter) in pattern.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '/' if depth == 0 => {
                if at > 0 {
                    segments.push(&pattern[start..at]);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    segments.push(&pattern[start..]);
    segments
}

fn kind(segment: &str) -> Segment {
    if !segment.contains('{') {
        return Segment::Text;
    }
    let Some(inner) = segment.strip_prefix('{') else {
        return Segment::Partial;
    };
    let (inner, after) = match closing(inner) {
        Some(end) => (&inner[..end], &inner[end + 1..]),
        None => return Segment::Partial,
    };
    match (inner.split_once(':'), after) {
        (_, "*") | (Some((_, ".*")), "") => Segment::Tail,
        (Some((_, expression)), "") if runs(expression) => Segment::Running,
        (Some(_), "") => Segment::Regex,
        (None, "") => Segment::Whole,
        (Some((_, expression)), _) if runs(expression) => Segment::Running,
        _ => Segment::Partial,
    }
}

/// Whether the expression may match a slash, as far as can be told without running it: when in
/// doubt it may.
fn runs(expression: &str) -> bool {
    let told = expression.replace("\\.", "").replace("[^/]", "");
    told.contains(['.', '/'])
        || ["[^", "\\D", "\\W", "\\S"]
            .iter()
            .any(|all_but| told.contains(all_but))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_told_apart() {
        let check = |pattern: &str, wanted: &[Segment], nameless: &str| {
            let shape = Shape::of(pattern);
            assert_eq!(
                (shape.rank(), &*shape.nameless),
                (wanted, nameless),
                "{pattern}"
            );
        };
        use Segment::{Partial, Regex, Running, Tail, Text, Whole};
        check("/", &[Text], "/");
        check("/a/{b}", &[Text, Whole], "/a/{1}");
        check(r"/a/{b:\d{4}}/c", &[Text, Regex, Text], "/a/{1}/c");
        check("/a/{b}.html", &[Text, Partial], "/a/{1}");
        check("/{x:[^/]+}/c", &[Regex, Text], "/{0}/c");
        check("/{x:[^a]+}/c", &[Running, Text], "/{0}/c");
        check("/a/{b}*", &[Text, Tail], "/a/{*1}");
        check("/a/{b:.*}", &[Text, Tail], "/a/{*1}");
        check("/a/{b:.+}", &[Text, Running], "/a/{1}");
    }
}
