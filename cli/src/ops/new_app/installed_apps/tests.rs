use proptest::prelude::*;

use super::add;

#[track_caller]
fn check(before: &str, after: &str) {
    assert_eq!(add(before, "posts").as_deref(), Ok(after));
}

#[test]
fn every_form_of_list_is_edited_in_its_own_form() {
    check(
        "installed_apps: [home]\n",
        "installed_apps: [home, posts]\n",
    );
    check(
        "installed_apps: [ home ] # live\n",
        "installed_apps: [ home, posts ] # live\n",
    );
    check(
        "installed_apps: [home,]\n",
        "installed_apps: [home, posts,]\n",
    );
    check(
        "installed_apps: ['home']\n",
        "installed_apps: ['home', posts]\n",
    );
    check(
        "installed_apps: [\n  home, # a\n  shop # b\n]\n",
        "installed_apps: [\n  home, # a\n  shop, posts # b\n]\n",
    );
    check(
        "installed_apps:\n  - home # first\n  - \"shop\"   # second\n# end\nname: x\n",
        "installed_apps:\n  - home # first\n  - \"shop\"   # second\n  - posts\n# end\nname: x\n",
    );
    check(
        "installed_apps:\n- home",
        "installed_apps:\n- home\n- posts\n",
    );
    check(
        "installed_apps:\r\n- home\r\nname: x\r\n",
        "installed_apps:\r\n- home\r\n- posts\r\nname: x\r\n",
    );
}

#[test]
fn an_empty_list_gets_its_first() {
    check("installed_apps: []\n", "installed_apps: [posts]\n");
    check(
        "installed_apps: [ ] # none\n",
        "installed_apps: [posts ] # none\n",
    );
}

/// Without a list every app is live: one with only the new app in it would switch off the others.
#[test]
fn without_a_list_there_is_nothing_to_add() {
    for text in [
        "name: x",
        "installed_apps:\n",
        "installed_apps: ~ # all\n",
        "# nothing\n",
        "",
    ] {
        check(text, text);
    }
}

#[test]
fn an_app_that_is_installed_stays_so_once() {
    check(
        "installed_apps: [posts, home]\n",
        "installed_apps: [posts, home]\n",
    );
}

#[test]
fn a_name_that_yaml_takes_for_something_else_is_quoted() {
    assert_eq!(
        add("installed_apps: [home]\n", "on").unwrap(),
        "installed_apps: [home, \"on\"]\n"
    );
}

#[test]
fn what_is_beyond_a_safe_edit_is_refused() {
    for text in [
        "installed_apps: home\n",
        "installed_apps: ${APPS:[home]}\n",
        "installed_apps: {home: true}\n",
        "base: &b [home]\ninstalled_apps: *b\n",
        "- home\n",
        "installed_apps: [home\n",
        "installed_apps: [home]\n---\nname: x\n",
    ] {
        assert!(
            add(text, "posts").is_err(),
            "{text:?} gave {:?}",
            add(text, "posts")
        );
    }
}

/// A comment line, a blank line or another key.
fn filler() -> impl Strategy<Value = String> {
    prop_oneof![
        "# [a-z ,:\\[\\]-]{0,20}".prop_map(|comment| comment + "\n"),
        Just("\n".to_owned()),
        "k[a-z]{3,6}".prop_map(|key| format!("{key}: 1 # about {key}\n")),
        "k[a-z]{3,6}".prop_map(|key| format!("{key}:\n  installed_apps: [x] # not this one\n")),
    ]
}

fn list() -> impl Strategy<Value = String> {
    let names = prop::collection::vec("a[a-z_]{0,8}", 1..5);
    let comment = prop_oneof![
        Just(String::new()),
        "# [a-z ,-]{0,12}".prop_map(|c| format!(" {c}"))
    ];
    (names, comment, 0..4_usize, 0..3_usize).prop_map(|(names, comment, indent, form)| match form {
        0 => format!("installed_apps: [{}]{comment}\n", names.join(", ")),
        1 => {
            let items = names.join(&format!(",{comment}\n  "));
            format!("installed_apps: [\n  {items}{comment}\n]\n")
        }
        _ => {
            let indent = " ".repeat(indent);
            let items = names
                .iter()
                .map(|name| format!("{indent}- {name}{comment}\n"));
            format!("installed_apps:\n{}", items.collect::<String>())
        }
    })
}

proptest! {
    /// Whatever stands around the list, the edit is one insertion: nothing is taken away.
    #[test]
    fn an_edit_only_inserts(
        above in prop::collection::btree_set(filler(), 0..4),
        list in list(),
        below in prop::collection::btree_set(filler(), 0..4),
    ) {
        let above: Vec<_> = above.into_iter().collect();
        let below: Vec<_> = below.into_iter().filter(|f| !above.contains(f)).collect();
        let before = above.concat() + &list + &below.concat();
        prop_assume!(super::parse(&before).is_ok());
        let after = add(&before, "posts").map_err(TestCaseError::fail)?;

        let shared = before.bytes().zip(after.bytes()).take_while(|(b, a)| b == a).count();
        let inserted = after.len() - before.len();
        prop_assert_eq!(&after.as_bytes()[shared + inserted..], &before.as_bytes()[shared..]);
        prop_assert_eq!(after.matches("posts").count(), 1);
    }
}
