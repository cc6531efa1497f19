//! What is refused, and what is said of it.

use proc_macro2::TokenStream;
use quote::quote;

use super::expanded;
use crate::shared::golden::errors;

fn refused(args: TokenStream, item: TokenStream) -> Vec<String> {
    errors(expanded(args, item))
}

#[test]
fn only_a_struct_of_names_with_an_id_is_an_entity() {
    let of = |item| refused(quote!(), item);
    assert_eq!(
        of(quote!(
            struct Pair(i64, i64);
        )),
        ["the columns of an entity have names: write `struct Post { id: i64 }`"]
    );
    assert_eq!(
        of(quote!(
            struct Unit;
        )),
        ["the columns of an entity have names: write `struct Post { id: i64 }`"]
    );
    assert_eq!(
        of(quote!(
            struct Of<T> {
                #[id]
                id: T,
            }
        )),
        ["an entity is one type with one table: it cannot have type or lifetime parameters"]
    );
    assert_eq!(
        of(quote!(
            struct Post {
                title: String,
            }
        )),
        ["an entity has an id: put `#[id]` on the field that tells one row from another"]
    );
    assert_eq!(
        of(quote!(
            union Bits {
                a: u8,
            }
        )),
        ["`#[entity]` goes on a struct or an enum"]
    );
    assert_eq!(
        of(quote!(
            fn post() {}
        )),
        ["`#[entity]` goes on a struct or an enum"]
    );
}

#[test]
fn every_wrong_option_is_told_at_once() {
    assert_eq!(
        refused(
            quote!(
                tabel = "posts",
                table = "blog-posts",
                schema = 1,
                index(titel),
                unique(title, title),
                unique,
                check = 1
            ),
            quote! {
                struct Post {
                    #[id]
                    id: i64,
                    title: String,
                }
            },
        ),
        [
            "unknown option `tabel`, did you mean `table`?\n\
             known options: `table`, `index`, `unique`, `schema`, `check`",
            "`schema` is `true` or `false`: `schema = false`",
            "`unique` is written `unique(author_id, created_at)`",
            "`check` is a text in quotes: `check = \"starts_at < ends_at\"`",
            "\"blog-posts\" names no table: diesel's module bears the same name, so it is \
             letters, digits and `_`, such as \"posts\"",
            "unknown column `titel`, did you mean `title`?\nknown columns: `id`, `title`",
            "`title` stands in this index already",
        ]
    );
}

#[test]
fn every_wrong_attribute_is_told_at_once() {
    assert_eq!(
        refused(
            quote!(),
            quote! {
                struct Post {
                    #[id(assined)]
                    id: i64,
                    #[id]
                    other: i64,
                    #[colum(unique)]
                    a: String,
                    #[column]
                    b: String,
                    #[column(uniqe, length = "1", default = now(), sql_type = 1)]
                    c: String,
                    #[belongs_to]
                    d: i64,
                    #[belongs_to(User, on_delete = "cascde")]
                    e_id: i64,
                    #[read_only(yes)]
                    f: String,
                    #[json]
                    #[json]
                    g: Address,
                    #[many_to_many(Tag)]
                    h: Loaded<Vec<Tag>>,
                }
            },
        ),
        [
            "unknown option `assined`, did you mean `assigned`?\nknown options: `assigned`",
            "unknown attribute `colum`, did you mean `column`?\n\
             known attributes: `id`, `column`, `belongs_to`, `has_many`, `many_to_many`, \
             `version`, `created_at`, `updated_at`, `soft_delete`, `json`, `read_only`, \
             `write_only`",
            "is written `#[column(unique, length = 200)]`",
            "unknown option `uniqe`, did you mean `unique`?\n\
             known options: `name`, `unique`, `index`, `default`, `length`, `scale`, \
             `precision`, `check`, `sql_type`",
            "`length` is a whole number: `length = 200`",
            "`sql_type` is one of `savia::data::sql_types`: `sql_type = BigInt`",
            "is written `#[belongs_to(User, on_delete = \"cascade\")]`",
            "unknown value `cascde`, did you mean `cascade`?\n\
             known values: `cascade`, `restrict`, `set_null`, `no_action`",
            "`#[read_only]` takes nothing",
            "`#[json]` stands on this field already",
            "name the table of pairs: `#[many_to_many(Tag, through = \"post_tags\")]`",
            "a default is a number, `true`, `false` or a text: `default = 0`, \
             `default = \"draft\"`, `default = \"current_timestamp\"`",
            "`id` has `#[id]` already: one column is the id; several together are \
             `#[entity(unique(a, b))]`",
        ]
    );
}

#[test]
fn a_column_is_for_one_thing_and_of_its_type() {
    assert_eq!(
        refused(
            quote!(),
            quote! {
                struct Post {
                    #[id]
                    id: Option<i64>,
                    #[version]
                    version: u32,
                    #[version]
                    revision: i32,
                    #[created_at]
                    created_at: NaiveDateTime,
                    #[updated_at]
                    #[created_at]
                    updated_at: DateTime<Utc>,
                    #[soft_delete]
                    deleted_at: DateTime<Utc>,
                    #[write_only]
                    #[read_only]
                    secret: String,
                }
            },
        ),
        [
            "this is no type that both databases store: use `i64`",
            "`version` has `#[version]` already: one column is the version",
            "`created_at` has `#[created_at]` already: one column says when",
            "every row has an id: it cannot be an `Option`",
            "a version is an `i32` or `i64`",
            "this time is a `DateTime<Utc>`",
            "a column is for one thing",
            "what is deleted softly says when, and what is not says nothing: \
             `Option<DateTime<Utc>>`",
            "this field is read-only already: what is neither read nor written has no place in \
             the API",
        ]
    );
}

#[test]
fn a_column_holds_what_both_databases_hold() {
    assert_eq!(
        refused(
            quote!(),
            quote! {
                struct Post {
                    #[id]
                    id: i64,
                    tags: Vec<String>,
                    seen: DateTime<Local>,
                    pair: (i64, i64),
                    #[column(scale = 19)]
                    price: Decimal,
                    #[column(precision = 1, scale = 2)]
                    share: Decimal,
                    #[column(scale = 2, length = 10)]
                    count: i64,
                    #[column(length = 0)]
                    title: String,
                    #[json]
                    #[column(sql_type = Text)]
                    address: Address,
                    #[cfg(feature = "x")]
                    sometimes: bool,
                    #[has_many(Comment)]
                    comments: Vec<Comment>,
                }
            },
        ),
        [
            "this is no type that both databases store: embed it with `#[json]`, or make it an \
             entity of its own",
            "this is no type that both databases store: moments are kept in UTC: `DateTime<Utc>`",
            "this is no type that both databases store: embed it with `#[json]`, or make it an \
             entity of its own",
            "the scale is 0 to 18: SQLite keeps a decimal as a 64-bit integer",
            "of 1 digits in all, 2 cannot stand after the point",
            "a table is the same in every build: a field of an entity cannot come and go",
            "this is no type that both databases store: embed it with `#[json]`, or make it an \
             entity of its own",
            "`scale` and `precision` are of a `Decimal`",
            "`length` is of a text: the most characters that it may have",
            "`length` is 1 to 10485760",
            "what is stored as JSON has that SQL type",
            "it is stored as JSON by this",
            "what is associated is loaded into a field `Loaded<Vec<…>>`",
        ]
    );
}

#[test]
fn names_are_short_and_one_things_own() {
    let long = "a".repeat(64);
    let long_table = "t".repeat(64);
    assert_eq!(
        refused(
            quote!(table = #long_table),
            quote! {
                struct Post {
                    #[id]
                    id: i64,
                    #[column(name = #long)]
                    a: String,
                    #[column(name = "b")]
                    c: String,
                    b: String,
                    star: bool,
                }
            },
        ),
        [
            "the name of this column has 64 bytes, and PostgreSQL cuts it after 63: choose a \
             shorter one",
            "diesel's module of a table has something of this name: name the field otherwise; \
             `#[column(name = \"star\")]` keeps the column's",
            "`c` is the column `b` already",
            "the name of this table has 64 bytes, and PostgreSQL cuts it after 63: choose a \
             shorter one",
        ]
    );
    assert_eq!(
        refused(
            quote!(table = "notes"),
            quote!(
                struct Post {
                    #[id]
                    id: i64,
                    notes: String,
                }
            )
        ),
        [
            "the table has this name: name the field otherwise; `#[column(name = \"notes\")]` \
             keeps the column's"
        ]
    );
}

#[test]
fn an_association_has_its_column() {
    assert_eq!(
        refused(
            quote!(),
            quote! {
                struct Post {
                    #[id]
                    #[belongs_to(Other)]
                    id: i64,
                    #[belongs_to(User, on_delete = "set_null")]
                    author_id: i64,
                    author: Loaded<User>,
                    editor: Loaded<User>,
                    comments: Loaded<Vec<Comment>>,
                    #[has_many(Comment)]
                    comment: Loaded<Comment>,
                    #[has_many(Tag)]
                    #[many_to_many(Tag, through = "post_tags")]
                    tags: Loaded<Vec<Tag>>,
                    #[belongs_to(User)]
                    #[read_only]
                    reader: Loaded<User>,
                }
            },
        ),
        [
            "one association in each field: `#[has_many]` stands here already",
            "a field `Loaded<…>` is no column: this goes on columns",
            "`#[belongs_to]` goes on the column that refers: `reader_id`",
            "the database counts this id, so it refers to nothing: write `#[id(assigned)]`",
            "`set_null` needs a column that may be null: make `author_id` an `Option`",
            "`editor` belongs to no column: put `#[belongs_to(…)]` on a column `editor_id`",
            "say how `comments` is associated: `#[has_many(Comment)]` or `#[many_to_many(Tag, \
             through = \"post_tags\")]`",
            "there may be many of them: the field is a `Loaded<Vec<…>>`",
        ]
    );
}

#[test]
fn a_table_has_no_more_columns_than_diesel_takes() {
    let fields = (0..32).map(|at| quote::format_ident!("field_{at}"));
    assert_eq!(
        refused(
            quote!(),
            quote!(
                struct Wide {
                    #[id]
                    id: i64,
                    #(#fields: i64,)*
                }
            )
        ),
        [
            "an entity has at most 32 columns, and this has 33: keep some in an entity of their \
             own, or together in one with `#[json]`"
        ]
    );
}

#[test]
fn an_enum_of_texts_has_variants_without_fields() {
    let of = |args, item| refused(args, item);
    assert_eq!(
        of(
            quote!(table = "x"),
            quote!(
                enum Shape<T> {
                    Empty,
                    Circle(T),
                }
            )
        ),
        [
            "unknown option `table`\nthere are no options here",
            "the texts of a column are of one type: it cannot have type or lifetime parameters",
            "a column holds the variant's name, and nothing else: make the enum a `#[dto]`, and \
             its field `#[json]`",
        ]
    );
    assert_eq!(
        of(
            quote!(),
            quote!(
                enum Never {}
            )
        ),
        ["a column holds one of the variants, and there is none"]
    );
    assert_eq!(
        of(
            quote!(),
            quote!(
                enum Twice {
                    A,
                    #[serde(rename = "a")]
                    B,
                }
            )
        ),
        ["`A` is stored as \"a\" already"]
    );
}
