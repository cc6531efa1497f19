//! The syntax of a route's path: `/posts/{id}`, `/posts/{id:[0-9]+}`, `/files/{path}*`.

/// Where the parameter whose `{` stands just before `text` closes; the quantifiers of its
/// expression open and close in between.
pub(crate) fn closing(text: &str) -> Option<usize> {
    let mut depth = 1_usize;
    text.char_indices().find_map(|(at, letter)| {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}
