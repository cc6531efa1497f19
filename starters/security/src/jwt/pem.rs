//! Private keys as `openssl` writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// The PKCS#8 of a PEM text (RFC 7468).
///
/// # Errors
///
/// What is wrong with it, without a word of what it holds.
pub(super) fn pkcs8(text: &str) -> Result<Vec<u8>, String> {
    let Some((_, rest)) = text.split_once(BEGIN) else {
        return Err(match text.contains("-----BEGIN ") {
            true => {
                "the key is no PKCS#8 private key; `openssl pkcs8 -topk8 -nocrypt` makes one of it"
                    .to_owned()
            }
            false => {
                "the key is no PEM text: it begins with `-----BEGIN PRIVATE KEY-----`".to_owned()
            }
        });
    };
    let Some((body, _)) = rest.split_once(END) else {
        return Err("the key's PEM text has no end".to_owned());
    };
    // A text of one line, as environment variables hold it, may say `\n` for a new line.
    let body: String = body.replace("\\n", "").split_whitespace().collect();
    STANDARD
        .decode(body)
        .map_err(|_| "the key's PEM text is no base64".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_explained() {
        let check = |text: &str, part: &str| {
            let error = pkcs8(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        };
        check("", "no PEM");
        check("-----BEGIN RSA PRIVATE KEY-----", "no PKCS#8");
        check("-----BEGIN PRIVATE KEY-----\nAQID", "no end");
        check(
            "-----BEGIN PRIVATE KEY-----\n?\n-----END PRIVATE KEY-----",
            "no base64",
        );
        let one_line = "-----BEGIN PRIVATE KEY-----\\nAQID\\n-----END PRIVATE KEY-----";
        assert_eq!(pkcs8(one_line), Ok(vec![1, 2, 3]));
    }
}
