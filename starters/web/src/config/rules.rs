//! Rules of fields that garde has no words for.

use std::collections::BTreeMap;

/// A path prefix: empty, or `/api/v1` without a slash behind it.
pub(super) fn prefix(value: &str, _: &()) -> garde::Result {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '{' | '}' | '?' | '#');
    let good = value.is_empty()
        || (value.starts_with('/')
            && !value.ends_with('/')
            && !value.contains("//")
            && value.chars().all(plain));
    if good {
        Ok(())
    } else {
        Err(garde::Error::new(format!(
            "`{value}` is no path such as `/api`: it begins with a slash and ends without one"
        )))
    }
}

pub(super) fn prefixes(values: &BTreeMap<String, String>, context: &()) -> garde::Result {
    values.values().try_for_each(|value| prefix(value, context))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_begins_with_a_slash_and_ends_without_one() {
        for good in ["", "/api", "/api/v1", "/~me"] {
            assert!(prefix(good, &()).is_ok(), "{good}");
        }
        for bad in ["api", "/", "/api/", "//api", "/{id}", "/a b", "/a?b"] {
            assert!(prefix(bad, &()).is_err(), "{bad}");
        }
    }
}
