//! The body of a method whose name is a query: its plan, its arguments, and who runs it.
//!
//! Columns are named as constants of the entity's, at the method's name: one that is none, or one
//! of another type than the parameter, is the compiler's error there.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitBool;

use super::expand::{associations, plan_name};
use super::name::{Condition, Key, Operator, Verb};
use super::parameters::Parameter;
use super::returns::Returns;
use super::validate::{Derived, Method, Repository};
use crate::shared::injection::local;
use crate::shared::{private, private_at};

pub(super) fn body(repository: &Repository, method: &Method, derived: &Derived) -> TokenStream {
    let plan = plan(repository, method, derived);
    let arguments = arguments(repository, method, derived);
    let given = local("arguments");
    let (check, with) = associations(repository, method);
    let run = run(method, derived, &with);
    quote! {
        #check
        #plan
        let #given = #arguments;
        #run
    }
}

fn plan(repository: &Repository, method: &Method, derived: &Derived) -> TokenStream {
    let private = private();
    let span = method.source.signature.ident.span();
    let groups = derived.derivation.groups.iter().map(|group| {
        let terms = group.iter().map(|term| self::term(repository, span, term));
        quote!(&[#(#terms),*])
    });
    let order = derived.derivation.order.iter().map(|key| {
        let Key { column, descending } = key;
        let column = self::column(repository, span, column);
        quote!(#private::data::Order { column: #column.index(), descending: #descending })
    });
    let first = match derived.derivation.verb {
        Verb::Find { first: Some(first) } => quote!(::core::option::Option::Some(#first)),
        _ => quote!(::core::option::Option::None),
    };
    let name = plan_name(repository, method);
    quote! {
        static __PLAN: #private::data::Derived = #private::data::Derived {
            name: #name,
            groups: &[#(#groups),*],
            order: &[#(#order),*],
            limit: #first,
        };
    }
}

fn term(repository: &Repository, span: Span, condition: &Condition) -> TokenStream {
    let private = private();
    let Condition {
        operator,
        negated,
        ignore_case,
        ..
    } = condition;
    let column = column(repository, span, &condition.column);
    let operator = Ident::new(operator.variant(), Span::call_site());
    quote! {
        #private::data::Term {
            column: #column.index(),
            operator: #private::data::Operator::#operator,
            negated: #negated,
            ignore_case: #ignore_case,
        }
    }
}

/// The column as the entity's constant.
fn column(repository: &Repository, span: Span, name: &str) -> TokenStream {
    let private = private();
    let entity = &repository.entity;
    // A keyword is a column's name where the field is written `r#type`.
    let name = match syn::parse_str::<Ident>(name) {
        Ok(_) => Ident::new(name, span),
        Err(_) => Ident::new_raw(name, span),
    };
    let columns = quote!(<#entity as #private::data::Table>::Columns);
    quote_spanned!(span=> <#columns>::#name)
}

/// Everything that the plan leaves open.
fn arguments(repository: &Repository, method: &Method, derived: &Derived) -> TokenStream {
    let private = private();
    let span = method.source.signature.ident.span();
    let mut values = derived.values.iter().map(|value| &value.name);
    let mut arguments = quote!(#private::data::Arguments::new());
    for condition in derived.derivation.groups.iter().flatten() {
        let column = column(repository, span, &condition.column);
        if let Operator::Is(value) = condition.operator {
            let value = LitBool::new(value, span);
            let data = data_at(span);
            let argument = quote_spanned!(span=> #data::argument(#column, #value));
            arguments.extend(quote!(.one(#argument)));
        }
        for _ in 0..condition.operator.parameters() {
            let Some(value) = values.next() else { continue };
            let (function, list) = match condition.operator {
                Operator::In => ("arguments", true),
                it if it.is_of_texts() || condition.ignore_case => ("text_argument", false),
                _ => ("argument", false),
            };
            // At the parameter, where one of another type than the column is reported.
            let at = value.span();
            let data = data_at(at);
            let function = Ident::new(function, at);
            let argument = quote_spanned!(at=> #data::#function(#column, #value));
            arguments.extend(if list {
                quote!(.many(#argument)?)
            } else {
                quote!(.one(#argument))
            });
        }
    }
    arguments
}

/// A reference to what the parameter holds.
pub(super) fn referred(parameter: &Parameter) -> TokenStream {
    let name = &parameter.name;
    if parameter.is_reference() {
        quote!(#name)
    } else {
        quote_spanned!(name.span()=> &#name)
    }
}

/// The call. It stands at the type that is returned, where another one than the entity's is
/// reported.
fn run(method: &Method, derived: &Derived, with: &TokenStream) -> TokenStream {
    let at = method.returns.span();
    let given = local("arguments");
    let this = method.this();
    let ask = |name: &str, more: TokenStream| {
        let name = Ident::new(name, at);
        quote_spanned!(at=> #this.inner.#name(&__PLAN, #given, #more).await?)
    };
    let counted = |name: &str| {
        let count = ask(name, TokenStream::new());
        let data = data_at(at);
        let ty = method.returns.of();
        quote!(<#ty as #data::Count>::of(#count))
    };
    let find_all = |limit: TokenStream| {
        let sort = optional(derived.sort.as_ref().map(referred));
        ask("find_all_by", quote!(#sort, #limit, #with))
    };
    let answer = match derived.derivation.verb {
        Verb::Count => counted("count_by"),
        Verb::Delete => counted("delete_by"),
        Verb::Exists => ask("exists_by", TokenStream::new()),
        Verb::Find { .. } => match (&method.returns, &derived.page, &derived.cursor) {
            (Returns::Page(_), Some(page), _) => {
                let page = referred(page);
                ask("find_page_by", quote!(#page, #with))
            }
            (Returns::Slice(_), _, Some(cursor)) => {
                let cursor = referred(cursor);
                ask("find_slice_by", quote!(#cursor, #with))
            }
            (Returns::Optional(_), ..) if derived.sort.is_some() => {
                let found = find_all(optional(Some(quote!(1))));
                quote!(#found.into_iter().next())
            }
            (Returns::Optional(_), ..) => ask("find_first_by", quote!(#with)),
            _ => find_all(optional(derived.limit.as_ref().map(|limit| quote!(#limit)))),
        },
    };
    quote_spanned!(at=> ::core::result::Result::Ok(#answer))
}

/// Where what is data's stands, at the user's tokens.
fn data_at(span: Span) -> TokenStream {
    let private = private_at(span);
    quote_spanned!(span=> #private::data)
}

fn optional(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
