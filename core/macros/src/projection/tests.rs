use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn a_row_is_read_by_the_names_of_the_fields() {
    insta::assert_snapshot!(pretty(expand(
        quote!(),
        quote! {
            /// What a list shows of a post.
            #[derive(Debug)]
            pub struct PostSummary {
                pub id: i64,
                pub r#type: String,
                #[column(name = "comment_count")]
                pub comments: i64,
                #[column(scale = 4)]
                pub price: Option<Decimal>,
                #[column(scale = 2)]
                pub total: rust_decimal::Decimal,
                #[json]
                pub address: Address,
                #[cfg(feature = "notes")]
                #[json]
                pub notes: Option<Notes>,
            }
        },
    )));
}

#[test]
fn every_mistake_is_told_at_once() {
    let refused = |args, item| errors(expand(args, item));
    assert_eq!(
        refused(
            quote!(x),
            quote! {
                struct A<T> {
                    #[column]
                    a: T,
                    #[column(nme = "x", scale = 99)]
                    b: Decimal,
                    #[column(scale = 2)]
                    c: i64,
                    #[json(x)]
                    d: D,
                    e: Option<Decimal>,
                }
            },
        ),
        [
            "`#[projection]` takes nothing",
            "a row has columns of known types: a projection cannot have type or lifetime \
             parameters",
            "`#[column]` is written `#[column(name = \"title\")]`",
            "unknown option `nme`, did you mean `name`?\nknown options: `name`, `scale`",
            "`scale` is a number from 0 to 18",
            "`scale` is of a `Decimal`",
            "`#[json]` takes nothing",
            "a decimal is read with the digits after the point that its column keeps: \
             `#[column(scale = 2)]`",
        ]
    );
    assert_eq!(
        refused(
            quote!(),
            quote!(
                struct A(i64);
            )
        ),
        ["a column finds its field by its name: write `{ name: Type }`"]
    );
    assert_eq!(
        refused(
            quote!(),
            quote!(
                enum A {}
            )
        ),
        ["`#[projection]` goes on a struct: its fields are the columns of the row"]
    );
}
