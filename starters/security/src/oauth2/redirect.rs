//! Where a browser may be sent after a login.

/// The longest that is taken, in bytes: it travels in a cookie.
const LONGEST: usize = 512;

/// Whether it is a path of this very application. What a browser may read as another host (`//host`,
/// `/\host`, `https:…`), and what ends a header, is none.
pub(crate) fn is_local(path: &str) -> bool {
    let mut bytes = path.bytes();
    bytes.next() == Some(b'/')
        && bytes.next() != Some(b'/')
        && path.len() <= LONGEST
        // Browsers take a backslash for a slash, and drop tabs and line ends.
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// A local path or URL with a parameter more.
pub(crate) fn with_parameter(to: &str, name: &str, value: &str) -> String {
    let (rest, fragment) = to
        .split_once('#')
        .map_or((to, None), |(rest, it)| (rest, Some(it)));
    let mark = if rest.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|it| format!("#{it}")).unwrap_or_default();
    format!("{rest}{mark}{name}={value}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_application_are_local() {
        for good in [
            "/",
            "/orders",
            "/orders?page=2#top",
            "/a//b",
            "/%5Cevil.example",
        ] {
            assert!(is_local(good), "{good}");
        }
        for bad in [
            "",
            "orders",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "///evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a\r\nset-cookie: a=b",
            "/ü",
            " /",
            "/ a",
        ] {
            assert!(!is_local(bad), "{bad:?}");
        }
        assert!(!is_local(&format!("/{}", "a".repeat(512))));
    }

    #[test]
    fn a_parameter_is_added() {
        let check = |to: &str, expected: &str| {
            assert_eq!(with_parameter(to, "error", "denied"), expected);
        };
        check("/in", "/in?error=denied");
        check("/in?a=b", "/in?a=b&error=denied");
        check("/in#a", "/in?error=denied#a");
    }
}
