//! Doc comments as text.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The doc comment: its lines without their common leading space.
pub(crate) fn doc_text(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
        .flat_map(|text| text.split('\n').map(ToOwned::to_owned).collect::<Vec<_>>())
        .collect();
    let indent = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let text: Vec<&str> = lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or("").trim_end())
        .collect();
    text.join("\n").trim().to_owned()
}

/// The first paragraph of the doc comment in one line, without its full stop.
pub(crate) fn first_doc_line(attributes: &[Attribute]) -> String {
    let text = doc_text(attributes);
    let paragraph: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    paragraph.join(" ").trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn docs(item: &syn::ItemStruct) -> (String, String) {
        (doc_text(&item.attrs), first_doc_line(&item.attrs))
    }

    #[test]
    fn lines_lose_their_common_space_and_keep_the_rest() {
        let (text, first) = docs(&parse_quote! {
            /// One post,
            /// as it is.
            ///
            ///     code
            struct Post;
        });
        assert_eq!(text, "One post,\nas it is.\n\n    code");
        assert_eq!(first, "One post, as it is");
    }

    #[test]
    fn nothing_written_is_no_text() {
        assert_eq!(
            docs(&parse_quote!(
                struct Post;
            )),
            (String::new(), String::new())
        );
    }
}
