//! The options of a listener.

use proc_macro2::TokenStream;

use crate::shared::arguments;

/// `order = 10`, or the order of those who have none.
pub(super) fn order(args: TokenStream) -> syn::Result<i32> {
    let options = arguments(args, &["order"], &[])?;
    options
        .first()
        .map_or(Ok(0), |order| order.number("order = 10"))
}
