//! Parsers fed with what nobody wrote: a fixed count of mutations, the same in every run.

use savia::config::{Algorithm, JwtConfig};
use savia::jwt::{JwtIssuer, JwtKeys, SigningKey, VerifyingKey};
use savia_core::config::{Config, Sources};

use crate::application::{KEY, site};
use crate::forge::Forge;
use crate::oauth2::errand::Scene;

/// A generator that gives the same numbers in every run (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap() % below.max(1)
    }
}

/// Changes a few bytes: flips, inserts, removes, repeats, swaps.
fn mutated(seed: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.next(4) {
        if bytes.is_empty() {
            break;
        }
        let at = numbers.next(bytes.len());
        match numbers.next(7) {
            0 => bytes[at] ^= 1 << numbers.next(8),
            1 => bytes.insert(at, u8::try_from(numbers.next(256)).unwrap()),
            2 => drop(bytes.remove(at)),
            3 => bytes.truncate(at),
            4 => {
                let part = bytes[at..(at + 8).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            5 => {
                let other = numbers.next(bytes.len());
                bytes.swap(at, other);
            }
            _ => bytes[at] = b".=-_+/ \0\"{}"[numbers.next(11)],
        }
    }
    bytes
}

#[test]
fn twenty_thousand_mutated_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::load(Sources::in_dir(folder.path()).over("name", "notes")).unwrap();
    let key = SigningKey::read(Algorithm::EdDsa, KEY).unwrap();
    let issuer = JwtIssuer::new(JwtKeys::new(key, []).into(), &JwtConfig::default(), &config);
    let forge = Forge::new();
    let good = forge.sign(&forge.header(), &Forge::claims());
    assert!(issuer.verify(good.as_bytes()).is_ok());
    let mut numbers = Numbers(6);
    for _ in 0..20_000 {
        let token = mutated(good.as_bytes(), &mut numbers);
        if token != good.as_bytes() {
            assert!(
                issuer.verify(&token).is_err(),
                "{}",
                String::from_utf8_lossy(&token)
            );
        }
    }
}

#[test]
fn mutated_headers_and_claims_that_are_signed_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::load(Sources::in_dir(folder.path()).over("name", "notes")).unwrap();
    let key = SigningKey::read(Algorithm::EdDsa, KEY).unwrap();
    let issuer = JwtIssuer::new(JwtKeys::new(key, []).into(), &JwtConfig::default(), &config);
    let forge = Forge::new();
    let mut numbers = Numbers(7);
    for _ in 0..5_000 {
        let header = mutated(forge.header().to_string().as_bytes(), &mut numbers);
        let claims = mutated(Forge::claims().to_string().as_bytes(), &mut numbers);
        let texts = [header, claims].map(|text| String::from_utf8_lossy(&text).into_owned());
        // Some still say what is to be said; none may panic, and what is believed is ours.
        if let Ok(verified) = issuer.verify(forge.sign_text(&texts[0], &texts[1]).as_bytes()) {
            let issuer = verified.principal.claim("iss").and_then(|it| it.as_str());
            assert_eq!(issuer, Some("notes"));
        }
    }
}

#[tokio::test]
async fn mutated_ways_back_from_a_provider() {
    let scene = Scene::new(&[]).await;
    let mut numbers = Numbers(9);
    for round in 0..600 {
        // One that was finished would refuse all that come after it.
        let errand = scene.leave().await;
        scene.says(&scene.claims(&errand));
        let query = format!("code=a-code&state={}", errand.state());
        let (mut cookie, mut query) = (
            errand.cookie.clone().into_bytes(),
            query.clone().into_bytes(),
        );
        match round % 2 {
            0 => cookie = mutated(&cookie, &mut numbers),
            _ => query = mutated(&query, &mut numbers),
        }
        let mut head = b"GET /login/oauth2/code/sso?".to_vec();
        head.extend(&query);
        head.extend(b" HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncookie: ");
        head.extend(&cookie);
        head.extend(b"\r\n\r\n");
        let answer = scene.site.raw(&head).await;
        let answer = String::from_utf8_lossy(&answer);
        // Another code is one for the provider, which takes any here; another state is none for us.
        let changed =
            errand.state() != parameter(&query, "state") || cookie != errand.cookie.as_bytes();
        assert!(!(changed && answer.contains("access_token")), "{answer}");
        assert!(!answer.starts_with("HTTP/1.1 500"), "{answer}");
    }
}

/// The last value of a parameter of a query that may be anything.
fn parameter(query: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(query);
    let text = text.split([' ', '#']).next().unwrap_or_default();
    let mut pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.rfind(|(own, _)| *own == name);
    found.map(|(_, value)| value.to_owned()).unwrap_or_default()
}

#[test]
fn mutated_keys_of_an_issuer() {
    let forge = Forge::new();
    let mut numbers = Numbers(10);
    for _ in 0..5_000 {
        let jwk = mutated(forge.public.to_string().as_bytes(), &mut numbers);
        let Ok(jwk) = serde_json::from_slice(&jwk) else {
            continue;
        };
        // None may panic, and what comes of it is a key of one algorithm that verifies nothing of ours
        // unless it is ours.
        if let Some(key) = VerifyingKey::of_jwk(&jwk) {
            let own = jwk["x"] == forge.public["x"];
            let signature = forge.signature(b"a message");
            assert_eq!(key.verifies(b"a message", &signature), own, "{jwk}");
        }
    }
}

#[tokio::test]
async fn mutated_headers_over_the_wire() {
    let site = site(&[("security.basic.enabled", true.into())]).await;
    let forge = Forge::new();
    let seeds = [
        format!(
            "authorization: Bearer {}",
            forge.sign(&forge.header(), &Forge::claims())
        ),
        "authorization: Basic YWRhQGV4YW1wbGUuY29tOnNlY3JldA==".to_owned(),
        "cookie: __Host-session=abc; a=b; \"c\"".to_owned(),
    ];
    let mut numbers = Numbers(8);
    for round in 0..600 {
        let seed = &seeds[round % seeds.len()];
        let line = mutated(seed.as_bytes(), &mut numbers);
        let mut head = b"GET /notes/admin HTTP/1.1\r\nhost: a\r\nconnection: close\r\n".to_vec();
        head.extend(&line);
        head.extend(b"\r\n\r\n");
        let answer = site.raw(&head).await;
        let answer = String::from_utf8_lossy(&answer);
        let status: u16 = answer
            .get(9..12)
            .and_then(|it| it.parse().ok())
            .unwrap_or(400);
        // A guess that is one is counted as one.
        assert!(
            [400, 401, 403, 404, 405, 408, 429, 431, 505].contains(&status),
            "{answer}"
        );
    }
}
