//! What a function must be to be a transaction.

use proc_macro2::TokenStream;
use syn::visit_mut::VisitMut;
use syn::{FnArg, Ident, Item, ItemFn, PatIdent, ReturnType, TraitItemFn, Type};

use super::body::{boxed_future, boxed_output};
use super::options::Options;
use crate::shared::Errors;

/// A function that can be a transaction.
pub(super) struct Transaction {
    pub(super) item: ItemFn,
    pub(super) options: Options,
    /// What the body returns.
    pub(super) output: Type,
    /// Whether `#[async_trait]` has boxed the body.
    pub(super) boxed: bool,
    /// The variables of the parameters, where the body may run again and takes copies of them.
    pub(super) again: Vec<PatIdent>,
}

/// The function that the attribute stands on.
///
/// # Errors
///
/// It stands on something else.
pub(super) fn item(item: TokenStream) -> syn::Result<ItemFn> {
    let Err(error) = syn::parse2::<ItemFn>(item.clone()) else {
        return syn::parse2(item);
    };
    if let Ok(method) = syn::parse2::<TraitItemFn>(item.clone()) {
        return Err(syn::Error::new_spanned(
            method.sig.ident,
            "`#[transactional]` goes where the body is: on the function of the `impl`",
        ));
    }
    match syn::parse2::<Item>(item) {
        Ok(other) => Err(syn::Error::new_spanned(
            other,
            "`#[transactional]` goes on an async function: each that is to be a transaction",
        )),
        Err(_) => Err(error),
    }
}

/// Checks everything that can be checked without types.
///
/// # Errors
///
/// All that is wrong.
pub(super) fn transaction(mut item: ItemFn, options: Options) -> syn::Result<Transaction> {
    let mut errors = Errors::default();
    let boxed = match boxed_output(&item.sig.output) {
        Some(_) => boxed_future(&mut item).is_some(),
        None => false,
    };
    let name = &item.sig.ident;
    if item.sig.asyncness.is_none() && !boxed {
        errors.at(
            item.sig.fn_token,
            format!("a transaction waits for the database: write `async fn {name}`"),
        );
    }
    let no_result = || {
        syn::Error::new_spanned(
            name,
            "a transaction that fails is rolled back: it returns a `Result`",
        )
    };
    let output = match (boxed_output(&item.sig.output), &item.sig.output) {
        (Some(output), _) if boxed => Ok(output),
        (_, ReturnType::Type(_, ty)) => Ok((**ty).clone()),
        (_, ReturnType::Default) => Err(no_result()),
    };
    let again = if options.retries() > 0 {
        again(&mut item, &mut errors)
    } else {
        Vec::new()
    };
    let output = errors.join(output)?;
    Ok(Transaction {
        item,
        options,
        output,
        boxed,
        again,
    })
}

/// The variables that the parameters make. They lose their `mut`: it is the copies that may
/// change.
fn again(item: &mut ItemFn, errors: &mut Errors) -> Vec<PatIdent> {
    let mut variables = Variables::default();
    for input in &mut item.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                if receiver.reference.is_none() || receiver.mutability.is_some() {
                    errors.at(receiver, "what may run again takes `&self`");
                }
            }
            FnArg::Typed(parameter) => {
                if matches!(&*parameter.ty, Type::Reference(it) if it.mutability.is_some()) {
                    errors.at(
                        &parameter.ty,
                        "what may run again gets the same each time: it cannot take `&mut`",
                    );
                }
                variables.visit_pat_mut(&mut parameter.pat);
            }
        }
    }
    variables.0
}

#[derive(Default)]
struct Variables(Vec<PatIdent>);

impl VisitMut for Variables {
    fn visit_pat_ident_mut(&mut self, it: &mut PatIdent) {
        // A constant or a variant without fields looks like a variable, but for its letters.
        if is_variable(&it.ident) {
            self.0.push(it.clone());
            it.mutability = None;
        }
        syn::visit_mut::visit_pat_ident_mut(self, it);
    }
}

fn is_variable(name: &Ident) -> bool {
    !name.to_string().starts_with(char::is_uppercase)
}
