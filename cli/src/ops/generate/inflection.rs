//! English, as far as names need it: plurals, singulars, words, articles.

/// Words whose plural no rule makes.
const IRREGULAR: &[(&str, &str)] = &[
    ("calf", "calves"),
    ("child", "children"),
    ("echo", "echoes"),
    ("foot", "feet"),
    ("goose", "geese"),
    ("half", "halves"),
    ("hero", "heroes"),
    ("knife", "knives"),
    ("leaf", "leaves"),
    ("life", "lives"),
    ("loaf", "loaves"),
    ("man", "men"),
    ("mouse", "mice"),
    ("person", "people"),
    ("potato", "potatoes"),
    ("quiz", "quizzes"),
    ("shelf", "shelves"),
    ("thief", "thieves"),
    ("tomato", "tomatoes"),
    ("tooth", "teeth"),
    ("wife", "wives"),
    ("wolf", "wolves"),
    ("woman", "women"),
];

/// Words that are their own plural.
const UNCOUNTABLE: &[&str] = &[
    "deer",
    "equipment",
    "feedback",
    "fish",
    "furniture",
    "information",
    "luggage",
    "metadata",
    "money",
    "music",
    "news",
    "series",
    "sheep",
    "software",
    "species",
    "staff",
];

/// Words that end as plurals do and are none.
const SINGULAR: &[&str] = &[
    "alias", "atlas", "bias", "canvas", "chaos", "cosmos", "gas", "lens", "means", "yes",
];

/// Words that keep their `e` before the `s` of the plural, where the rule would take it.
const WITH_E: &[&str] = &[
    "ache", "axe", "cache", "cookie", "movie", "niche", "shoe", "size", "zombie",
];

/// The plural: `blog_post` gives `blog_posts`.
pub(super) fn plural(snake: &str) -> String {
    let (before, last) = last_word(snake);
    let irregular = IRREGULAR.iter().find(|(one, _)| *one == last);
    if let Some((_, many)) = irregular {
        return format!("{before}{many}");
    }
    if UNCOUNTABLE.contains(&last) {
        return snake.to_owned();
    }
    match last.strip_suffix("sis").or(last.strip_suffix("xis")) {
        Some(stem) if !stem.is_empty() => format!("{}es", &snake[..snake.len() - 2]),
        _ => entity_macro_plural(snake),
    }
}

/// The plural that `#[entity]` makes where no table is named.
pub(super) fn entity_macro_plural(snake: &str) -> String {
    let before = |end: &str| snake.strip_suffix(end).and_then(|it| it.chars().last());
    let is_consonant = |letter: char| !"aeiou_".contains(letter);
    if let Some(stem) = snake
        .strip_suffix('y')
        .filter(|_| before("y").is_some_and(is_consonant))
    {
        return format!("{stem}ies");
    }
    let hisses = ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| snake.ends_with(end));
    format!("{snake}{}", if hisses { "es" } else { "s" })
}

/// The singular of what looks like a plural; a guess, for advice.
pub(super) fn singular(snake: &str) -> Option<String> {
    let (before, last) = last_word(snake);
    let irregular = IRREGULAR.iter().find(|(_, many)| *many == last);
    if let Some((one, _)) = irregular {
        return Some(format!("{before}{one}"));
    }
    let keeps_its_end = ["ss", "us", "is"].iter().any(|end| last.ends_with(end));
    if keeps_its_end || UNCOUNTABLE.contains(&last) || SINGULAR.contains(&last) {
        return None;
    }
    let without = last.strip_suffix('s').filter(|it| it.len() > 1)?;
    if WITH_E.contains(&without) {
        return Some(format!("{before}{without}"));
    }
    if let Some(stem) = last.strip_suffix("ies").filter(|it| it.len() > 1) {
        return Some(format!("{before}{stem}y"));
    }
    let took_e = ["ches", "shes", "sses", "xes", "zes", "uses"]
        .iter()
        .any(|end| last.ends_with(end));
    match took_e {
        true => Some(format!("{before}{}", &last[..last.len() - 2])),
        false => Some(format!("{before}{without}")),
    }
}

/// `blog_post` gives `blog post`.
pub(super) fn words(snake: &str) -> String {
    snake.replace('_', " ")
}

/// `in_print` gives `In print`.
pub(super) fn sentence(snake: &str) -> String {
    let words = words(snake);
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + letters.as_str(),
        None => words,
    }
}

/// `book` gives `a`, `author` gives `an`.
pub(super) fn article(words: &str) -> &'static str {
    let sounds_otherwise = |starts: &[&str]| starts.iter().any(|start| words.starts_with(start));
    let is_vowel = words.starts_with(['a', 'e', 'i', 'o', 'u'])
        && !sounds_otherwise(&["eu", "one", "uni", "use", "usa", "ute", "uti"]);
    match is_vowel || sounds_otherwise(&["heir", "honest", "honour", "hour"]) {
        true => "an",
        false => "a",
    }
}

/// The last of several words, and what stands before it.
fn last_word(snake: &str) -> (&str, &str) {
    snake.split_at(snake.rfind('_').map_or(0, |at| at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_many() {
        for (one, many) in [
            ("product", "products"),
            ("blog_post", "blog_posts"),
            ("category", "categories"),
            ("day", "days"),
            ("box", "boxes"),
            ("address", "addresses"),
            ("branch", "branches"),
            ("status", "statuses"),
            ("movie", "movies"),
            ("cache", "caches"),
            ("person", "people"),
            ("sales_person", "sales_people"),
            ("child", "children"),
            ("shelf", "shelves"),
            ("quiz", "quizzes"),
        ] {
            assert_eq!(plural(one), many);
            assert_eq!(singular(many).as_deref(), Some(one), "{many}");
            assert_eq!(singular(one), None, "{one} is no plural");
        }
    }

    #[test]
    fn many_that_do_not_say_which_one() {
        for (one, many) in [
            ("analysis", "analyses"),
            ("axis", "axes"),
            ("sheep", "sheep"),
        ] {
            assert_eq!(plural(one), many);
            assert_eq!(singular(one), None, "{one}");
        }
        for word in [
            "lens", "canvas", "news", "address", "bus", "yes", "s", "gas",
        ] {
            assert_eq!(singular(word), None, "{word}");
        }
    }

    #[test]
    fn articles_follow_the_sound() {
        for (article, word) in [
            ("a", "book"),
            ("an", "author"),
            ("an", "order"),
            ("a", "user"),
            ("a", "unit"),
            ("an", "umbrella"),
            ("an", "hour"),
            ("a", "european city"),
        ] {
            assert_eq!(super::article(word), article, "{word}");
        }
        assert_eq!(sentence("in_print"), "In print");
    }
}
