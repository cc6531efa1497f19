//! Writes the code.

mod rules;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Ident, Result};

use super::default;
use super::parse::{Config, Field, Section, Words, is_option};
use crate::shared::{location, module_path, private, submit};

pub(super) fn expand(config: &Config) -> Result<TokenStream> {
    match config {
        Config::Section(section) => self::section(section),
        Config::Words(words) => self::words(words),
    }
}

/// The item without what only the macro understands, and as a section that nobody can read, so
/// that one mistake stays one error.
pub(super) fn stub(item: TokenStream) -> TokenStream {
    let strip = |attrs: &mut Vec<syn::Attribute>| {
        attrs.retain(|attr| {
            !["default", "key", "secret", "garde", "serde"]
                .iter()
                .any(|ours| attr.path().is_ident(ours))
        });
    };
    let (item, ident, generics) = match syn::parse2::<syn::Item>(item) {
        Ok(syn::Item::Struct(mut item)) => {
            item.fields
                .iter_mut()
                .for_each(|field| strip(&mut field.attrs));
            (item.to_token_stream(), item.ident, item.generics)
        }
        Ok(syn::Item::Enum(mut item)) => {
            for variant in &mut item.variants {
                strip(&mut variant.attrs);
                variant
                    .fields
                    .iter_mut()
                    .for_each(|field| strip(&mut field.attrs));
            }
            (item.to_token_stream(), item.ident, item.generics)
        }
        Ok(other) => return other.into_token_stream(),
        Err(_) => return TokenStream::new(),
    };
    if !generics.params.is_empty() {
        return item;
    }
    let private = private();
    quote! {
        #item

        impl #private::ConfigValue for #ident {
            fn shape() -> #private::Shape {
                #private::Shape::Any
            }

            fn read(
                _: &#private::Input<'_>,
            ) -> ::core::result::Result<Self, ::std::vec::Vec<#private::ConfigError>> {
                ::core::result::Result::Err(::std::vec::Vec::new())
            }

            fn to_json(&self) -> #private::serde_json::Value {
                #private::serde_json::Value::Null
            }
        }

        impl #private::ConfigSection for #ident {
            const SECTION: &'static str = "";
        }
    }
}

fn section(section: &Section) -> Result<TokenStream> {
    let private = private();
    let ident = &section.item.ident;
    let parts = section
        .fields
        .iter()
        .map(part)
        .collect::<Result<Vec<_>>>()?;
    let item = self::item(section);
    let debug = debug(section);
    let default = self::default_impl(section, &parts);
    let registration = section.name.as_ref().map(|name| registration(ident, name));

    let doc = &section.doc;
    let descriptions = parts.iter().map(|part| &part.description);
    let reads = parts.iter().map(|part| &part.read);
    let idents: Vec<_> = section.fields.iter().map(|field| &field.ident).collect();
    let locals: Vec<_> = section.fields.iter().map(local).collect();
    let members = section.fields.iter().map(|field| {
        let (ident, key, ty) = (&field.ident, &field.key.name, &field.ty);
        quote!((#key.to_owned(), <#ty as #private::ConfigValue>::to_json(&self.#ident)))
    });
    let checked = section
        .fields
        .iter()
        .any(rules::looks_around)
        .then(|| quote!(reader.broken_section(#private::validate_garde(&section));));

    Ok(quote! {
        #item
        #debug
        #default

        #[automatically_derived]
        impl #private::ConfigValue for #ident {
            fn shape() -> #private::Shape {
                #private::Shape::Section(#private::SectionShape {
                    type_name: ::core::any::type_name::<Self>,
                    doc: #doc,
                    fields: || ::std::vec![#(#descriptions),*],
                })
            }

            fn read(
                input: &#private::Input<'_>,
            ) -> ::core::result::Result<Self, ::std::vec::Vec<#private::ConfigError>> {
                let mut reader = #private::SectionReader::open(input)?;
                #(#reads)*
                let (#(::core::option::Option::Some(#locals),)*) = (#(#locals,)*) else {
                    return ::core::result::Result::Err(reader.faults());
                };
                let section = Self { #(#idents: #locals),* };
                #checked
                reader.finish(section)
            }

            fn absent(
                input: &#private::Input<'_>,
            ) -> ::core::result::Result<Self, ::std::vec::Vec<#private::ConfigError>> {
                Self::read(input)
            }

            fn to_json(&self) -> #private::serde_json::Value {
                #private::serde_json::Value::Object(
                    ::core::iter::FromIterator::from_iter([#(#members),*]),
                )
            }
        }

        #registration
    })
}

/// What one field becomes.
struct Part {
    description: TokenStream,
    read: TokenStream,
    default: Option<TokenStream>,
}

fn part(field: &Field) -> Result<Part> {
    let private = private();
    let Field {
        ty, doc, secret, ..
    } = field;
    let key = &field.key.name;
    let type_name = ty
        .to_token_stream()
        .to_string()
        .replace(" <", "<")
        .replace("< ", "<");
    let type_name = type_name
        .replace(" >", ">")
        .replace(" :: ", "::")
        .replace(" ,", ",");
    let default = match &field.default {
        Some(default) => Some(default::expression(default, ty)?),
        None => None,
    };
    let rules = rules::rules(field)?;

    let described_default = default.as_ref().map(|default| {
        quote!(.default({
            let default: #ty = #default;
            #private::ConfigValue::to_json(&default)
        }))
    });
    let described_secret = secret.then(|| quote!(.secret()));
    let described_rules = rules.as_ref().map(|rules| quote!(.rules(#rules)));
    let description = quote! {
        #private::Field::new(#key, #doc, #type_name, <#ty as #private::ConfigValue>::shape())
            #described_default #described_secret #described_rules
    };

    let local = local(field);
    // Each mention of the trait is spelled alike, so that a type without it is one error.
    let value = quote!(<#ty as #private::ConfigValue>);
    let read = match &default {
        Some(default) => quote!(reader.read_or(#key, #secret, #value::read, || #default)),
        None => quote!(reader.read(#key, #secret, #value::read, #value::absent)),
    };
    let checked = rules.filter(|_| !field.garde.is_empty() && !rules::looks_around(field)).map(|rules| {
        let garde = &field.garde;
        // Each field is checked on its own: what is wrong with another hides nothing.
        quote! {
            let #local = #local.map(|value| {
                #[derive(#private::garde::Validate)]
                struct Checked {
                    #(#garde)*
                    __value: #ty,
                }
                let checked = Checked { __value: value };
                reader.broken::<#ty>(#key, #secret, &#rules, #private::validate_garde(&checked));
                checked.__value
            });
        }
    });
    Ok(Part {
        description,
        read: quote!(let #local = #read; #checked),
        default,
    })
}

fn local(field: &Field) -> Ident {
    let name = field.ident.to_string();
    format_ident!("field_{}", name.strip_prefix("r#").unwrap_or(&name))
}

/// The struct, with garde's derive only where a rule looks at other fields.
fn item(section: &Section) -> TokenStream {
    let private = private();
    let mut item = section.item.clone();
    let around = section.fields.iter().any(rules::looks_around);
    if around {
        for (field, parsed) in item.fields.iter_mut().zip(&section.fields) {
            if rules::looks_around(parsed) {
                field.attrs.extend(parsed.garde.iter().cloned());
            } else {
                field.attrs.push(syn::parse_quote!(#[garde(skip)]));
            }
        }
    }
    let derive = around.then(|| quote!(#[derive(#private::garde::Validate)]));
    quote! {
        #[derive(::core::clone::Clone)]
        #derive
        #item
    }
}

fn debug(section: &Section) -> TokenStream {
    let ident = &section.item.ident;
    let name = ident.to_string();
    let fields = section.fields.iter().map(|field| {
        let (ident, name) = (&field.ident, field.ident.to_string());
        if field.secret {
            quote!(.field(#name, &::core::format_args!("******")))
        } else {
            quote!(.field(#name, &self.#ident))
        }
    });
    quote! {
        #[automatically_derived]
        impl ::core::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#name)#(#fields)*.finish()
            }
        }
    }
}

fn default_impl(section: &Section, parts: &[Part]) -> Option<TokenStream> {
    let ident = &section.item.ident;
    let fields = section
        .fields
        .iter()
        .zip(parts)
        .map(|(field, part)| {
            let ident = &field.ident;
            match &part.default {
                Some(default) => Some(quote!(#ident: #default)),
                None if is_option(&field.ty) => Some(quote!(#ident: ::core::option::Option::None)),
                None => None,
            }
        })
        .collect::<Option<Vec<_>>>()?;
    Some(quote! {
        #[automatically_derived]
        impl ::core::default::Default for #ident {
            fn default() -> Self {
                Self { #(#fields),* }
            }
        }
    })
}

fn registration(ident: &Ident, name: &syn::LitStr) -> TokenStream {
    let private = private();
    let (location, module_path) = (location(), module_path());
    let submitted = submit(quote! {
        #private::ConfigRegistration {
            section: #name,
            module_path: #module_path,
            location: #location,
            type_name: ::core::any::type_name::<#ident>,
            interface: #private::Interface::of::<#ident>,
            shape: <#ident as #private::ConfigValue>::shape,
            component: |config| {
                let section = config.section::<#ident>()?;
                ::core::result::Result::Ok(#private::Binding::new(
                    #private::Provider::instance(::std::sync::Arc::new(section)),
                ))
            },
        }
    });
    quote! {
        #[automatically_derived]
        impl #private::ConfigSection for #ident {
            const SECTION: &'static str = #name;
        }

        #submitted
    }
}

fn words(words: &Words) -> Result<TokenStream> {
    let private = private();
    let (item, ident) = (&words.item, &words.item.ident);
    let idents: Vec<_> = words
        .variants
        .iter()
        .map(|variant| &variant.ident)
        .collect();
    let keys: Vec<_> = words
        .variants
        .iter()
        .map(|variant| &variant.key.name)
        .collect();
    let docs = words.variants.iter().map(|variant| &variant.doc);
    let default = words
        .variants
        .iter()
        .find(|variant| variant.default.is_some())
        .map(|variant| {
            let variant = &variant.ident;
            quote! {
                #[automatically_derived]
                impl ::core::default::Default for #ident {
                    fn default() -> Self {
                        Self::#variant
                    }
                }
            }
        });
    Ok(quote! {
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #item
        #default

        #[automatically_derived]
        impl #private::ConfigValue for #ident {
            fn shape() -> #private::Shape {
                #private::Shape::Words(&[#(#private::Word { word: #keys, doc: #docs }),*])
            }

            fn read(
                input: &#private::Input<'_>,
            ) -> ::core::result::Result<Self, ::std::vec::Vec<#private::ConfigError>> {
                #private::read_word(input, &[#((#keys, || Self::#idents)),*])
            }

            fn to_json(&self) -> #private::serde_json::Value {
                #private::serde_json::Value::from(match self {
                    #(Self::#idents => #keys),*
                })
            }
        }
    })
}
