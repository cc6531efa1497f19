//! Whether a body is of the type that is read here.

use actix_web::HttpRequest;
use actix_web::http::Version;
use actix_web::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};

use crate::problem::Problem;

/// A type of body that an extractor reads.
#[derive(Clone, Copy)]
pub(super) struct Accepted {
    /// The type itself: `application/json`.
    pub(super) name: &'static str,
    /// The structured suffix that is read as well: `+json`.
    pub(super) suffix: Option<&'static str>,
}

pub(super) const JSON: Accepted = Accepted {
    name: "application/json",
    suffix: Some("+json"),
};

pub(super) const FORM: Accepted = Accepted {
    name: "application/x-www-form-urlencoded",
    suffix: None,
};

impl Accepted {
    /// Refuses bodies of another type.
    #[inline]
    pub(super) fn check(self, request: &HttpRequest) -> Result<(), Problem> {
        match request.headers().get(CONTENT_TYPE) {
            // What nearly every client sends needs no parsing.
            Some(value) if value.as_bytes() == self.name.as_bytes() => Ok(()),
            Some(value) if value.to_str().is_ok_and(|value| self.reads(value)) => Ok(()),
            Some(_) => Err(self.refused("the body is of another type")),
            None if has_no_body(request) => Err(Problem::bad_request(format!(
                "a body of {} is expected, there is none",
                self.name
            ))),
            None => Err(self.refused("the body does not say its type")),
        }
    }

    fn reads(self, content_type: &str) -> bool {
        let Ok(mime) = content_type.parse::<mime::Mime>() else {
            return false;
        };
        let suffixed = || {
            self.suffix.is_some_and(|suffix| {
                let (kind, subtype) = (mime.type_(), mime.suffix());
                kind == mime::APPLICATION
                    && subtype.is_some_and(|subtype| subtype.as_str() == &suffix[1..])
            })
        };
        (mime.essence_str() == self.name || suffixed())
            && mime
                .get_param(mime::CHARSET)
                .is_none_or(|charset| charset == mime::UTF_8)
    }

    #[cold]
    fn refused(self, what: &str) -> Problem {
        Problem::unsupported_media_type(format!("{what}: {} in UTF-8 is read here", self.name))
            // RFC 9110 section 15.5.16: what would be understood.
            .with_header(ACCEPT, self.name)
    }
}

/// Whether the request says that nothing follows its head.
pub(super) fn has_no_body(request: &HttpRequest) -> bool {
    let headers = request.headers();
    match headers.get(CONTENT_LENGTH) {
        Some(length) => length.as_bytes() == b"0",
        // HTTP/2 frames bodies itself; without a type there, nothing is taken to be meant.
        None if request.version() == Version::HTTP_2 => !headers.contains_key(CONTENT_TYPE),
        None => !headers.contains_key(TRANSFER_ENCODING),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn json_is_read_in_utf_8_only() {
        let check = |content_type: &str, status: Option<u16>| {
            let request = TestRequest::post()
                .insert_header((CONTENT_TYPE, content_type))
                .insert_header((CONTENT_LENGTH, "2"))
                .to_http_request();
            let refused = JSON
                .check(&request)
                .err()
                .map(|problem| problem.status().as_u16());
            assert_eq!(refused, status, "{content_type}");
        };
        check("application/json", None);
        check("Application/JSON; charset=UTF-8", None);
        check("application/merge-patch+json", None);
        check("application/json; charset=latin1", Some(415));
        check("text/json", Some(415));
        check("text/plain", Some(415));
        check("image/svg+xml", Some(415));
        check("nonsense", Some(415));
        check("", Some(415));
    }

    #[test]
    fn a_missing_body_is_told_from_one_without_a_type() {
        let missing = TestRequest::post().to_http_request();
        assert_eq!(JSON.check(&missing).unwrap_err().status(), 400);
        let untyped = TestRequest::post()
            .insert_header((CONTENT_LENGTH, "2"))
            .to_http_request();
        assert_eq!(JSON.check(&untyped).unwrap_err().status(), 415);
    }
}
