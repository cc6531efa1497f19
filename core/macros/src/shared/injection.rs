//! Fields and parameters that the container or the configuration fills.

use heck::ToSnakeCase;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, GenericArgument, Ident, LitStr, Meta, PathArguments, Token, Type};

use super::{Errors, cfgs, private};

/// Where a field or parameter gets its value from.
pub(crate) enum Source {
    /// The container.
    Container(Option<LitStr>),
    /// `#[value("key")]`.
    Value(ValueKey),
    /// `#[init]`, `#[init(expression)]`.
    Init(Option<Expr>),
}

/// `"posts.page_size", default = 20`.
pub(crate) struct ValueKey {
    pub(crate) key: LitStr,
    pub(crate) default: Option<Expr>,
}

impl Parse for ValueKey {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let example = "write the key in quotes: `#[value(\"posts.page_size\")]` or \
                       `#[value(\"posts.page_size\", default = 20)]`";
        if !input.peek(LitStr) {
            return Err(input.error(example));
        }
        let key: LitStr = input.parse()?;
        check_key(&key)?;
        let mut default = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let name: Ident = input.parse()?;
            if name != "default" {
                return Err(super::unknown(
                    "option",
                    &name.to_string(),
                    &["default"],
                    name.span(),
                ));
            }
            input.parse::<Token![=]>()?;
            default = Some(input.parse()?);
            input.parse::<Option<Token![,]>>()?;
        }
        if input.is_empty() {
            Ok(Self { key, default })
        } else {
            Err(input.error(example))
        }
    }
}

/// A key is words with dots between them, as `application.yaml` has them.
pub(crate) fn check_key(key: &LitStr) -> syn::Result<()> {
    let text = key.value();
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word
                .chars()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
    };
    if text.split('.').all(is_word) {
        return Ok(());
    }
    let words: Vec<_> = text
        .split('.')
        .map(|word| word.to_snake_case())
        .filter(|word| !word.is_empty())
        .collect();
    let advice = if words.is_empty() || !words.iter().all(|word| is_word(word)) {
        "such as `posts.page_size`".to_owned()
    } else {
        format!("such as `{}`", words.join("."))
    };
    Err(syn::Error::new(
        key.span(),
        format!("{text:?} is not a key: keys are snake_case words with dots between, {advice}"),
    ))
}

/// Takes the attributes that say where the value comes from, and leaves the others.
///
/// `start` says whether `#[init]` is allowed: a parameter cannot begin with a value.
pub(crate) fn source(
    attributes: &mut Vec<Attribute>,
    ty: &Type,
    start: bool,
    errors: &mut Errors,
) -> Source {
    let mut found: Option<(String, Source)> = None;
    let mut qualifier: Option<(Attribute, LitStr)> = None;
    attributes.retain(|attribute| {
        let Some(name) = attribute.path().get_ident().map(ToString::to_string) else {
            return true;
        };
        let source = match name.as_str() {
            "value" => errors.keep(value(attribute)).map(Source::Value),
            "init" if start => errors.keep(init(attribute)).map(Source::Init),
            "config" => errors
                .keep(attribute.meta.require_path_only().map_err(|error| {
                    syn::Error::new(error.span(), "`#[config]` on a field takes nothing")
                }))
                .map(|_| Source::Container(None)),
            "qualifier" => {
                if let Some(text) = errors.keep(qualifier_of(attribute)) {
                    qualifier = Some((attribute.clone(), text));
                }
                return false;
            }
            _ => return true,
        };
        match (&found, source) {
            (Some((earlier, _)), _) if *earlier == name => {
                errors.at(attribute, format!("`#[{name}]` is given twice"));
            }
            (Some((earlier, _)), _) => errors.at(
                attribute,
                format!("`#[{name}]` and `#[{earlier}]` on one field: it can have one origin only"),
            ),
            (None, Some(source)) => found = Some((name, source)),
            (None, None) => {}
        }
        false
    });
    match (found, qualifier) {
        (None | Some((_, Source::Container(_))), Some((attribute, text))) => {
            if wrapped(ty, "Vec").is_some() {
                errors.at(
                    attribute,
                    "`#[qualifier]` picks one component, and a `Vec` takes all of them",
                );
            }
            Source::Container(Some(text))
        }
        (Some((name, source)), Some((attribute, _))) => {
            errors.at(
                attribute,
                format!("`#[qualifier]` picks a component, and `#[{name}]` asks for none"),
            );
            source
        }
        (Some((_, source)), None) => source,
        (None, None) => Source::Container(None),
    }
}

fn value(attribute: &Attribute) -> syn::Result<ValueKey> {
    match &attribute.meta {
        Meta::List(list) => list.parse_args(),
        other => Err(syn::Error::new_spanned(
            other,
            "`#[value]` needs the key to read: `#[value(\"posts.page_size\")]`",
        )),
    }
}

fn init(attribute: &Attribute) -> syn::Result<Option<Expr>> {
    match &attribute.meta {
        Meta::Path(_) => Ok(None),
        Meta::List(list) => list.parse_args().map(Some),
        Meta::NameValue(meta) => Err(syn::Error::new_spanned(
            meta,
            "write the start value in parentheses: `#[init(expression)]`",
        )),
    }
}

fn qualifier_of(attribute: &Attribute) -> syn::Result<LitStr> {
    let text = match &attribute.meta {
        Meta::List(list) => list.parse_args::<LitStr>().ok(),
        _ => None,
    };
    text.ok_or_else(|| {
        syn::Error::new_spanned(
            attribute,
            "name the component's qualifier in quotes: `#[qualifier(\"smtp\")]`",
        )
    })
}

/// The `T` of `Wrapper<T>`, by the last word of the type's path.
pub(crate) fn wrapped<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if last.ident == wrapper && arguments.args.len() == 1 => {
            Some(inner)
        }
        _ => None,
    }
}

/// The `T` of `Result<T>` or `Result<T, E>`, by the last word of the type's path.
pub(crate) fn ok_of(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if last.ident == "Result" => Some(inner),
        _ => None,
    }
}

/// Whether the type has one of the shapes that the container fills.
pub(crate) fn is_injectable(ty: &Type) -> bool {
    let inner = wrapped(ty, "Option")
        .or_else(|| wrapped(ty, "Vec"))
        .unwrap_or(ty);
    wrapped(inner, "Arc").is_some()
}

/// One thing to be filled.
pub(crate) struct Point {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) source: Source,
}

/// Where a point is filled, and with what: a variable of the generated code, see [`local`].
pub(crate) enum Place {
    /// In `context`, a `&mut BuildContext`.
    Build,
    /// In `container`, a `&Container`, where `?` takes a `ResolveError`.
    Container,
    /// In `app`, an `&AppHandle`, where `?` takes an `Error`.
    App,
}

/// A variable of the generated code, which the user's expressions in it cannot see.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

impl Point {
    /// The variable that holds what a parameter is given. It bears the parameter's name and cannot
    /// be seen by the user's code: a function may bear the name of its own parameter.
    pub(crate) fn variable(&self) -> Ident {
        let mut name = self.name.clone();
        name.set_span(Span::mixed_site());
        name
    }

    /// What the graph check is told, as an element of an array; nothing for `#[init]`.
    pub(crate) fn declaration(&self) -> TokenStream {
        let private = private();
        let Self { name, ty, .. } = self;
        let cfgs = cfgs(&self.attributes);
        let name = syn::ext::IdentExt::unraw(name).to_string();
        let (wants, qualifier) = match &self.source {
            Source::Init(_) => return TokenStream::new(),
            Source::Container(qualifier) => (
                quote_spanned!(ty.span()=> <#ty as #private::Inject>::wants()),
                qualifier.as_ref(),
            ),
            Source::Value(ValueKey { key, default: None }) => {
                let point = quote_spanned!(ty.span()=> #private::value_point::<#ty>);
                (
                    quote! {
                        #point(#key, |config| #private::read_value::<#ty>(config, #key))
                    },
                    None,
                )
            }
            Source::Value(ValueKey {
                key,
                default: Some(default),
            }) => {
                let point = quote_spanned!(ty.span()=> #private::value_point_or::<#ty>);
                (
                    quote! {
                        #point(
                            #key,
                            |config| #private::read_value::<::core::option::Option<#ty>>(config, #key),
                            || #default,
                        )
                    },
                    None,
                )
            }
        };
        let qualifier = optional(qualifier);
        quote! {
            #(#cfgs)*
            #private::InjectionPoint { name: #name, wants: #wants, qualifier: #qualifier },
        }
    }

    /// The expression that fills it.
    pub(crate) fn filled(&self, place: &Place) -> TokenStream {
        let ty = &self.ty;
        match &self.source {
            Source::Init(None) => {
                quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default())
            }
            Source::Init(Some(start)) => start.to_token_stream(),
            Source::Container(qualifier) => self.component(place, qualifier.as_ref()),
            Source::Value(ValueKey { key, default: None }) => Self::value(place, key, quote!(#ty)),
            Source::Value(ValueKey {
                key,
                default: Some(default),
            }) => {
                let read = Self::value(place, key, quote!(::core::option::Option<#ty>));
                quote!(#read.unwrap_or_else(|| #default))
            }
        }
    }

    /// A clone of what a listener holds, for one call.
    pub(crate) fn again(&self) -> TokenStream {
        let private = private();
        let ty = &self.ty;
        let held = self.variable();
        match &self.source {
            Source::Container(_) => {
                let again = quote_spanned!(ty.span()=> <#ty as #private::Inject>::again);
                quote!(#again(&#held))
            }
            _ => quote!(::core::clone::Clone::clone(&#held)),
        }
    }

    fn component(&self, place: &Place, qualifier: Option<&LitStr>) -> TokenStream {
        let private = private();
        let ty = &self.ty;
        let qualifier = optional(qualifier);
        match place {
            Place::Build => {
                let context = local("context");
                let inject = quote_spanned!(ty.span()=> <#ty as #private::Inject>::inject);
                quote!(#inject(&mut #private::Resolver::Building(#context), #qualifier))
            }
            Place::Container => {
                let container = local("container");
                let given = quote_spanned!(ty.span()=> <#ty as #private::Inject>::given);
                quote!(#given(#container, #qualifier)?)
            }
            Place::App => {
                let app = local("app");
                let inject = quote_spanned!(ty.span()=> #private::injected::<#ty>);
                quote!(#inject(#app, #qualifier)?)
            }
        }
    }

    fn value(place: &Place, key: &LitStr, read: TokenStream) -> TokenStream {
        let private = private();
        match place {
            Place::Build => {
                let context = local("context");
                quote!(#private::injected_value::<#read>(#context, #key))
            }
            Place::Container => {
                let container = local("container");
                quote!(#private::container_value::<#read>(#container, #key)?)
            }
            Place::App => {
                let app = local("app");
                quote!(#private::configured::<#read>(#app, #key)?)
            }
        }
    }
}

/// Every point as the function that a registration names.
pub(crate) fn declarations<'a>(points: impl IntoIterator<Item = &'a Point>) -> TokenStream {
    let declared = points.into_iter().map(Point::declaration);
    quote!(|| ::std::vec::Vec::from([#(#declared)*]))
}

/// `Some("smtp")` or `None`, in tokens.
pub(crate) fn optional(text: Option<&LitStr>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}
