use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn a_unit_struct_is_registered() {
    insta::assert_snapshot!(pretty(expand(
        quote!(),
        quote! {
            /// Makes the cache.
            pub struct CacheAutoConfiguration;
        },
    )));
}

#[test]
fn every_mistake_is_told_at_once() {
    let unit = "an auto-configuration is a struct without fields: `struct CacheAutoConfiguration;`";
    assert_eq!(
        errors(expand(
            quote!(order = 1),
            quote!(
                struct Cache {
                    size: usize,
                }
            )
        )),
        [
            "`#[auto_configuration]` takes no options: conditions and order are methods of \
             `AutoConfiguration`",
            unit,
        ]
    );
    assert_eq!(
        errors(expand(
            quote!(),
            quote!(
                struct Cache<T>;
            )
        )),
        [unit]
    );
    assert_eq!(
        errors(expand(
            quote!(),
            quote!(impl AutoConfiguration for Cache {})
        )),
        ["`#[auto_configuration]` goes on the struct, not on its `impl`"]
    );
}
