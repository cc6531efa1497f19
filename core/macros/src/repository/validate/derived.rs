//! What a method must be to be derived from its name.

use syn::{Ident, Signature};

use crate::repository::name::{Condition, Derivation, Verb, derivation};
use crate::repository::parameters::{Parameter, Role};
use crate::repository::parse::Method;
use crate::repository::returns::{Returns, is};
use crate::shared::Errors;

/// A method whose name is a query.
pub(in crate::repository) struct Derived {
    pub(in crate::repository) derivation: Derivation,
    /// The parameters of the conditions, in their order.
    pub(in crate::repository) values: Vec<Parameter>,
    pub(in crate::repository) page: Option<Parameter>,
    pub(in crate::repository) cursor: Option<Parameter>,
    pub(in crate::repository) sort: Option<Parameter>,
    pub(in crate::repository) limit: Option<Ident>,
}

pub(super) fn derived(
    method: &Method,
    parameters: &[Parameter],
    returns: &Returns,
) -> syn::Result<Derived> {
    let signature = &method.signature;
    let name = syn::ext::IdentExt::unraw(&signature.ident).to_string();
    let derivation =
        derivation(&name).map_err(|message| syn::Error::new(signature.ident.span(), message))?;
    let mut errors = Errors::default();
    let derived = roles(derivation, signature, parameters, &mut errors);
    check_returns(&derived, returns, &mut errors);
    if let Some(association) = method.with.first()
        && !matches!(derived.derivation.verb, Verb::Find { .. })
    {
        errors.at(
            association,
            "associations are loaded with entities, and this method finds none",
        );
    }
    errors.finish(derived)
}

/// Gives each parameter to what it is for.
fn roles(
    derivation: Derivation,
    signature: &Signature,
    parameters: &[Parameter],
    errors: &mut Errors,
) -> Derived {
    let wanted = wanted(&derivation);
    let mut derived = Derived {
        derivation,
        values: Vec::new(),
        page: None,
        cursor: None,
        sort: None,
        limit: None,
    };
    for parameter in parameters {
        let name = &parameter.name;
        let slot = match parameter.role {
            Role::Page => &mut derived.page,
            Role::Cursor => &mut derived.cursor,
            Role::Sort => &mut derived.sort,
            Role::Value if derived.values.len() < wanted.len() => {
                derived.values.push(parameter.clone());
                continue;
            }
            Role::Value if name == "limit" && is(&parameter.ty, "u32") => {
                derived.limit = Some(name.clone());
                continue;
            }
            Role::Value => {
                errors.at(name, spare(name, &wanted));
                continue;
            }
        };
        if slot.replace(parameter.clone()).is_some() {
            errors.at(name, "there is one of these already");
        }
    }
    if derived.values.len() < wanted.len() {
        let method = &signature.ident;
        let missing: Vec<_> = wanted[derived.values.len()..]
            .iter()
            .map(|column| format!("`{column}`"))
            .collect();
        errors.at(
            method,
            format!(
                "the conditions of `{method}` take {} from its parameters, and there {} {}: none \
                 is left for {}",
                wanted.len(),
                if derived.values.len() == 1 {
                    "is"
                } else {
                    "are"
                },
                derived.values.len(),
                missing.join(", "),
            ),
        );
    }
    derived
}

/// The columns whose conditions take a parameter, once for each.
fn wanted(derivation: &Derivation) -> Vec<String> {
    let conditions = derivation.groups.iter().flatten();
    conditions
        .flat_map(|it: &Condition| vec![it.column.clone(); it.operator.parameters()])
        .collect()
}

fn spare(name: &Ident, wanted: &[String]) -> String {
    let conditions = match wanted {
        [] => "the method's name has no condition that takes one".to_owned(),
        wanted => format!(
            "the conditions of the method's name take {} in all: {}",
            wanted.len(),
            wanted.join(", ")
        ),
    };
    format!(
        "nothing is compared with `{name}`: {conditions}\nbeside them, a method may take a \
         `PageRequest`, a `CursorRequest`, a `Sort` or a `limit: u32`"
    )
}

fn check_returns(derived: &Derived, returns: &Returns, errors: &mut Errors) {
    let ty = returns.of();
    let Verb::Find { first } = derived.derivation.verb else {
        check_answer(derived, returns, errors);
        return;
    };
    match (returns, &derived.page) {
        (Returns::Page(_), None) => errors.at(
            ty,
            "a `Page` answers a `PageRequest`: take one, `page: PageRequest`",
        ),
        (Returns::Page(_), Some(_)) => {}
        (_, Some(page)) => errors.at(&page.ty, "a `PageRequest` is answered by a `Page<…>`"),
        (_, None) => {}
    }
    match (returns, &derived.cursor) {
        (Returns::Slice(_), None) => errors.at(
            ty,
            "a `Slice` answers a `CursorRequest`: take one, `cursor: CursorRequest`",
        ),
        (Returns::Slice(_), Some(_)) => {}
        (_, Some(cursor)) => {
            errors.at(&cursor.ty, "a `CursorRequest` is answered by a `Slice<…>`");
        }
        (_, None) => {}
    }
    match returns {
        Returns::Many(_) if first.is_some() => {
            no_limit(derived, "the method's name says how many", errors);
        }
        Returns::Many(_) => {}
        Returns::Optional(_) => no_limit(derived, "one is asked for already", errors),
        Returns::Page(_) | Returns::Slice(_) => {
            if first.is_some() {
                errors.at(ty, "the first ones are no page: return a `Vec`");
            }
            no_limit(derived, "the request says how many", errors);
            if let Some(sort) = &derived.sort {
                errors.at(&sort.ty, "the request brings its own order");
            }
        }
        Returns::Count(_) | Returns::One(_) => errors.at(
            ty,
            "what is found is a `Vec<…>`, an `Option<…>`, a `Page<…>` or a `Slice<…>` of entities",
        ),
    }
}

fn no_limit(derived: &Derived, why: &str, errors: &mut Errors) {
    if let Some(limit) = &derived.limit {
        errors.at(limit, format!("`limit` says nothing here: {why}"));
    }
}

/// What counts, asks or deletes.
fn check_answer(derived: &Derived, returns: &Returns, errors: &mut Errors) {
    let ty = returns.of();
    let given = [&derived.page, &derived.cursor, &derived.sort];
    for parameter in given.into_iter().flatten() {
        errors.at(&parameter.ty, "no rows are found that this could be about");
    }
    no_limit(derived, "no rows are found", errors);
    let is_answer = match (derived.derivation.verb, returns) {
        (Verb::Exists, Returns::Count(ty)) => is(ty, "bool"),
        (Verb::Count, Returns::Count(ty)) => !is(ty, "bool") && !matches!(ty, syn::Type::Tuple(_)),
        (_, Returns::Count(_)) => true,
        _ => false,
    };
    if is_answer {
        return;
    }
    let answer = match derived.derivation.verb {
        Verb::Exists => "whether there is one is a `Result<bool>`",
        Verb::Count => "how many there are is a `Result<u64>`",
        _ => "how many were deleted is a `Result<u64>`; leave it out with `Result<()>`",
    };
    errors.at(ty, answer);
}
