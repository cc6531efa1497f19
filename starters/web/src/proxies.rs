//! Who is at the other end, where proxies stand in between.

mod entry;
mod forwarded;

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderName, X_FORWARDED_FOR};
use ipnet::{IpNet, Ipv4Net};
use savia_core::Config;
use savia_core::error::Diagnosis;

use crate::config::{ForwardedHeader, ServerConfig};

/// The proxies that are believed when they say whom they speak for: `server.trusted_proxies`. Inject
/// it as `Arc<TrustedProxies>`.
///
/// Each proxy adds the address that it was called from behind what it was told. So the header is read
/// from its end: what a trusted proxy says of its caller is believed, and what stands before the first
/// address that is not trusted is that caller's own word, and is not looked at.
#[derive(Debug)]
pub struct TrustedProxies {
    networks: Box<[IpNet]>,
    header: HeaderName,
    read: Read,
}

/// Takes the last entry off a header's value: what stands before it, and its address where it has one.
type Read = fn(&[u8]) -> (Option<&[u8]>, Option<IpAddr>);

impl TrustedProxies {
    /// As the configuration says.
    ///
    /// # Errors
    ///
    /// Every text that is no network, and every network that is everybody.
    pub fn new(section: &ServerConfig, config: &Config) -> Result<Self, Vec<Diagnosis>> {
        let mut faults = Vec::new();
        let mut networks = Vec::new();
        for (at, text) in section.trusted_proxies.iter().enumerate() {
            let key = format!("server.trusted_proxies[{at}]");
            match network(text.trim()) {
                Some(network) if network.prefix_len() == 0 => faults.push(
                    Diagnosis::new("server::everybody", format!("`{key}` trusts everybody"))
                        .at_key(config, &key)
                        .because("whoever calls could then claim any address")
                        .help("name the addresses or networks of the proxies themselves"),
                ),
                Some(network) => networks.push(network),
                None => faults.push(
                    Diagnosis::new(
                        "server::trusted_proxy",
                        format!("`{key}` is no address and no network: {text:?}"),
                    )
                    .at_key(config, &key)
                    .help(
                        "write `10.0.0.7`, `10.0.0.0/8`, `2001:db8::/32`; names are not resolved",
                    ),
                ),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let (header, read): (_, Read) = match section.forwarded_header {
            ForwardedHeader::XForwardedFor => (X_FORWARDED_FOR, entry::last),
            ForwardedHeader::Forwarded => (FORWARDED, forwarded::last),
        };
        Ok(Self {
            networks: networks.into(),
            header,
            read,
        })
    }

    /// Where a request comes from: the other end of the connection, unless that is a trusted proxy;
    /// then whom it speaks for. An IPv4 address is one, also where it is written as an IPv6 address.
    ///
    /// What cannot be read ends the search at the last address that was believed. Nothing is
    /// allocated, and without trusted proxies no header is looked at.
    #[inline]
    pub fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip().to_canonical();
        if self.networks.is_empty() || !self.trusts(peer) {
            return Some(peer);
        }
        Some(self.behind(peer, request))
    }

    /// Whether this address is a trusted proxy's.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|it| it.contains(&address))
    }

    /// Whom a trusted proxy speaks for.
    fn behind(&self, proxy: IpAddr, request: &HttpRequest) -> IpAddr {
        let headers = request.headers();
        let mut believed = proxy;
        // Header lines of one name are one list; the last line is nearest. There are 96 at the most.
        for at in (0..headers.get_all(&self.header).count()).rev() {
            let line = headers.get_all(&self.header).nth(at);
            let mut rest = line.map(|line| line.as_bytes());
            while let Some(text) = rest {
                let (before, address) = (self.read)(text);
                match address.map(|it| it.to_canonical()) {
                    None => return believed,
                    Some(address) if !self.trusts(address) => return address,
                    Some(address) => believed = address,
                }
                rest = before;
            }
        }
        believed
    }
}

/// A network as it is compared: one of IPv4 is one, however it is written.
fn network(text: &str) -> Option<IpNet> {
    let network = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address.to_canonical()),
        Err(_) => text.parse::<IpNet>().ok()?.trunc(),
    };
    match (network, network.addr().to_canonical()) {
        (IpNet::V6(mapped), IpAddr::V4(address)) if mapped.prefix_len() >= 96 => {
            Ipv4Net::new(address, mapped.prefix_len() - 96)
                .ok()
                .map(IpNet::V4)
        }
        _ => Some(network),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn config() -> Config {
        Config::load(savia_core::config::Sources::in_dir("/nowhere")).unwrap()
    }

    fn proxies(networks: &[&str], header: ForwardedHeader) -> TrustedProxies {
        let section = ServerConfig {
            trusted_proxies: networks.iter().map(|it| (*it).to_owned()).collect(),
            forwarded_header: header,
            ..ServerConfig::default()
        };
        TrustedProxies::new(&section, &config()).unwrap()
    }

    /// Whom a request from 10.0.0.1 with these header lines comes from.
    #[track_caller]
    fn check(header: ForwardedHeader, lines: &[&str], expected: &str) {
        let proxies = proxies(
            &["10.0.0.0/8", "2001:db8:f::/48", "::ffff:192.168.0.1"],
            header,
        );
        let mut request = TestRequest::get().peer_addr("10.0.0.1:4711".parse().unwrap());
        let other = match header {
            ForwardedHeader::XForwardedFor => FORWARDED,
            ForwardedHeader::Forwarded => X_FORWARDED_FOR,
        };
        request = request.append_header((other, "203.0.113.66"));
        for line in lines {
            request = request.append_header((proxies.header.clone(), *line));
        }
        let found = proxies.client(&request.to_http_request()).unwrap();
        assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{lines:?}");
    }

    #[test]
    fn the_first_that_is_not_trusted_from_the_right_is_the_caller() {
        let check = |lines: &[&str], expected: &str| {
            check(ForwardedHeader::XForwardedFor, lines, expected);
        };
        check(&[], "10.0.0.1");
        check(&[""], "10.0.0.1");
        check(&["192.0.2.1"], "192.0.2.1");
        check(&["127.0.0.1, 192.0.2.1"], "192.0.2.1");
        check(&["198.51.100.1, 192.0.2.1, 10.1.1.1"], "192.0.2.1");
        check(&["198.51.100.1", "192.0.2.1 ,\t10.1.1.1"], "192.0.2.1");
        check(&["192.0.2.1", "10.1.1.1"], "192.0.2.1");
        check(&["10.3.3.3, 10.2.2.2"], "10.3.3.3");
        check(&["192.0.2.1:4711"], "192.0.2.1");
        check(&["[2001:db8::1]:4711, 2001:db8:f::7"], "2001:db8::1");
        check(&["2001:db8::1"], "2001:db8::1");
        check(&["::ffff:192.0.2.1"], "192.0.2.1");
        check(&["192.0.2.1, ::ffff:10.1.1.1"], "192.0.2.1");
        check(&["192.0.2.1, 192.168.0.1"], "192.0.2.1");
        // What cannot be read ends it at the last that was believed.
        for junk in [
            "unknown",
            "localhost",
            "192.0.2",
            "192.0.2.1.",
            "192.0.2.1:x",
            "192.0.2.1:",
            "_hidden",
            "[::1",
            "::1]",
            "0x7f000001",
            "192.0.2.01",
            "1.2.3.4/8",
            "fe80::1%eth0",
            "\"192.0.2.1\"",
            "for=192.0.2.1",
            "",
            "192.0.2.1 192.0.2.2",
        ] {
            check(&[&format!("192.0.2.9, {junk}")], "10.0.0.1");
            check(&[&format!("192.0.2.9, {junk}, 10.9.9.9")], "10.9.9.9");
        }
    }

    #[test]
    fn forwarded_is_read_the_same_way() {
        let check = |lines: &[&str], expected: &str| {
            check(ForwardedHeader::Forwarded, lines, expected);
        };
        check(&["for=192.0.2.1"], "192.0.2.1");
        check(
            &["For=\"192.0.2.1:80\";proto=https;by=10.0.0.1"],
            "192.0.2.1",
        );
        check(
            &["proto=http; FOR=\"[2001:db8::1]:4711\" ; host=a"],
            "2001:db8::1",
        );
        check(
            &["for=198.51.100.1, for=192.0.2.1, for=10.1.1.1"],
            "192.0.2.1",
        );
        check(&["for=198.51.100.1", "for=192.0.2.1"], "192.0.2.1");
        // A quote that a caller left open does not swallow what the proxy wrote behind it.
        check(&["for=\"198.51.100.1, for=192.0.2.1"], "192.0.2.1");
        check(
            &["for=198.51.100.1;host=\"a, for=192.0.2.7\""],
            "198.51.100.1",
        );
        for junk in [
            "for=unknown",
            "for=_hidden",
            "by=10.0.0.1",
            "192.0.2.1",
            "for",
            "for=",
            "for=\"\"",
            "for=192.0.2.1;for=192.0.2.2",
            "xfor=192.0.2.1",
            "for=\"192.0.2.1\\\"\"",
        ] {
            check(
                &[&format!("for=192.0.2.9, {junk}, for=10.9.9.9")],
                "10.9.9.9",
            );
        }
    }

    #[test]
    fn nobody_else_is_believed() {
        let client = |proxies: &TrustedProxies, peer: &str| {
            let request = TestRequest::get()
                .peer_addr(peer.parse().unwrap())
                .insert_header((X_FORWARDED_FOR, "192.0.2.1"))
                .to_http_request();
            proxies.client(&request).unwrap().to_string()
        };
        let none = proxies(&[], ForwardedHeader::XForwardedFor);
        assert_eq!(client(&none, "10.0.0.1:1"), "10.0.0.1");
        let one = proxies(&["10.0.0.1"], ForwardedHeader::XForwardedFor);
        assert_eq!(client(&one, "10.0.0.2:1"), "10.0.0.2");
        assert_eq!(client(&one, "[::ffff:10.0.0.2]:1"), "10.0.0.2");
        assert_eq!(client(&one, "[::ffff:10.0.0.1]:1"), "192.0.2.1");
        let request = TestRequest::get().to_http_request();
        assert_eq!(one.client(&request), None, "no connection, no address");
    }

    #[test]
    fn what_is_no_network_is_said_with_its_place() {
        let refused = |text: &str| {
            let section = ServerConfig {
                trusted_proxies: vec!["10.0.0.1".to_owned(), text.to_owned()],
                ..ServerConfig::default()
            };
            let faults = TrustedProxies::new(&section, &config()).unwrap_err();
            faults[0].what.clone()
        };
        for text in [
            "",
            "proxy.internal",
            "10.0.0.0/33",
            "10.0.0",
            "*",
            "10.0.0.1:80",
        ] {
            let said = refused(text);
            assert!(
                said.contains("`server.trusted_proxies[1]` is no address"),
                "{said}"
            );
        }
        for text in ["0.0.0.0/0", "::/0", "10.0.0.0/0", "::ffff:0.0.0.0/96"] {
            let said = refused(text);
            assert!(said.contains("trusts everybody"), "{said}");
        }
    }
}
