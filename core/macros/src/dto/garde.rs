//! garde's attributes: which rules there are, and what is done in their stead.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{Attribute, Error, Meta, Result, Type};

use super::decimal;
use crate::shared::Errors;
use crate::shared::arguments::unknown;

/// The rules of garde 0.23. It would say of a slip in one of these that it expected a comma.
const RULES: [&str; 25] = [
    "adapt",
    "alphanumeric",
    "ascii",
    "code",
    "contains",
    "credit_card",
    "custom",
    "dive",
    "email",
    "if",
    "inner",
    "ip",
    "ipv4",
    "ipv6",
    "length",
    "matches",
    "pattern",
    "phone_number",
    "prefix",
    "range",
    "rename",
    "required",
    "skip",
    "suffix",
    "url",
];

fn is_garde(attribute: &Attribute) -> bool {
    attribute.path().is_ident("garde")
}

/// The first word of each rule: `length` of `length(min = 1)`.
pub(crate) fn words(attributes: &[Attribute]) -> Result<Vec<String>> {
    let mut words = Vec::new();
    for attribute in attributes.iter().filter(|it| is_garde(it)) {
        words.extend(rules(attribute)?.iter().map(|rule| word(rule).0));
    }
    Ok(words)
}

fn word(rule: &TokenStream) -> (String, Span) {
    match rule.clone().into_iter().next() {
        Some(first) => (first.to_string(), first.span()),
        None => (String::new(), Span::call_site()),
    }
}

/// The rules of one `#[garde(…)]`, each as it was written: what stands in them is garde's affair.
fn rules(attribute: &Attribute) -> Result<Vec<TokenStream>> {
    let Meta::List(list) = &attribute.meta else {
        return Err(Error::new_spanned(attribute, "is written `#[garde(…)]`"));
    };
    let mut rules = vec![TokenStream::new()];
    // Commas inside parentheses are inside one token tree.
    for tree in list.tokens.clone() {
        match (&tree, rules.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => {
                rules.push(TokenStream::new());
            }
            (_, Some(last)) => last.extend([tree]),
            (_, None) => {}
        }
    }
    rules.retain(|rule| !rule.is_empty());
    Ok(rules)
}

/// Takes out of a field's attributes what garde shall not see: `dive`, because our own rules go
/// into every field and know its name in JSON, and rules that there are not, which are mistakes.
///
/// What garde cannot do with a decimal, ours do.
pub(super) fn take_over(
    attributes: &mut Vec<Attribute>,
    ty: &Type,
    mistakes: &mut Errors,
) -> Result<()> {
    let is_decimal = decimal::is_decimal(ty);
    let mut kept = Vec::new();
    for mut attribute in std::mem::take(attributes) {
        if is_garde(&attribute) {
            let mut rest = rules(&attribute)?;
            let all = rest.len();
            rest.retain(|rule| {
                let (word, span) = word(rule);
                let is_known = RULES.contains(&word.as_str());
                if !is_known {
                    mistakes.push(unknown("rule", &word, &RULES, span));
                }
                is_known && word != "dive"
            });
            if rest.is_empty() && all > 0 {
                continue;
            }
            let mut changed = rest.len() < all;
            for rule in rest
                .iter_mut()
                .filter(|rule| is_decimal && word(rule).0 == "range")
            {
                *rule = decimal::range(rule)?;
                changed = true;
            }
            if changed && let Meta::List(list) = &mut attribute.meta {
                list.tokens = quote::quote!(#(#rest),*);
            }
        }
        kept.push(attribute);
    }
    *attributes = kept;
    Ok(())
}
