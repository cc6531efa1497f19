use std::fmt::Write as _;

use super::*;

/// What is read from a name, in a form that is quickly compared.
fn read(name: &str) -> String {
    let derivation = match derivation(name) {
        Ok(derivation) => derivation,
        Err(error) => return format!("error: {error}"),
    };
    let mut text = match derivation.verb {
        Verb::Find { first: None } => "find".to_owned(),
        Verb::Find { first: Some(first) } => format!("find {first}"),
        Verb::Count => "count".to_owned(),
        Verb::Exists => "exists".to_owned(),
        Verb::Delete => "delete".to_owned(),
    };
    for (at, group) in derivation.groups.iter().enumerate() {
        text.push_str(if at == 0 { " where " } else { " or " });
        let terms: Vec<_> = group
            .iter()
            .map(|it| {
                let not = if it.negated { "not " } else { "" };
                let case = if it.ignore_case { " ignoring case" } else { "" };
                format!("{} {not}{:?}{case}", it.column, it.operator)
            })
            .collect();
        text.push_str(&terms.join(" and "));
    }
    for key in &derivation.order {
        let direction = if key.descending { "desc" } else { "asc" };
        let _ = write!(text, ", {} {direction}", key.column);
    }
    text
}

#[test]
fn every_verb_is_read() {
    for (name, said) in [
        ("find_by_title", "find where title Equals"),
        ("find_all_by_title", "find where title Equals"),
        ("find_first_by_title", "find 1 where title Equals"),
        ("find_first3_by_title", "find 3 where title Equals"),
        ("find_top10_by_title", "find 10 where title Equals"),
        ("find_top_by_title", "find 1 where title Equals"),
        ("count_by_title", "count where title Equals"),
        ("exists_by_title", "exists where title Equals"),
        ("delete_by_title", "delete where title Equals"),
        ("find_all_order_by_title", "find, title asc"),
        ("find_order_by_title", "find, title asc"),
        ("find_first_order_by_id_desc", "find 1, id desc"),
        ("find_top5_order_by_id", "find 5, id asc"),
    ] {
        assert_eq!(read(name), said, "{name}");
    }
}

#[test]
fn every_operator_is_read() {
    for (end, said) in [
        ("", "title Equals"),
        ("_is", "title Equals"),
        ("_equals", "title Equals"),
        ("_not", "title not Equals"),
        ("_is_not", "title not Equals"),
        ("_is_true", "title Is(true)"),
        ("_is_false", "title Is(false)"),
        ("_is_null", "title IsNull"),
        ("_is_not_null", "title not IsNull"),
        ("_in", "title In"),
        ("_is_in", "title In"),
        ("_not_in", "title not In"),
        ("_is_not_in", "title not In"),
        ("_between", "title Between"),
        ("_not_between", "title not Between"),
        ("_less_than", "title LessThan"),
        ("_less_than_equal", "title LessThanEqual"),
        ("_before", "title LessThan"),
        ("_greater_than", "title GreaterThan"),
        ("_greater_than_equal", "title GreaterThanEqual"),
        ("_after", "title GreaterThan"),
        ("_like", "title Like"),
        ("_not_like", "title not Like"),
        ("_containing", "title Containing"),
        ("_not_containing", "title not Containing"),
        ("_starting_with", "title StartingWith"),
        ("_not_starting_with", "title not StartingWith"),
        ("_ending_with", "title EndingWith"),
        ("_not_ending_with", "title not EndingWith"),
        ("_ignore_case", "title Equals ignoring case"),
        ("_not_ignore_case", "title not Equals ignoring case"),
        ("_containing_ignore_case", "title Containing ignoring case"),
    ] {
        let name = format!("find_by_title{end}");
        assert_eq!(read(&name), format!("find where {said}"), "{name}");
    }
}

#[test]
fn and_binds_closer_than_or() {
    assert_eq!(
        read("find_by_a_and_b_in_or_c_not_and_d_is_null"),
        "find where a Equals and b In or c not Equals and d IsNull"
    );
}

#[test]
fn the_order_has_keys_with_directions() {
    assert_eq!(
        read("find_by_a_order_by_created_at_desc_and_rank_asc_and_id"),
        "find where a Equals, created_at desc, rank asc, id asc"
    );
}

#[test]
fn columns_may_look_like_words_of_the_grammar() {
    for (name, said) in [
        ("find_by_order", "find where order Equals"),
        ("find_by_not", "find where not Equals"),
        ("find_by_before", "find where before Equals"),
        ("find_by_brand", "find where brand Equals"),
        ("find_by_author_name", "find where author_name Equals"),
        ("find_by_checked_in_equals", "find where checked_in Equals"),
        ("find_by_is_active_is_true", "find where is_active Is(true)"),
        (
            "find_by_sort_order_order_by_id",
            "find where sort_order Equals, id asc",
        ),
        ("find_by_ignore_case", "find where ignore_case Equals"),
        ("find_by_created_by", "find where created_by Equals"),
        ("find_all_order_by_desc", "find, desc asc"),
    ] {
        assert_eq!(read(name), said, "{name}");
    }
}

#[test]
fn what_says_nothing_is_told() {
    for (name, error) in [
        ("find_by_", "`find_by_` says no condition"),
        ("find_by", "`find_by` says no condition"),
        (
            "find_by_order_by_id",
            "`find_by_order_by_id` says no condition",
        ),
        (
            "count_order_by_id",
            "`count_order_by_id` finds no rows that could have an order",
        ),
        (
            "get_by_title",
            "no query can be derived from the name `get_by_title`",
        ),
        ("finder", "no query can be derived"),
        (
            "find_first0_by_title",
            "`find_first0` is no number of rows, from 1 on",
        ),
        (
            "find_top99999999999_by_title",
            "`find_top99999999999` is no number of rows",
        ),
        (
            "find_by_a_and__and_b",
            "a condition is missing beside `and` or `or`",
        ),
        ("find_by_a_order_by_", "name a column behind `order_by_`"),
        (
            "count_by_a_order_by_id",
            "`count_by_a_order_by_id` finds no rows that could have an order",
        ),
        (
            "find_by_age_less_than_ignore_case",
            "only texts that are compared or matched",
        ),
    ] {
        let said = read(name);
        assert!(said.contains(error), "{name}: {said}");
    }
}
