//! `"post.delete", object = "post", id = "{id}", record(title, reason)`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Token, parenthesized};

pub(super) struct Arguments {
    pub(super) kind: LitStr,
    pub(super) object: Option<LitStr>,
    pub(super) id: Option<Vec<Piece>>,
    pub(super) record: Vec<Recorded>,
}

/// `title`, a parameter, or `title = post.title`.
pub(super) struct Recorded {
    pub(super) name: Ident,
    pub(super) value: Option<Expr>,
}

impl Parse for Recorded {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Self { name, value })
    }
}

/// A part of the id.
pub(super) enum Piece {
    Text(String),
    Value(TokenStream),
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let example =
            "say what is done: `#[audited(\"post.delete\", object = \"post\", id = \"{id}\")]`";
        let kind: LitStr = input
            .parse()
            .map_err(|error| syn::Error::new(error.span(), example))?;
        if kind.value().trim().is_empty() {
            return Err(syn::Error::new(kind.span(), example));
        }
        let mut arguments = Self {
            kind,
            object: None,
            id: None,
            record: Vec::new(),
        };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            arguments.argument(input)?;
        }
        Ok(arguments)
    }
}

impl Arguments {
    fn argument(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let name: Ident = input.parse()?;
        let twice = || {
            Err(syn::Error::new(
                name.span(),
                format!("`{name}` stands here twice"),
            ))
        };
        match name.to_string().as_str() {
            "object" => {
                input.parse::<Token![=]>()?;
                match self.object.replace(input.parse()?) {
                    None => Ok(()),
                    Some(_) => twice(),
                }
            }
            "id" => {
                input.parse::<Token![=]>()?;
                match self.id.replace(template(&input.parse()?)?) {
                    None => Ok(()),
                    Some(_) => twice(),
                }
            }
            "record" => {
                let inner;
                parenthesized!(inner in input);
                let names = Punctuated::<Recorded, Token![,]>::parse_terminated(&inner)?;
                self.record.extend(names);
                Ok(())
            }
            other => Err(syn::Error::new(
                name.span(),
                format!("there is no `{other}` here: `object`, `id`, `record(…)`"),
            )),
        }
    }
}

/// A text with expressions in braces.
fn template(text: &LitStr) -> syn::Result<Vec<Piece>> {
    let wrong = |what: &str| Err(syn::Error::new(text.span(), what.to_owned()));
    let (mut pieces, written) = (Vec::new(), text.value());
    let mut rest = written.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        if at > 0 {
            pieces.push(Piece::Text(rest[..at].to_owned()));
        }
        let Some(inner) = rest[at..].strip_prefix('{') else {
            return wrong("a brace is not opened");
        };
        let Some(end) = inner.find('}') else {
            return wrong("a brace is not closed");
        };
        // At the text, where a name that is not there is reported.
        let value = LitStr::new(&inner[..end], text.span()).parse::<Expr>();
        let Ok(value) = value else {
            return wrong("between braces stands an expression, such as `{post.id}`");
        };
        pieces.push(Piece::Value(value.to_token_stream()));
        rest = &inner[end + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    match pieces.is_empty() {
        true => wrong("the id of which one: `id = \"{id}\"`"),
        false => Ok(pieces),
    }
}
