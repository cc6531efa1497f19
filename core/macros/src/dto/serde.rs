//! What of serde's attributes decides a name or whether unknown fields can be refused.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, Result, Token};

use super::names::Case;
use crate::shared::{Argument, Given};

/// What serde's attributes of a type say.
#[derive(Default)]
pub(super) struct Container {
    pub(super) rename_all: Case,
    pub(super) rename_all_fields: Case,
    pub(super) transparent: bool,
    /// Read as another type: `from`, `try_from`, `remote`.
    pub(super) by_proxy: bool,
    /// Where `deny_unknown_fields` stands.
    pub(super) denies_unknown: Option<proc_macro2::Span>,
    pub(super) has_crate: bool,
    pub(super) tagging: Tagging,
}

/// Where an enum's variant is named.
#[derive(Default)]
pub(super) enum Tagging {
    /// `{"Variant": …}`.
    #[default]
    External,
    /// `{"tag": "Variant", …}`, or nowhere: what the variant holds stands in the enum's place.
    InPlace,
    /// `{"tag": "Variant", "content": …}`.
    Adjacent(String),
}

/// What serde's attributes of a field or variant say.
#[derive(Default)]
pub(super) struct Part {
    rename: Option<String>,
    pub(super) rename_all: Option<Case>,
    pub(super) flatten: bool,
}

/// The arguments of all `#[serde(…)]`. What is no list of arguments is serde's to refuse.
pub(crate) fn arguments(attributes: &[Attribute]) -> Result<Vec<Argument>> {
    let mut all = Vec::new();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("serde")) {
        all.extend(attribute.parse_args_with(Punctuated::<Argument, Token![,]>::parse_terminated)?);
    }
    Ok(all)
}

/// The text behind `=`, or behind `deserialize =` in parentheses: faults are those of what is read.
fn text(argument: &Argument) -> Option<String> {
    match &argument.given {
        Given::Value(Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        })) => Some(text.value()),
        Given::List(_) => argument
            .list::<Argument>("rename(deserialize = \"name\")")
            .ok()?
            .iter()
            .find(|inner| inner.name() == "deserialize")
            .and_then(text),
        _ => None,
    }
}

impl Container {
    pub(super) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut container = Self::default();
        let (mut tag, mut content) = (false, None);
        for argument in arguments(attributes)? {
            let text = text(&argument);
            let case = || text.as_deref().and_then(Case::named).unwrap_or_default();
            match argument.name().as_str() {
                "rename_all" => container.rename_all = case(),
                "rename_all_fields" => container.rename_all_fields = case(),
                "transparent" => container.transparent = true,
                "from" | "try_from" | "remote" => container.by_proxy = true,
                "deny_unknown_fields" => container.denies_unknown = Some(argument.name.span()),
                "crate" => container.has_crate = true,
                "tag" | "untagged" => tag = true,
                "content" => content = text,
                _ => {}
            }
        }
        container.tagging = match (tag, content) {
            (_, Some(content)) => Tagging::Adjacent(content),
            (true, None) => Tagging::InPlace,
            (false, None) => Tagging::External,
        };
        Ok(container)
    }
}

impl Part {
    pub(super) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut part = Self::default();
        for argument in arguments(attributes)? {
            match argument.name().as_str() {
                "rename" => part.rename = text(&argument),
                "rename_all" => part.rename_all = text(&argument).as_deref().and_then(Case::named),
                "flatten" => part.flatten = true,
                _ => {}
            }
        }
        Ok(part)
    }

    /// The name: its own, or the one that the convention gives.
    pub(super) fn name(&self, ident: &syn::Ident, by_case: impl Fn(&str) -> String) -> String {
        use syn::ext::IdentExt;
        self.rename
            .clone()
            .unwrap_or_else(|| by_case(&ident.unraw().to_string()))
    }
}
