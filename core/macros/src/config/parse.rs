//! Reads the user's syntax.

use heck::ToSnakeCase;
use proc_macro2::{Ident, TokenStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Error, Expr, Fields, Item, ItemEnum, ItemStruct, LitStr, Path, Result, Token, Type,
};

use crate::shared::doc_text;

/// What `#[config]` stands on.
pub(super) enum Config {
    Section(Section),
    Words(Words),
}

/// A struct.
pub(super) struct Section {
    /// The name in `#[config("name")]`.
    pub(super) name: Option<LitStr>,
    pub(super) doc: String,
    /// The struct without our attributes and derives.
    pub(super) item: ItemStruct,
    pub(super) fields: Vec<Field>,
}

/// A field.
pub(super) struct Field {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) key: Key,
    pub(super) doc: String,
    pub(super) default: Option<Default>,
    pub(super) secret: bool,
    /// `#[garde(…)]` attributes that state a rule.
    pub(super) garde: Vec<Attribute>,
}

/// A key, and where it is said.
pub(super) struct Key {
    pub(super) name: String,
    pub(super) span: proc_macro2::Span,
}

/// `#[default]` or `#[default(expression)]`.
pub(super) struct Default {
    pub(super) expr: Option<Expr>,
    /// The attribute itself, for what is wrong with it.
    pub(super) attr: Attribute,
}

/// An enum.
pub(super) struct Words {
    pub(super) name: Option<LitStr>,
    pub(super) item: ItemEnum,
    pub(super) variants: Vec<Variant>,
}

/// A variant.
pub(super) struct Variant {
    pub(super) ident: Ident,
    pub(super) key: Key,
    pub(super) doc: String,
    pub(super) default: Option<Default>,
}

pub(super) fn parse(args: TokenStream, item: TokenStream) -> Result<Config> {
    let name: Option<LitStr> = if args.is_empty() {
        None
    } else {
        Some(syn::parse2(args).map_err(|error| {
            Error::new(
                error.span(),
                "write the section's key: `#[config(\"posts\")]`",
            )
        })?)
    };
    match syn::parse2(item)? {
        Item::Struct(item) => section(name, item).map(Config::Section),
        Item::Enum(item) => words(name, item).map(Config::Words),
        other => Err(Error::new_spanned(
            other,
            "`#[config]` stands on a struct or an enum",
        )),
    }
}

fn section(name: Option<LitStr>, mut item: ItemStruct) -> Result<Section> {
    let doc = doc_text(&item.attrs);
    let mut fields = Vec::new();
    match &mut item.fields {
        Fields::Named(named) => {
            for field in &mut named.named {
                fields.push(self::field(field)?);
            }
        }
        _ => {
            return Err(Error::new_spanned(
                &item,
                "a section needs fields with names",
            ));
        }
    }
    let defaults = fields
        .iter()
        .all(|field| field.default.is_some() || is_option(&field.ty));
    strip_derives(
        &mut item.attrs,
        if defaults {
            &["Clone", "Debug", "Default"]
        } else {
            &["Clone", "Debug"]
        },
    )?;
    Ok(Section {
        name,
        doc,
        item,
        fields,
    })
}

fn field(field: &mut syn::Field) -> Result<Field> {
    let ident = field
        .ident
        .clone()
        .ok_or_else(|| Error::new_spanned(&*field, "a field needs a name"))?;
    let doc = doc_text(&field.attrs);
    let own = Own::take(&mut field.attrs)?;
    let key = own.key(&ident, |name| name);
    Ok(Field {
        key,
        ty: field.ty.clone(),
        doc,
        default: own.default,
        secret: own.secret.is_some(),
        garde: own.garde,
        ident,
    })
}

fn words(name: Option<LitStr>, mut item: ItemEnum) -> Result<Words> {
    let mut variants = Vec::new();
    for variant in &mut item.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(
                &variant.fields,
                "a variant is a word and carries no data; use a struct for what has parts",
            ));
        }
        let doc = doc_text(&variant.attrs);
        let own = Own::take(&mut variant.attrs)?;
        if let Some(path) = own
            .secret
            .as_ref()
            .or(own.garde.first().map(Attribute::path))
        {
            return Err(Error::new_spanned(
                path,
                "this belongs on the field that holds the enum",
            ));
        }
        variants.push(Variant {
            key: own.key(&variant.ident, |name| name.to_snake_case()),
            ident: variant.ident.clone(),
            doc,
            default: own.default,
        });
    }
    let defaults = variants.iter().any(|variant| variant.default.is_some());
    strip_derives(
        &mut item.attrs,
        if defaults {
            &["Clone", "Debug", "Default"]
        } else {
            &["Clone", "Debug"]
        },
    )?;
    Ok(Words {
        name,
        item,
        variants,
    })
}

/// The attributes that are ours.
#[derive(std::default::Default)]
struct Own {
    default: Option<Default>,
    key: Option<LitStr>,
    secret: Option<Path>,
    garde: Vec<Attribute>,
}

impl Own {
    /// Takes them out of `attrs`.
    fn take(attrs: &mut Vec<Attribute>) -> Result<Self> {
        let mut own = Self::default();
        let mut others = Vec::new();
        for attr in attrs.drain(..) {
            let twice = || {
                Err(Error::new_spanned(
                    &attr,
                    "this attribute stands here already",
                ))
            };
            if attr.path().is_ident("default") {
                if own.default.is_some() {
                    return twice();
                }
                let expr = match &attr.meta {
                    syn::Meta::Path(_) => None,
                    syn::Meta::List(list) => Some(list.parse_args()?),
                    syn::Meta::NameValue(pair) => Some(pair.value.clone()),
                };
                own.default = Some(Default { expr, attr });
            } else if attr.path().is_ident("key") {
                if own.key.is_some() {
                    return twice();
                }
                own.key = Some(attr.parse_args().map_err(|_| {
                    Error::new_spanned(&attr, "write the key as text: `#[key(\"page-size\")]`")
                })?);
            } else if attr.path().is_ident("secret") {
                attr.meta.require_path_only()?;
                own.secret = Some(attr.path().clone());
            } else if attr.path().is_ident("garde") {
                if states_rule(&attr) {
                    own.garde.push(attr);
                }
            } else if attr.path().is_ident("serde") {
                return Err(Error::new_spanned(
                    &attr,
                    "a section is not read by serde: another key is `#[key(\"name\")]`, \
                     a default `#[default(value)]`",
                ));
            } else {
                others.push(attr);
            }
        }
        *attrs = others;
        Ok(own)
    }

    fn key(&self, ident: &Ident, word: impl Fn(String) -> String) -> Key {
        match &self.key {
            Some(text) => Key {
                name: text.value(),
                span: text.span(),
            },
            None => {
                let name = ident.to_string();
                let name = name.strip_prefix("r#").unwrap_or(&name).to_owned();
                Key {
                    name: word(name),
                    span: ident.span(),
                }
            }
        }
    }
}

/// Nested sections check themselves when they are read: `dive` and `skip` say nothing here.
fn states_rule(attr: &Attribute) -> bool {
    let idle = attr
        .parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
        .is_ok_and(|rules| {
            rules
                .iter()
                .all(|rule| rule.is_ident("dive") || rule.is_ident("skip"))
        });
    !idle
}

/// Takes out of the user's derives what the macro implements itself.
fn strip_derives(attrs: &mut [Attribute], ours: &[&str]) -> Result<()> {
    for attr in attrs
        .iter_mut()
        .filter(|attr| attr.path().is_ident("derive"))
    {
        let derives = attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)?;
        let kept = derives.iter().filter(|path| {
            path.segments
                .last()
                .is_none_or(|last| !ours.contains(&last.ident.to_string().as_str()))
        });
        *attr = syn::parse_quote!(#[derive(#(#kept),*)]);
    }
    Ok(())
}

pub(super) fn is_option(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "Option")
}

pub(super) fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        _ => None,
    }
}

/// The type argument of `Vec<T>`.
pub(super) fn type_argument(segment: &syn::PathSegment) -> Option<&Type> {
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                syn::GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
        }
        _ => None,
    }
}
