//! Which encoding a client likes best (RFC 9110, section 12.5.3).

use actix_web::http::header::ContentEncoding;

use super::ENCODINGS;

/// The encoding of ours with the highest quality; among equals the first of [`ENCODINGS`]. `None`
/// where the client names none of ours, or likes the bare body better.
///
/// Nothing is allocated, and a header that makes no sense is as good as none.
pub(super) fn negotiate(accepted: &str) -> Option<ContentEncoding> {
    let mut named = [None; ENCODINGS.len()];
    let mut any = None;
    let mut identity = None;
    for item in accepted.split(',') {
        let mut parts = item.split(';');
        let name = parts.next().unwrap_or_default().trim();
        let Some(quality) = quality(parts) else {
            continue;
        };
        if name == "*" {
            any = Some(quality);
        } else if name.eq_ignore_ascii_case("identity") {
            identity = Some(quality);
        } else {
            // `x-gzip` is the same (RFC 9110, section 8.4.1.3).
            let name = if name.eq_ignore_ascii_case("x-gzip") {
                "gzip"
            } else {
                name
            };
            for (at, encoding) in ENCODINGS.iter().enumerate() {
                if name.eq_ignore_ascii_case(encoding.as_str()) {
                    named[at] = Some(quality);
                }
            }
        }
    }
    let mut best = None;
    let mut highest = identity.unwrap_or(0);
    for (at, encoding) in ENCODINGS.iter().enumerate() {
        let quality = named[at].or(any).unwrap_or(0);
        // The bare body wins only where it is liked better, the earlier encoding among equals.
        if quality > highest || (quality == highest && quality > 0 && best.is_none()) {
            best = Some(*encoding);
            highest = quality;
        }
    }
    best
}

/// Thousandths; 1000 where nothing is said, `None` where what is said is no quality.
fn quality<'a>(mut parameters: impl Iterator<Item = &'a str>) -> Option<u16> {
    let weight = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    let Some(weight) = weight else {
        return Some(1000);
    };
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = fraction
        .bytes()
        .chain([b'0'; 3])
        .take(3)
        .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accepted: &str, expected: &str) {
        let chosen = negotiate(accepted).map_or("identity", ContentEncoding::as_str);
        assert_eq!(chosen, expected, "{accepted}");
    }

    #[test]
    fn the_highest_quality_wins_and_our_order_among_equals() {
        check("gzip", "gzip");
        check("gzip, deflate, br, zstd", "zstd");
        check("gzip, deflate, br", "gzip");
        check("br", "br");
        check("br;q=0.5, gzip;q=0.8", "gzip");
        check("GZIP", "gzip");
        check("x-gzip", "gzip");
        check("*", "zstd");
        check("*;q=0.1, gzip;q=0.2", "gzip");
        check("zstd;q=0, *", "gzip");
    }

    #[test]
    fn the_bare_body_is_kept_where_nothing_of_ours_is_liked() {
        check("", "identity");
        check("deflate", "identity");
        check("identity", "identity");
        check("gzip;q=0", "identity");
        check("gzip;q=0.5, identity", "identity");
        check("gzip;q=0.5, identity;q=0.5", "gzip");
        check("gzip;q=high", "identity");
        check("gzip;q=1.5", "identity");
        check(";;,=,q=", "identity");
    }
}
