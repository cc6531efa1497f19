//! `Query`: the part after the question mark.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use savia_core::validation::{Validate, fault};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

use super::{encoding, newtype};

/// The query, read into a `#[dto]` (or a map) and held against its rules: 400 where it does not fit.
///
/// A parameter that is given several times is a `Vec`. A `#[dto]` refuses parameters that it does
/// not know, save for `page`, `size` and `sort`: these belong to [`PageRequest`], which stands
/// beside it as an argument of its own:
///
/// ```
/// # use savia_starter_web::{Json, Query};
/// # use savia_core::repository::{Page, PageRequest};
/// # type PostFilter = std::collections::HashMap<String, String>;
/// async fn index(filter: Query<PostFilter>, page: Query<PageRequest>) -> Json<Page<String>> {
///     Json(Page::new(vec![], &page, 0))
/// }
/// ```
///
/// [`PageRequest`]: savia_core::repository::PageRequest
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Query<T>(pub T);

newtype!(Query);

/// The parameters of a page, which a filter beside it need not know.
const PAGING: [&str; 3] = ["page", "size", "sort"];

impl<T: DeserializeOwned + Validate> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()))
    }
}

fn parse<T: DeserializeOwned + Validate>(query: &str) -> Result<Query<T>, Problem> {
    if let Some(fault) = encoding::fault(query) {
        return Err(Problem::bad_request(format!("the query {fault}")));
    }
    let value = match serde_html_form::from_str::<T>(query) {
        Ok(value) => value,
        Err(error) => without_paging(query, error)?,
    };
    match value.validate() {
        Ok(()) => Ok(Query(value)),
        Err(violations) => Err(refused(violations)),
    }
}

/// Reads the query once more: without the parameters of a page, if it was one of them that is not
/// known; and else to say what does not fit.
#[cold]
fn without_paging<T: DeserializeOwned>(
    query: &str,
    error: serde_html_form::de::Error,
) -> Result<T, Problem> {
    let said = error.to_string();
    if PAGING
        .iter()
        .any(|name| said.starts_with(&format!("unknown field `{name}`")))
    {
        let is_paging = |pair: &&str| PAGING.contains(&pair.split('=').next().unwrap_or(pair));
        let rest: Vec<_> = query.split('&').filter(|pair| !is_paging(pair)).collect();
        let rest = rest.join("&");
        return serde_html_form::from_str(&rest).map_err(|error| misfit::<T>(&rest, &error));
    }
    Err(misfit::<T>(query, &error))
}

#[cold]
fn misfit<T: DeserializeOwned>(query: &str, error: &serde_html_form::de::Error) -> Problem {
    let reader = serde_html_form::Deserializer::from_bytes(query.as_bytes());
    match fault::locate::<T, _>(reader) {
        Some((path, error)) => refused(vec![fault::violation(&path, &error.to_string())]),
        None => Problem::bad_request(error.to_string()),
    }
}

fn refused(violations: Vec<savia_core::validation::Violation>) -> Problem {
    Problem::bad_request("the query is not what is expected").with_errors(violations)
}

#[cfg(test)]
mod tests {
    use savia_core::validation::Violation;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        author: Option<u32>,
        #[serde(default)]
        tag: Vec<String>,
    }

    impl Validate for Filter {
        fn validate(&self) -> Result<(), Vec<Violation>> {
            Ok(())
        }
    }

    fn check(query: &str, field: &str, code: &str) {
        let problem = parse::<Filter>(query).unwrap_err();
        assert_eq!(problem.status(), 400);
        let found = problem
            .errors()
            .first()
            .map(|error| (&*error.field, &*error.code));
        assert_eq!(found, Some((field, code)), "{query}");
    }

    #[test]
    fn a_query_is_read() {
        let filter = parse::<Filter>("author=7&tag=a&tag=b%20c").unwrap().0;
        assert_eq!(
            (filter.author, filter.tag),
            (Some(7), vec!["a".to_owned(), "b c".to_owned()])
        );
        assert_eq!(parse::<Filter>("author=").unwrap().author, None);
    }

    #[test]
    fn what_does_not_fit_is_told_by_field() {
        check("author=x", "author", "type");
        check("author=-1", "author", "type");
        check("author=99999999999", "author", "range");
        check("author=1&author=2", "author", "duplicate");
        check("autor=1", "autor", "unknown_field");
        check("page=1&autor=1", "autor", "unknown_field");
        assert_eq!(parse::<Filter>("tag=%zz").unwrap_err().status(), 400);
        assert_eq!(parse::<Filter>("tag=%FF").unwrap_err().status(), 400);
    }

    #[test]
    fn a_page_is_asked_for_as_spring_does() {
        use savia_core::repository::{PageRequest, Sort};
        let page = parse::<PageRequest>("page=2&size=5&sort=a,desc&sort=b&author=7")
            .unwrap()
            .0;
        assert_eq!(
            page,
            PageRequest::of(2, 5).sorted(Sort::default().desc("a").asc("b"))
        );
        assert_eq!(
            parse::<PageRequest>("sort=a").unwrap().sort,
            Sort::default().asc("a")
        );
        assert_eq!(parse::<PageRequest>("").unwrap().0, PageRequest::default());
        for nonsense in [
            "page=-1",
            "page=x",
            "size=0",
            "size=1001",
            "sort=a%27",
            "page=1&page=2",
        ] {
            let problem = parse::<PageRequest>(nonsense).unwrap_err();
            assert_eq!(
                (problem.status().as_u16(), problem.errors().len()),
                (400, 1),
                "{nonsense}"
            );
        }
    }

    #[test]
    fn the_parameters_of_a_page_may_stand_beside() {
        let filter = parse::<Filter>("page=1&author=7&sort=a,desc&sort=b&size=5").unwrap();
        assert_eq!(filter.author, Some(7));
    }
}
