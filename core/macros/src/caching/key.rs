//! Keys and tags: `"{post.id}:{page}"`, an expression, or all parameters.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitStr};

use super::function::{Parameter, mentions};
use crate::shared::private;

/// A text with expressions in braces, or an expression.
#[derive(Clone)]
pub(crate) struct Text(Vec<Piece>);

#[derive(Clone)]
enum Piece {
    Literal(String),
    Value(TokenStream),
}

impl Text {
    /// What was given behind `key =`.
    ///
    /// # Errors
    ///
    /// Braces that do not pair, or hold no expression.
    pub(crate) fn read(given: &Expr) -> syn::Result<Self> {
        match given {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Self::template(text),
            other => Ok(Self(vec![Piece::Value(other.to_token_stream())])),
        }
    }

    /// All parameters, in their order.
    pub(crate) fn parameters(parameters: &[Parameter]) -> Self {
        let mut pieces = Vec::new();
        for (at, parameter) in parameters.iter().enumerate() {
            if at > 0 {
                pieces.push(Piece::Literal(",".to_owned()));
            }
            pieces.push(Piece::Value(parameter.name.to_token_stream()));
        }
        Self(pieces)
    }

    fn template(text: &LitStr) -> syn::Result<Self> {
        let wrong = |what: &str| Err(syn::Error::new(text.span(), what.to_owned()));
        let written = text.value();
        if written.is_empty() {
            return wrong("an empty key would be one for all calls: `key = \"{id}\"`");
        }
        let (mut pieces, mut literal) = (Vec::new(), String::new());
        let mut rest = written.as_str();
        while let Some(next) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("{{") {
                literal.push('{');
                rest = after;
            } else if let Some(after) = rest.strip_prefix("}}") {
                literal.push('}');
                rest = after;
            } else if let Some(after) = rest.strip_prefix('{') {
                let Some(end) = after.find('}') else {
                    return wrong("a brace is not closed; a literal one is written twice");
                };
                let Ok(mut value) = syn::parse_str::<Expr>(&after[..end]) else {
                    return wrong("between braces stands an expression, such as `{post.id}`");
                };
                // At the text, where a name that is not there is reported.
                respan(&mut value, text.span());
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(Piece::Value(value.to_token_stream()));
                rest = &after[end + 1..];
            } else if rest.starts_with('}') {
                return wrong("a brace is not opened; a literal one is written twice");
            } else {
                literal.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        Ok(Self(pieces))
    }

    /// Whether it is about what the function returned.
    pub(crate) fn mentions_result(&self) -> bool {
        self.0.iter().any(|piece| match piece {
            Piece::Literal(_) => false,
            Piece::Value(value) => mentions(value, "result"),
        })
    }

    /// An expression of the starter's `KeyText`.
    pub(crate) fn tokens(&self) -> TokenStream {
        let private = private();
        let steps = self.0.iter().map(|piece| match piece {
            Piece::Literal(text) => quote!(__key.push_str(#text);),
            Piece::Value(value) => {
                let probe = quote_spanned!(value.span()=> (&&&#private::cache::KeyProbe(&#value)));
                quote_spanned!(value.span()=> #probe.write(&mut __key);)
            }
        });
        quote! {{
            #[allow(unused_imports, clippy::needless_borrow, clippy::needless_borrows_for_generic_args)]
            {
                use #private::cache::{KeyProbeNothing as _, KeyProbeOwn as _, KeyProbeSerde as _};
                let mut __key = #private::cache::KeyText::new();
                #(#steps)*
                __key
            }
        }}
    }
}

fn respan(value: &mut Expr, span: proc_macro2::Span) {
    fn at(tokens: TokenStream, span: proc_macro2::Span) -> TokenStream {
        let trees = tokens.into_iter().map(|mut tree| {
            if let proc_macro2::TokenTree::Group(group) = &tree {
                let mut inner =
                    proc_macro2::Group::new(group.delimiter(), at(group.stream(), span));
                inner.set_span(span);
                return proc_macro2::TokenTree::Group(inner);
            }
            tree.set_span(span);
            tree
        });
        trees.collect()
    }
    *value = Expr::Verbatim(at(value.to_token_stream(), span));
}

/// The tags, as an expression of a `Vec<String>`.
pub(crate) fn tags(tags: &[Text]) -> TokenStream {
    let tags = tags.iter().map(|tag| {
        let text = tag.tokens();
        quote!(::std::string::String::from(#text.as_str()))
    });
    quote!(::std::vec::Vec::<::std::string::String>::from([#(#tags),*]))
}
