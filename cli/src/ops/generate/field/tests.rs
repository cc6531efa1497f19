use super::*;

fn parsed(written: &[&str]) -> Result<Vec<Field>, Vec<String>> {
    let written: Vec<_> = written.iter().map(|it| (*it).to_owned()).collect();
    parse(&written, "books")
}

#[test]
fn a_field_is_a_name_a_type_and_marks() {
    let check = |written, name: &str, ty, nullable, unique| {
        let expected = Field {
            name: name.to_owned(),
            ty,
            nullable,
            unique,
        };
        assert_eq!(parsed(&[written]).unwrap(), [expected], "{written}");
    };
    let author = || FieldType::References("Author".to_owned());
    check("title:string", "title", FieldType::String, false, false);
    check("born:date?", "born", FieldType::Date, true, false);
    check("isbn:string!", "isbn", FieldType::String, false, true);
    check("isbn:string?!", "isbn", FieldType::String, true, true);
    check("isbn:string!?", "isbn", FieldType::String, true, true);
    check(
        "author:references:Author",
        "author_id",
        author(),
        false,
        false,
    );
    check(
        "author_id:references:Author?",
        "author_id",
        author(),
        true,
        false,
    );
}

#[test]
fn every_fault_is_told() {
    let faults = |written: &[&str]| parsed(written).unwrap_err().join("\n");
    for (written, told) in [
        ("title", "it has no type; such as `title:string`"),
        ("title:", "it has no type"),
        (":string", "it has no name"),
        ("", "it has no name"),
        (
            "title:strng",
            "there is no type `strng`; did you mean `string`?",
        ),
        (
            "pages:integer",
            "there is no type `integer`; did you mean `int`?",
        ),
        ("pages:xyzzy", "there is no type `xyzzy`"),
        ("title:string??", "`?` stands there twice"),
        ("title:string?x", "stand at its end"),
        ("author:references", "such as `references:Author`"),
        ("author:references:", "such as `references:Author`"),
        (
            "author:string:Author",
            "only `references` says what it refers to",
        ),
        (
            "Title:string",
            "'T' in it; small letters, digits and `_` are what it can have; `title` would do",
        ),
        ("unitPrice:decimal", "`unit_price` would do"),
        ("unit-price:decimal", "`unit_price` would do"),
        ("1st:string", "does not start with a letter"),
        ("_x:string", "does not start with a letter"),
        ("id:int", "every entity has `id` by itself"),
        ("version:int", "every entity has `version` by itself"),
        (
            "created_at:datetime",
            "every entity has `created_at` by itself",
        ),
        (
            "type:string",
            "`type` is a word of the Rust language; `kind` would do",
        ),
        (
            "match:string",
            "`match` is a word of the Rust language; `match_value` would do",
        ),
        ("order:int", "`order` is a word of SQL; `position` would do"),
        ("select:string", "`select` is a word of SQL"),
        (
            "user:references:User",
            "`user` is a word of SQL; `owner` would do",
        ),
        ("columns:int", "diesel's module"),
        ("books:int", "the table is called so"),
        ("extra:json!", "no two alike"),
        ("open:bool!", "no two alike"),
    ] {
        let all = faults(&[written]);
        assert!(all.contains(told), "{written}: {all}");
    }
    let all = faults(&[
        "title:string",
        "title:text",
        "author:references:A",
        "author_id:int",
        "x:y",
    ]);
    assert_eq!(all.lines().count(), 3, "{all}");
    assert!(all.contains("two fields called `author_id`"), "{all}");
    let many: Vec<_> = (0..29).map(|n| format!("f{n}:int")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert!(faults(&many).contains("at most 28 fields"));
}

#[test]
fn fields_are_documented_in_words() {
    let documented = |written| documentation(&parsed(&[written]).unwrap()[0]);
    assert_eq!(documented("unit_price:decimal"), "Unit price.");
    assert_eq!(documented("in_print:bool"), "Whether it is in print.");
    assert_eq!(documented("is_open:bool"), "Whether it is open.");
    assert_eq!(documented("author:references:Author"), "Author.");
}
