use super::*;
use crate::audit::AuditEvent;
use crate::audit::chain::Chain;

const SECRET: &str = "a key of thirty-two bytes or more";

fn chain(key: &ChainKey, count: usize) -> Vec<Vec<u8>> {
    let mut chain = Chain::new(Head::NONE, key.clone());
    let event = |at| AuditEvent::new("test").data("at", at);
    (0..count)
        .map(|at| {
            let mut line = Vec::new();
            chain.seal(&event(at), &mut line).unwrap();
            line
        })
        .collect()
}

fn verify(lines: &[Vec<u8>], key: &ChainKey) -> Result<Verified, (String, u64, FaultKind)> {
    let mut verifier = Verifier::behind(Head::NONE, key);
    let told = |it: Fault| (it.place, it.seq, it.kind);
    for (at, line) in lines.iter().enumerate() {
        verifier
            .line(line, || format!("line {}", at + 1))
            .map_err(told)?;
    }
    verifier.end(String::new).map_err(told)
}

fn check(change: impl Fn(&mut Vec<Vec<u8>>), line: usize, seq: u64, kind: FaultKind) {
    for key in [ChainKey::default(), ChainKey::new(Some(SECRET))] {
        let mut lines = chain(&key, 9);
        assert_eq!(verify(&lines, &key).unwrap().head.seq, 9);
        change(&mut lines);
        let expected = Err((format!("line {line}"), seq, kind));
        assert_eq!(verify(&lines, &key), expected);
    }
}

#[test]
fn the_first_that_is_wrong_is_named() {
    check(|it| it[4][30] ^= 1, 5, 5, FaultKind::Altered);
    check(|it| it[4].truncate(40), 5, 5, FaultKind::Altered);
    check(|it| it[4].clear(), 5, 5, FaultKind::Altered);
    check(|it| it[4].push(b' '), 5, 5, FaultKind::Altered);
    check(|it| drop(it.remove(4)), 5, 5, FaultKind::Missing);
    check(|it| drop(it.drain(2..7)), 3, 3, FaultKind::Missing);
    check(|it| it.swap(4, 5), 5, 5, FaultKind::Moved);
    check(|it| it.swap(1, 7), 2, 2, FaultKind::Moved);
    check(|it| it.insert(5, it[4].clone()), 6, 5, FaultKind::Inserted);
}

#[test]
fn who_hashes_anew_is_found_by_the_next_record_and_with_the_key_at_once() {
    let key = ChainKey::new(Some(SECRET));
    let forge = |lines: &mut Vec<Vec<u8>>, key: &ChainKey| {
        let behind = Sealed::of(&lines[3]).unwrap().head();
        let mut line = Vec::new();
        let event = AuditEvent::new("test").data("at", "forged");
        Chain::new(behind, key.clone())
            .seal(&event, &mut line)
            .unwrap();
        lines[4] = line;
    };
    let none = ChainKey::default();
    let mut lines = chain(&none, 9);
    forge(&mut lines, &none);
    let expected = Err(("line 6".to_owned(), 6, FaultKind::Unchained));
    assert_eq!(verify(&lines, &none), expected);

    for other in [
        none,
        ChainKey::new(Some("another key of thirty-two bytes or so")),
    ] {
        let mut lines = chain(&key, 9);
        forge(&mut lines, &other);
        let expected = Err(("line 5".to_owned(), 5, FaultKind::Forged));
        assert_eq!(verify(&lines, &key), expected);
    }
}

#[test]
fn every_bit_of_a_record_counts() {
    let key = ChainKey::new(Some(SECRET));
    let lines = chain(&key, 3);
    for at in 0..lines[1].len() {
        for bit in 0..8 {
            let mut lines = lines.clone();
            lines[1][at] ^= 1 << bit;
            assert!(verify(&lines, &key).is_err(), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn what_a_caller_writes_is_no_member_of_the_record() {
    let key = ChainKey::default();
    let mut chain = Chain::new(Head::NONE, key.clone());
    let fake = format!(
        "\",\"hash\":\"{0}\",\"mac\":\"{0}\"}}\n{{\"seq\":2",
        "0".repeat(64)
    );
    let event = AuditEvent::new("test").data("name", fake);
    let mut line = Vec::new();
    chain.seal(&event, &mut line).unwrap();
    assert!(!line.contains(&b'\n'));
    assert_eq!(verify(&[line], &key).unwrap().head.seq, 1);
}
