//! How an entity's fields come and go in JSON, as attributes of serde and schemars.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, ItemStruct, parse_quote};

use super::model::{Column, Entity, Role, Storage};
use crate::dto;

/// Gives every field what its role and our attributes make of it in JSON.
pub(super) fn describe(item: &mut ItemStruct, entity: &Entity) {
    let of_columns = entity.columns.iter().map(|it| (it.at, Some(it)));
    let of_loaded = entity.loaded.iter().map(|it| (it.at, None));
    for (at, column) in of_columns.chain(of_loaded) {
        let Some(field) = item.fields.iter_mut().nth(at) else {
            continue;
        };
        // What is no list of arguments is told by `#[dto]`.
        let said = dto::serde_arguments(&field.attrs).unwrap_or_default();
        let said: Vec<String> = said.iter().map(|it| it.name()).collect();
        let mut words = Words {
            said,
            serde: Vec::new(),
            schemars: Vec::new(),
        };
        match column {
            Some(column) => {
                words.column(column);
                field.attrs.extend(rules(column, &field.attrs));
            }
            None => {
                words.loaded();
                // Not input, so its rules are not asked.
                field.attrs.push(parse_quote!(#[garde(skip)]));
            }
        }
        field.attrs.extend(words.attributes());
    }
}

/// Rules that the column has by itself: what it cannot hold is told with the field's name, before the
/// database has to.
fn rules(column: &Column, attributes: &[Attribute]) -> Option<Attribute> {
    let said = dto::garde_words(attributes).unwrap_or_default();
    let says = |word: &str| said.iter().any(|said| said == word);
    if column.read_only || says("skip") {
        return None;
    }
    match (&column.storage, &column.attributes.column.length) {
        (Storage::Decimal { precision, scale }, _) => Some(parse_quote!(
            #[garde(custom(::savia::__private::data::decimal_digits(#precision, #scale)))]
        )),
        (_, Some(length)) if !says("length") && !column.nullable => {
            let max = proc_macro2::Literal::i32_unsuffixed(length.value);
            Some(parse_quote!(#[garde(length(chars, max = #max))]))
        }
        _ => None,
    }
}

/// What is said of a field to serde and schemars.
struct Words {
    /// What the author says to serde: it is not said again.
    said: Vec<String>,
    serde: Vec<TokenStream>,
    schemars: Vec<TokenStream>,
}

impl Words {
    fn column(&mut self, column: &Column) {
        if matches!(column.storage, Storage::Decimal { .. }) {
            self.decimal(column);
        }
        if column.read_only {
            self.read_only();
        }
        if column.attributes.write_only.is_some() {
            self.serde("skip_serializing", quote!(skip_serializing));
            self.schemars.push(quote!(extend("writeOnly" = true)));
        }
        // Who did not say what he saw, saw nothing.
        if column.role == Role::Version {
            self.serde("default", quote!(default));
        }
    }

    fn loaded(&mut self) {
        self.serde(
            "skip_serializing_if",
            quote!(skip_serializing_if = "::savia::__private::data::Loaded::is_missing"),
        );
        self.read_only();
    }

    /// Read and left out in input, so that what was got can be put again.
    fn read_only(&mut self) {
        self.serde("default", quote!(default));
        let reads = ["with", "skip", "skip_deserializing"];
        if !reads.iter().any(|word| self.says(word)) {
            self.serde(
                "deserialize_with",
                quote!(deserialize_with = "::savia::__private::data::ignored"),
            );
        }
        // The default stands for what is left out, and says nothing to who reads the schema.
        self.schemars.push(quote! {
            transform = |schema: &mut ::savia::__private::schemars::Schema| {
                schema.remove("default");
                schema.insert("readOnly".into(), true.into());
            }
        });
    }

    fn decimal(&mut self, column: &Column) {
        if self.says("with") {
            return;
        }
        let (schema, module) = match column.nullable {
            true => (
                "::core::option::Option<::std::string::String>",
                "decimal_string_option",
            ),
            false => ("::std::string::String", "decimal_string"),
        };
        let function = |name: &str| format!("::savia::__private::data::{module}::{name}");
        let (serialize, deserialize) = (function("serialize"), function("deserialize"));
        self.serde("serialize_with", quote!(serialize_with = #serialize));
        if !column.read_only {
            self.serde("deserialize_with", quote!(deserialize_with = #deserialize));
            // With a function of its own, serde no more takes a missing field for `None`; the schema
            // does.
            if column.nullable && !self.says("default") {
                self.serde("default", quote!(default));
                self.schemars.push(quote!(!default));
            }
        }
        self.schemars
            .push(quote!(with = #schema, extend("format" = "decimal")));
    }

    fn says(&self, word: &str) -> bool {
        self.said.iter().any(|said| said == word)
    }

    fn serde(&mut self, word: &str, tokens: TokenStream) {
        if !self.says(word) {
            self.said.push(word.to_owned());
            self.serde.push(tokens);
        }
    }

    fn attributes(&self) -> Vec<Attribute> {
        let Self {
            serde, schemars, ..
        } = self;
        let mut attributes: Vec<Attribute> = Vec::new();
        if !serde.is_empty() {
            attributes.push(parse_quote!(#[serde(#(#serde),*)]));
        }
        if !schemars.is_empty() {
            attributes.push(parse_quote!(#[schemars(#(#schemars),*)]));
        }
        attributes
    }
}
