//! Did you mean?

/// The candidate that is nearest to what was written, where one is near enough: a slip (a letter
/// more, less, wrong, or two changed about) for every three letters.
pub(crate) fn closest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let slips = (written.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(written, candidate), candidate))
        .filter(|(distance, _)| *distance <= slips)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn the_nearest_is_meant_and_the_far_is_not() {
        let words = ["routes", "run", "new", "web", "data"];
        for (written, meant) in [
            ("rotues", Some("routes")),
            ("wbe", Some("web")),
            ("dta", Some("data")),
            ("nwe", Some("new")),
            ("initializr", None),
            ("", None),
        ] {
            assert_eq!(closest(written, words), meant, "{written}");
        }
    }
}
