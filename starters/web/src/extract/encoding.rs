//! Percent-encoding, held to its rules: what it means must not be guessed.

use percent_encoding::percent_decode_str;

/// What is wrong with percent-encoded text, if anything is.
#[inline]
pub(super) fn fault(text: &str) -> Option<&'static str> {
    // Most paths and queries escape nothing.
    if text.as_bytes().contains(&b'%') {
        escaped_fault(text)
    } else {
        None
    }
}

fn escaped_fault(text: &str) -> Option<&'static str> {
    let bytes = text.as_bytes();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%') {
        let escape = bytes.get(at + 1..at + 3);
        if !escape.is_some_and(|escape| escape.iter().all(u8::is_ascii_hexdigit)) {
            return Some("holds a `%` that two hexadecimal digits do not follow");
        }
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(_) => None,
        Err(_) => Some("is not UTF-8 once its escapes are resolved"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_complete_and_utf_8() {
        assert_eq!(fault("/a?b=c"), None);
        assert_eq!(fault("%C3%A9"), None);
        for wrong in ["%", "%4", "%zz", "a%2", "%FF", "%C3"] {
            assert!(fault(wrong).is_some(), "{wrong}");
        }
    }
}
