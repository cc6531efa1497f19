//! What stands on a field: `#[id]`, `#[column(…)]`, `#[belongs_to(…)]` and the others.

mod associations;
mod column;

use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Meta};

pub(super) use associations::{BelongsTo, HasMany, ManyToMany, OnDelete};
pub(super) use column::{ColumnOptions, Number};

use crate::shared::{Errors, arguments_noting, unknown};

/// Ours, of all that may stand on a field.
pub(super) const OURS: [&str; 12] = [
    "id",
    "column",
    "belongs_to",
    "has_many",
    "many_to_many",
    "version",
    "created_at",
    "updated_at",
    "soft_delete",
    "json",
    "read_only",
    "write_only",
];

/// What our attributes of a field say.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) id: Option<Id>,
    pub(super) column: ColumnOptions,
    pub(super) belongs_to: Option<BelongsTo>,
    pub(super) has_many: Option<HasMany>,
    pub(super) many_to_many: Option<ManyToMany>,
    pub(super) version: Option<Span>,
    pub(super) created_at: Option<Span>,
    pub(super) updated_at: Option<Span>,
    pub(super) soft_delete: Option<Span>,
    pub(super) json: Option<Span>,
    pub(super) read_only: Option<Span>,
    pub(super) write_only: Option<Span>,
}

/// `#[id]`, `#[id(assigned)]`.
pub(super) struct Id {
    pub(super) span: Span,
    pub(super) assigned: bool,
}

impl Attributes {
    /// Takes ours out of a field's attributes; notes what is wrong with them.
    pub(super) fn take(attributes: &mut Vec<Attribute>, errors: &mut Errors) -> Self {
        let mut ours = Self::default();
        let mut seen: Vec<Ident> = Vec::new();
        attributes.retain(|attribute| {
            let Some(name) = attribute.path().get_ident() else {
                return true;
            };
            if !OURS.iter().any(|known| name == known) {
                return !is_slip(name, errors);
            }
            if seen.contains(name) {
                errors.at(
                    attribute,
                    format!("`#[{name}]` stands on this field already"),
                );
            } else {
                seen.push(name.clone());
                ours.note(name, attribute, errors);
            }
            false
        });
        ours
    }

    fn note(&mut self, name: &Ident, attribute: &Attribute, errors: &mut Errors) {
        let span = name.span();
        let flag = |errors: &mut Errors| {
            if !matches!(attribute.meta, Meta::Path(_)) {
                errors.at(attribute, format!("`#[{name}]` takes nothing"));
            }
            Some(span)
        };
        match name.to_string().as_str() {
            "id" => self.id = Some(id(attribute, errors)),
            "column" => self.column = ColumnOptions::read(attribute, errors),
            "belongs_to" => self.belongs_to = BelongsTo::read(attribute, errors),
            "has_many" => self.has_many = HasMany::read(attribute, errors),
            "many_to_many" => self.many_to_many = ManyToMany::read(attribute, errors),
            "version" => self.version = flag(errors),
            "created_at" => self.created_at = flag(errors),
            "updated_at" => self.updated_at = flag(errors),
            "soft_delete" => self.soft_delete = flag(errors),
            "json" => self.json = flag(errors),
            "read_only" => self.read_only = flag(errors),
            _ => self.write_only = flag(errors),
        }
    }
}

/// Whether an attribute is ours but for a slip: what is not even near is the compiler's to judge.
fn is_slip(name: &Ident, errors: &mut Errors) -> bool {
    /// Attributes of fields that others know, and that are near to ours.
    const OTHERS: [&str; 9] = [
        "doc",
        "cfg",
        "allow",
        "expect",
        "serde",
        "schemars",
        "garde",
        "diesel",
        "deprecated",
    ];
    // Higher than for options: the helpers of a derive of the author's own stand here too.
    const NEAR: f64 = 0.85;
    let written = name.to_string();
    let near = |known: &&str| strsim::jaro(&written, known) > NEAR;
    let is_slip = !OTHERS.contains(&written.as_str()) && OURS.iter().any(near);
    if is_slip {
        errors.push(unknown("attribute", &written, &OURS, name.span()));
    }
    is_slip
}

fn id(attribute: &Attribute, errors: &mut Errors) -> Id {
    let assigned = match &attribute.meta {
        Meta::Path(_) => false,
        Meta::List(list) => {
            let given = arguments_noting(list.tokens.clone(), &["assigned"], &[], errors);
            given
                .iter()
                .any(|argument| errors.keep(argument.flag()).is_some())
        }
        Meta::NameValue(_) => {
            errors.at(attribute, "is written `#[id]` or `#[id(assigned)]`");
            false
        }
    };
    Id {
        span: attribute.path().span(),
        assigned,
    }
}

/// What stands in the attribute's parentheses.
fn tokens(attribute: &Attribute, example: &str, errors: &mut Errors) -> Option<TokenStream> {
    match &attribute.meta {
        Meta::List(list) if !list.tokens.is_empty() => Some(list.tokens.clone()),
        _ => {
            errors.at(attribute, format!("is written `{example}`"));
            None
        }
    }
}
