//! `#[config]`.

mod default;
mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    match parse::parse(args, item.clone()).and_then(|config| {
        validate::validate(&config)?;
        expand::expand(&config)
    }) {
        Ok(code) => code,
        Err(error) => crate::shared::error_with_stub(&error, expand::stub(item)),
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::entry;

    fn expanded(args: proc_macro2::TokenStream, item: proc_macro2::TokenStream) -> String {
        let file = syn::parse2(entry(args, item)).unwrap();
        prettyplease::unparse(&file)
    }

    #[test]
    fn a_section() {
        insta::assert_snapshot!(expanded(
            quote!("posts"),
            quote! {
                /// The blog's posts.
                pub struct PostsConfig {
                    /// Posts on a page.
                    #[default(20)]
                    #[garde(range(min = 1, max = 100))]
                    pub page_size: u32,
                    #[key("api-key")]
                    #[secret]
                    pub api_key: Option<String>,
                }
            }
        ));
    }

    #[test]
    fn words() {
        insta::assert_snapshot!(expanded(
            quote!(),
            quote! {
                #[derive(Copy, Debug)]
                pub enum Backend {
                    /// In this process.
                    #[default]
                    Memory,
                    #[key("redis-cluster")]
                    RedisCluster,
                }
            }
        ));
    }
}
