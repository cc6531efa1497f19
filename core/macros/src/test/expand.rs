//! The test function that the compiler's harness finds.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::parse::{Setting, Setup};
use super::validate::{Parameter, Test};
use crate::shared::injection::{Point, Source, local};
use crate::shared::private;

pub(super) fn expand(test: Test, library: Option<&str>) -> TokenStream {
    let Test {
        mut function,
        setup,
        parameters,
    } = test;
    let attributes = std::mem::take(&mut function.attrs);
    let visibility = std::mem::replace(&mut function.vis, syn::Visibility::Inherited);
    let name = function.sig.ident.clone();
    let link = library.map(|library| {
        let library = format_ident!("{library}");
        quote!(use ::#library as _;)
    });
    let run = run(&name, &setup, &parameters);
    quote! {
        #[::core::prelude::v1::test]
        #(#attributes)*
        #visibility fn #name() {
            #link
            #function
            #run
        }
    }
}

fn run(name: &syn::Ident, setup: &Setup, parameters: &[Parameter]) -> TokenStream {
    let private = private();
    if parameters.is_empty() && setup.is_default() {
        return quote!(#private::test::run_bare(#name););
    }
    let setup = setup_of(setup);
    let app = local("app");
    let given = parameters.iter().map(|parameter| match parameter {
        Parameter::App { by_reference: true } => quote!(&#app),
        Parameter::App {
            by_reference: false,
        } => quote!(::core::clone::Clone::clone(&#app)),
        Parameter::Injected(point) => injected(point),
    });
    let argument = if parameters.is_empty() {
        quote!(_)
    } else {
        app.to_token_stream()
    };
    quote! {
        #private::test::run(#setup, |#argument: #private::test::TestApp| async move {
            #name(#(#given),*).await
        });
    }
}

fn setup_of(setup: &Setup) -> TokenStream {
    let private = private();
    let config = setup
        .config
        .iter()
        .map(|Setting { key, value }| quote!(.set(#key, #value)));
    let profile = setup
        .profile
        .iter()
        .map(|profile| quote!(.profile(#profile)));
    let in_process = setup.in_process.then(|| quote!(.in_process()));
    quote!(#private::test::TestSetup::new() #(#config)* #(#profile)* #in_process)
}

fn injected(point: &Point) -> TokenStream {
    let app = local("app");
    let ty = &point.ty;
    match &point.source {
        Source::Container(Some(qualifier)) => {
            let inject = quote_spanned!(ty.span()=> inject_qualified::<#ty>);
            quote!(#app.#inject(#qualifier))
        }
        _ => {
            let inject = quote_spanned!(ty.span()=> inject::<#ty>);
            quote!(#app.#inject())
        }
    }
}
