//! Elements of `Forwarded` (RFC 7239, section 4).

use std::net::IpAddr;

use super::entry;

/// Takes the last element off a list: what stands before it, and the address of its `for` where it has
/// one.
///
/// Quotes are counted from the end, as the list is read: one that a caller left open stands before
/// what the proxies wrote, and is not to swallow it.
pub(super) fn last(list: &[u8]) -> (Option<&[u8]>, Option<IpAddr>) {
    let mut quoted = false;
    let comma = list.iter().rposition(|byte| {
        quoted ^= *byte == b'"';
        *byte == b',' && !quoted
    });
    match comma {
        Some(comma) => (Some(&list[..comma]), speaks_for(&list[comma + 1..])),
        None => (None, speaks_for(list)),
    }
}

/// The address of an element's one `for`. Nodes without a name (`unknown`, `_hidden`) have none.
fn speaks_for(element: &[u8]) -> Option<IpAddr> {
    let mut quoted = false;
    let mut found = None;
    let pairs = element.split(|byte| {
        quoted ^= *byte == b'"';
        *byte == b';' && !quoted
    });
    for pair in pairs {
        let Some(equals) = pair.iter().position(|byte| *byte == b'=') else {
            continue;
        };
        if pair[..equals].trim_ascii().eq_ignore_ascii_case(b"for") {
            if found.is_some() {
                return None;
            }
            found = Some(&pair[equals + 1..]);
        }
    }
    let value = found?.trim_ascii();
    entry::address(match value.strip_prefix(b"\"") {
        Some(rest) => rest.strip_suffix(b"\"")?,
        None => value,
    })
}
