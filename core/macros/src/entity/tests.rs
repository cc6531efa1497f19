//! Golden expansions.

mod refusals;

use proc_macro2::TokenStream;
use quote::quote;

use crate::shared::Errors;
use crate::shared::golden::pretty;

fn expanded(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    let code = super::expand(args, item, &mut errors);
    errors.finish(code)
}

#[test]
fn a_struct_with_an_id_is_an_entity() {
    insta::assert_snapshot!(pretty(expanded(
        quote!(),
        quote! {
            /// A tag.
            pub struct Tag {
                #[id]
                pub id: i64,
                pub name: String,
            }
        },
    )));
}

#[test]
fn every_attribute_of_a_field_is_told_to_serde_diesel_and_the_metadata() {
    insta::assert_snapshot!(pretty(expanded(
        quote!(
            table = "blog_posts",
            index(author_id, created_at),
            unique(author_id, slug),
            check = "price >= 0",
        ),
        quote! {
            #[derive(PartialEq)]
            pub struct Post {
                #[id]
                pub id: Uuid,
                #[column(length = 200, unique, name = "slug_text", check = "slug_text <> ''")]
                #[garde(length(min = 1, max = 200))]
                pub slug: String,
                #[column(default = "draft")]
                pub status: Status,
                #[column(scale = 3, precision = 10)]
                pub price: Decimal,
                pub discount: Option<Decimal>,
                #[json]
                pub address: Address,
                #[json]
                pub shipping: Option<Address>,
                pub r#type: Option<Vec<u8>>,
                #[belongs_to(User, on_delete = "set_null")]
                pub author_id: Option<i64>,
                #[write_only]
                pub secret: String,
                #[read_only]
                #[column(index, default = 0)]
                pub views: i32,
                #[column(sql_type = BigInt)]
                pub rank: Rank,
                #[version]
                pub version: i32,
                #[created_at]
                pub created_at: DateTime<Utc>,
                #[updated_at]
                pub updated_at: DateTime<Utc>,
                #[soft_delete]
                pub deleted_at: Option<DateTime<Utc>>,
                pub author: Loaded<User>,
                #[has_many(Comment)]
                pub comments: Loaded<Vec<Comment>>,
                #[many_to_many(Tag, through = "post_tags", other_key = "label_id")]
                pub tags: Loaded<Vec<Tag>>,
            }
        },
    )));
}

#[test]
fn a_struct_without_a_schema_has_no_table_of_diesel() {
    insta::assert_snapshot!(pretty(expanded(
        quote!(table = "posts", schema = false),
        quote! {
            struct Title {
                #[id(assigned)]
                title: String,
            }
        },
    )));
}

#[test]
fn an_enum_is_text() {
    insta::assert_snapshot!(pretty(expanded(
        quote!(),
        quote! {
            /// How far it is.
            #[derive(Default, PartialEq, Eq)]
            pub enum Status {
                #[default]
                Draft,
                InReview,
                #[serde(rename = "live")]
                Published,
            }
        },
    )));
}
