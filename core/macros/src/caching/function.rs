//! The function that a cache stands before.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;
use syn::{
    Block, FnArg, GenericParam, Ident, ItemFn, Pat, PathArguments, ReturnType, Type, parse_quote,
};

use crate::shared::Errors;
use crate::transactional::body::{boxed_future, boxed_output};

/// The function, and what is known of it without types.
pub(crate) struct Function {
    pub(crate) item: ItemFn,
    pub(crate) output: Type,
    pub(crate) shape: &'static str,
    /// Whether it is async, by its own word or by `#[async_trait]`'s.
    pub(crate) waits: bool,
    boxed: bool,
}

/// A parameter with a name.
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

impl Function {
    /// Notes what is wrong with it.
    pub(crate) fn of(mut item: ItemFn, errors: &mut Errors) -> Self {
        let boxed_type = boxed_output(&item.sig.output);
        let boxed = boxed_type.is_some() && boxed_future(&mut item).is_some();
        let output = match (boxed_type, &item.sig.output) {
            (Some(output), _) if boxed => output,
            (_, ReturnType::Type(_, ty)) => (**ty).clone(),
            (_, ReturnType::Default) => parse_quote!(()),
        };
        for parameter in &item.sig.generics.params {
            // `#[async_trait]` adds lifetimes.
            if !matches!(parameter, GenericParam::Lifetime(_)) {
                errors.at(
                    parameter,
                    "a cache holds values of one type under keys of one kind: the function cannot \
                     have type parameters",
                );
            }
        }
        if let Some(FnArg::Receiver(receiver)) = item.sig.inputs.first()
            && receiver.mutability.is_some()
        {
            errors.at(
                receiver,
                "what a cached call would have changed stays as it was: take `&self`",
            );
        }
        Self {
            waits: boxed || item.sig.asyncness.is_some(),
            shape: shape(&output),
            item,
            output,
            boxed,
        }
    }

    /// The output has to be one that can be kept.
    pub(crate) fn check_output(&self, attribute: &str, errors: &mut Errors) {
        if matches!(self.item.sig.output, ReturnType::Default) {
            errors.at(
                &self.item.sig.ident,
                format!("`{attribute}` keeps what a function returns, and this returns nothing"),
            );
        }
        let mut found = Borrowed::default();
        found.visit_type_mut(&mut self.output.clone());
        if let Some(what) = found.0 {
            errors.at(&self.output, what);
        }
    }

    pub(crate) fn has_self(&self) -> bool {
        matches!(self.item.sig.inputs.first(), Some(FnArg::Receiver(_)))
    }

    /// The parameters that have names; the others are told by `unnamed`.
    pub(crate) fn parameters(&self, mut unnamed: impl FnMut(&Pat)) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for input in &self.item.sig.inputs {
            if let FnArg::Typed(typed) = input {
                match &*typed.pat {
                    Pat::Ident(name) if name.subpat.is_none() => parameters.push(Parameter {
                        name: name.ident.clone(),
                        ty: (*typed.ty).clone(),
                    }),
                    other => unnamed(other),
                }
            }
        }
        parameters
    }

    /// The author's body, to be run where it stands: a future, or a closure.
    pub(crate) fn body(&mut self) -> TokenStream {
        let output = self.output.clone();
        let waits = self.waits;
        let block = self.block();
        // Without the author's braces, of which rustc would say that they are not needed.
        let statements = &block.stmts;
        if waits {
            // The first statement never runs: it tells what `?` and `return` are about.
            quote! {
                async move {
                    if let ::core::option::Option::Some(never) = ::core::option::Option::None::<#output> {
                        return never;
                    }
                    #(#statements)*
                }
            }
        } else {
            quote!(move || -> #output { #(#statements)* })
        }
    }

    /// The author's body.
    pub(crate) fn block(&mut self) -> &mut Block {
        if self.boxed {
            boxed_block(&mut self.item)
        } else {
            &mut self.item.block
        }
    }

    /// The function with this in place of its body.
    pub(crate) fn with_body(mut self, body: &TokenStream) -> TokenStream {
        *self.block() = parse_quote!({ #body });
        self.item.into_token_stream()
    }

    /// Whether the output's type can be named outside of the function's body.
    pub(crate) fn is_output_nameable(&self) -> bool {
        !mentions(&self.output.to_token_stream(), "Self")
    }
}

fn boxed_block(item: &mut ItemFn) -> &mut Block {
    // Asked twice, because a borrow that is returned from one arm is held in the other.
    if boxed_future(item).is_none() {
        return &mut item.block;
    }
    match item.block.stmts.last_mut() {
        Some(syn::Stmt::Expr(syn::Expr::Call(call), None)) => match call.args.first_mut() {
            Some(syn::Expr::Async(future)) => &mut future.block,
            _ => unreachable!("it was there just now"),
        },
        _ => unreachable!("it was there just now"),
    }
}

/// Whether a name stands among the tokens.
pub(crate) fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

/// The marker of the starter's `Shape`: what the output's name says.
fn shape(output: &Type) -> &'static str {
    match last(output) {
        Some((name, arguments)) if name == "Result" => {
            let inner = first_type(arguments);
            match inner.and_then(last) {
                Some((inner, _)) if inner == "Option" => "IsResultOption",
                _ => "IsResult",
            }
        }
        Some((name, _)) if name == "Option" => "IsOption",
        _ => "IsPlain",
    }
}

fn last(ty: &Type) -> Option<(&Ident, &PathArguments)> {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            Some((&last.ident, &last.arguments))
        }
        Type::Group(group) => last(&group.elem),
        Type::Paren(paren) => last(&paren.elem),
        _ => None,
    }
}

fn first_type(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// What in a type cannot be kept.
#[derive(Default)]
struct Borrowed(Option<&'static str>);

impl VisitMut for Borrowed {
    fn visit_type_reference_mut(&mut self, _: &mut syn::TypeReference) {
        self.0 = Some("a cache outlives the call: return a value that owns what it holds");
    }

    fn visit_type_impl_trait_mut(&mut self, _: &mut syn::TypeImplTrait) {
        self.0 = Some("a cache holds values of a type with a name: write it instead of `impl …`");
    }
}
