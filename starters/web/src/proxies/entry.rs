//! Entries of `X-Forwarded-For`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Takes the last entry off a list: what stands before it, and its address where it has one.
pub(super) fn last(list: &[u8]) -> (Option<&[u8]>, Option<IpAddr>) {
    match list.iter().rposition(|byte| *byte == b',') {
        Some(comma) => (Some(&list[..comma]), address(&list[comma + 1..])),
        None => (None, address(list)),
    }
}

/// An address, with or without a port; an IPv6 address with one stands between brackets.
pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text.trim_ascii()).ok()?;
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let known = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        return known
            .then(|| address.parse::<Ipv6Addr>().ok())
            .flatten()
            .map(IpAddr::V6);
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address);
    }
    let (address, port) = text.split_once(':')?;
    is_port(port)
        .then(|| address.parse::<Ipv4Addr>().ok())
        .flatten()
        .map(IpAddr::V4)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}
