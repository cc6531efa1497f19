//! The function with its body inside a transaction.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Block, PatIdent, Type, parse_quote};

use super::body::boxed_future;
use super::options::Options;
use super::validate::Transaction;
use crate::shared::{private, private_at};

pub(super) fn expand(transaction: Transaction) -> TokenStream {
    let Transaction {
        mut item,
        options,
        output,
        boxed,
        again,
    } = transaction;
    let run = |body: &Block| run(body, &options, &output, &again);
    match boxed_future(&mut item) {
        Some(future) if boxed => {
            let run = run(&future.block);
            future.block = parse_quote!({ #run });
        }
        _ => {
            let run = run(&item.block);
            *item.block = parse_quote!({ #run });
        }
    }
    item.into_token_stream()
}

fn run(body: &Block, options: &Options, output: &Type, again: &[PatIdent]) -> TokenStream {
    let private = private();
    let literal = literal(options);
    let work = work(body, output);
    // At the type, where one that is no outcome of a transaction is reported.
    let at = output.span();
    let there = private_at(at);
    let call = if options.retries() > 0 {
        let copies = again.iter().map(|variable| {
            let PatIdent {
                mutability, ident, ..
            } = variable;
            quote_spanned! {ident.span()=>
                let #mutability #ident = ::core::clone::Clone::clone(&#ident);
            }
        });
        quote_spanned! {at=>
            #there::data::transactional_retried(&__TRANSACTION, || {
                #(#copies)*
                #work
            }).await
        }
    } else {
        quote_spanned!(at=> #there::data::transactional(&__TRANSACTION, #work).await)
    };
    quote! {
        static __TRANSACTION: #private::data::TransactionOptions = #literal;
        #call
    }
}

/// The author's body. The first statement never runs: it tells the compiler what `?` and `return`
/// in the body are about.
fn work(body: &Block, output: &Type) -> TokenStream {
    let typed = is_named(output).then(|| {
        quote! {
            if let ::core::option::Option::Some(never) = ::core::option::Option::None::<#output> {
                return never;
            }
        }
    });
    // Without the author's braces, of which rustc would say that they are not needed.
    let statements = &body.stmts;
    quote! {
        async move {
            #typed
            #(#statements)*
        }
    }
}

/// Whether a type can be written in an expression: `impl Trait` cannot.
fn is_named(ty: &Type) -> bool {
    struct Unnamed(bool);

    impl VisitMut for Unnamed {
        fn visit_type_impl_trait_mut(&mut self, _: &mut syn::TypeImplTrait) {
            self.0 = true;
        }
    }

    let mut unnamed = Unnamed(false);
    unnamed.visit_type_mut(&mut ty.clone());
    !unnamed.0
}

fn literal(options: &Options) -> TokenStream {
    let private = private();
    let variant = |kind: TokenStream, name: &str| {
        let name = Ident::new(name, Span::call_site());
        quote!(#private::data::#kind::#name)
    };
    let read_only = options.read_only;
    let isolation = match options.isolation {
        Some(isolation) => {
            let isolation = variant(quote!(Isolation), isolation);
            quote!(::core::option::Option::Some(#isolation))
        }
        None => quote!(::core::option::Option::None),
    };
    let propagation = variant(
        quote!(Propagation),
        options.propagation.unwrap_or("Required"),
    );
    let retries = options.retries();
    let timeout = match options.timeout {
        Some(timeout) => {
            let (seconds, nanos) = (timeout.as_secs(), timeout.subsec_nanos());
            quote!(::core::option::Option::Some(::core::time::Duration::new(#seconds, #nanos)))
        }
        None => quote!(::core::option::Option::None),
    };
    quote! {
        #private::data::TransactionOptions {
            read_only: #read_only,
            isolation: #isolation,
            propagation: #propagation,
            retries: #retries,
            timeout: #timeout,
        }
    }
}
