//! Writes the derives, and the rules of the type and of all that it holds.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{GenericParam, parse_quote};

use super::parse::{Dto, Field, Options, Shape, Style, Variant};
use super::serde::Tagging;
use crate::shared::{cfgs, private};

pub(super) fn expand(dto: &Dto, options: &Options) -> TokenStream {
    let derives = derives(dto);
    let attributes = attributes(dto, options);
    let item = &dto.item;
    let rules = rules(dto);
    quote! {
        #derives
        #attributes
        #item
        #rules
    }
}

/// What the user derives is not derived again.
fn derives(dto: &Dto) -> TokenStream {
    let private = private();
    let all = [
        ("Debug", quote!(::core::fmt::Debug)),
        ("Clone", quote!(::core::clone::Clone)),
        ("Serialize", quote!(#private::serde::Serialize)),
        ("Deserialize", quote!(#private::serde::Deserialize)),
        ("Validate", quote!(#private::garde::Validate)),
        ("JsonSchema", quote!(#private::schemars::JsonSchema)),
    ];
    let wanted = all
        .iter()
        .filter(|(name, _)| !is_derived(dto, name) && (*name != "Validate" || garde_takes(dto)))
        .map(|(_, path)| path);
    quote!(#[derive(#(#wanted),*)])
}

/// garde's derive takes no unit structs, which have no rules either.
fn garde_takes(dto: &Dto) -> bool {
    !matches!(&dto.shape, Shape::Struct(it) if it.style == Style::Unit)
}

fn is_derived(dto: &Dto, name: &str) -> bool {
    dto.derives
        .iter()
        .any(|path| path.segments.last().is_some_and(|last| last.ident == name))
}

fn attributes(dto: &Dto, options: &Options) -> TokenStream {
    let mut attributes = TokenStream::new();
    // Derives of the user's own name the crate themselves.
    let derives_serde = is_derived(dto, "Serialize") && is_derived(dto, "Deserialize");
    if !dto.serde.has_crate && !derives_serde {
        attributes.extend(quote!(#[serde(crate = "::savia::__private::serde")]));
    }
    if refuses_unknown(dto, options) {
        attributes.extend(quote!(#[serde(deny_unknown_fields)]));
    }
    if !is_derived(dto, "JsonSchema") {
        attributes.extend(quote!(#[schemars(crate = "::savia::__private::schemars")]));
        attributes.extend(generic_name(dto).map(|name| quote!(#[schemars(rename = #name)])));
    }
    if !dto.allows_unvalidated && (garde_takes(dto) || is_derived(dto, "Validate")) {
        attributes.extend(quote!(#[garde(allow_unvalidated)]));
    }
    attributes
}

/// The schema of `Envelope<Post>` is named `PostEnvelope`, not `Envelope` with a number.
fn generic_name(dto: &Dto) -> Option<String> {
    let mut types = dto.item.generics.type_params().peekable();
    types.peek()?;
    let is_named = dto.item.attrs.iter().any(|attribute| {
        let path = attribute.path();
        let says = || quote!(#attribute).to_string();
        (path.is_ident("serde") || path.is_ident("schemars")) && says().contains("rename =")
    });
    let of: String = types.map(|it| format!("{{{}}}", it.ident)).collect();
    (!is_named).then(|| format!("{of}{}", dto.item.ident))
}

/// Unknown fields are refused unless the type says otherwise, has none, or cannot tell: with
/// `flatten` nobody knows whose a field is.
fn refuses_unknown(dto: &Dto, options: &Options) -> bool {
    let serde = &dto.serde;
    let unwanted = options.ignore_unknown.is_some() || serde.denies_unknown.is_some();
    if unwanted || serde.transparent || serde.by_proxy {
        return false;
    }
    let flattens = |variant: &Variant| variant.fields.iter().any(|field| field.flatten);
    let is_named = |variant: &Variant| variant.style == Style::Named;
    match &dto.shape {
        Shape::Struct(it) => is_named(it) && !flattens(it),
        Shape::Enum(variants) => {
            let tagged = matches!(serde.tagging, Tagging::Adjacent(_));
            (tagged || variants.iter().any(is_named)) && !variants.iter().any(flattens)
        }
    }
}

fn rules(dto: &Dto) -> TokenStream {
    let private = private();
    let name = &dto.item.ident;
    let mut generics = dto.item.generics.clone();
    for parameter in &mut generics.params {
        if let GenericParam::Type(parameter) = parameter {
            parameter.bounds.push(parse_quote!(#private::Validate));
        }
    }
    let (implemented, _, bounds) = generics.split_for_impl();
    let (_, of, _) = dto.item.generics.split_for_impl();
    let cfgs = cfgs(&dto.item.attrs);
    let body = match &dto.shape {
        Shape::Struct(it) => of_struct(it, dto.has_rule),
        Shape::Enum(variants) => of_enum(variants, dto),
    };
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl #implemented #private::Validate for #name #of #bounds {
            fn validate(
                &self,
            ) -> ::core::result::Result<(), ::std::vec::Vec<#private::Violation>> {
                #body
            }
        }
    }
}

fn nothing() -> TokenStream {
    quote!(::core::result::Result::Ok(()))
}

fn of_struct(it: &Variant, has_rule: bool) -> TokenStream {
    if !has_rule && !asks(it) {
        return nothing();
    }
    let pattern = pattern(&quote!(Self), it);
    let parts = parts(it, has_rule);
    let bind = (!binds(it).is_empty()).then(|| quote!(let #pattern = self;));
    quote!(#bind #parts)
}

fn of_enum(variants: &[Variant], dto: &Dto) -> TokenStream {
    let private = private();
    if !dto.has_rule && !variants.iter().any(asks) {
        return nothing();
    }
    let arms = variants
        .iter()
        .filter(|it| dto.has_rule || asks(it))
        .map(|it| {
            let ident = &it.ident;
            let pattern = pattern(&quote!(Self::#ident), it);
            let parts = parts(it, dto.has_rule);
            let at = match &dto.serde.tagging {
                Tagging::External => Some(it.json.as_str()),
                Tagging::InPlace => None,
                Tagging::Adjacent(content) => Some(content.as_str()),
            };
            match at {
                None => quote!(#pattern => { #parts }),
                Some(at) => quote!(#pattern => {
                    let outcome = { #parts };
                    #private::Violations::below(outcome, #at)
                }),
            }
        });
    let silent = variants.iter().any(|it| !dto.has_rule && !asks(it));
    let rest = silent.then(|| {
        let nothing = nothing();
        quote!(_ => #nothing,)
    });
    quote!(match self { #(#arms)* #rest })
}

/// Whether anything in it may have a rule.
fn asks(it: &Variant) -> bool {
    it.fields.iter().any(|field| field.has_rule || field.nested)
}

/// The fields whose types are asked for their rules, each with its place.
fn binds(it: &Variant) -> Vec<(usize, &Field)> {
    it.fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.nested)
        .collect()
}

fn pattern(path: &TokenStream, it: &Variant) -> TokenStream {
    let fields = binds(it).into_iter().map(|(at, field)| {
        let (member, name) = (&field.member, format_ident!("field_{at}"));
        quote!(#member: #name,)
    });
    // `{ .. }` fits every style, units and tuples as well.
    quote!(#path { #(#fields)* .. })
}

/// The outcome of a struct or variant: garde's rules, then those of the fields' types.
fn parts(it: &Variant, has_rule: bool) -> TokenStream {
    let private = private();
    let garde = (has_rule || it.fields.iter().any(|field| field.has_rule)).then(|| {
        let names = it.fields.iter().map(|field| {
            let (garde, json) = (&field.garde, &field.json);
            quote!((#garde, #json))
        });
        quote!(broken.garde(#private::validate_garde(self), &[#(#names),*]);)
    });
    let nested = binds(it);
    let probes = (!nested.is_empty()).then(|| {
        quote! {
            #[allow(unused_imports)]
            use #private::{ProbeGarde as _, ProbeNothing as _, ProbeRules as _};
        }
    });
    let nested = nested.into_iter().map(|(at, field)| {
        let (name, json) = (format_ident!("field_{at}"), &field.json);
        quote!(broken.part((&&&#private::Probe(#name)).rules(), || #json);)
    });
    quote! {
        #probes
        let mut broken = #private::Violations::new();
        #garde
        #(#nested)*
        broken.outcome()
    }
}
