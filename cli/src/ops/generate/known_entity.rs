//! An entity as its source says it.

use syn::{Attribute, Item, ItemStruct, Meta, Type};

use super::entity_name::EntityName;
use super::inflection;
use super::source::Source;

/// An entity that exists, or is about to.
#[derive(Debug, Clone)]
pub(super) struct KnownEntity {
    /// What it is called.
    pub(super) name: EntityName,
    /// Its table.
    pub(super) table: String,
    pub(super) fields: Vec<KnownField>,
    /// Whether it has a `Default`.
    pub(super) has_default: bool,
}

/// A field of it.
#[derive(Debug, Clone)]
pub(super) struct KnownField {
    pub(super) name: String,
    /// Its type, as it is written; what an `Option` holds.
    pub(super) ty: String,
    pub(super) nullable: bool,
    pub(super) unique: bool,
    /// The entity that it belongs to.
    pub(super) belongs_to: Option<String>,
    /// The scale of a decimal, where it is said.
    pub(super) scale: Option<u32>,
    /// The rules of `#[garde(…)]`: `length(chars, min = 1, max = 255)`.
    pub(super) rules: Vec<String>,
    /// The attributes that are alone in their brackets: `id`, `version`, `read_only`.
    pub(super) roles: Vec<String>,
}

impl KnownEntity {
    /// The entities of a file.
    pub(super) fn all(source: &Source) -> Vec<Self> {
        let items = source.items().iter();
        items
            .filter_map(|item| match item {
                Item::Struct(item) => Self::of(source, item),
                _ => None,
            })
            .collect()
    }

    fn of(source: &Source, item: &ItemStruct) -> Option<Self> {
        let attribute = item.attrs.iter().find(|it| last(it) == "entity")?;
        let ty = item.ident.to_string();
        let name = EntityName::of(&ty);
        let table = argument(&tokens(attribute), "table").map_or_else(
            || inflection::entity_macro_plural(&name.one),
            |table| table.trim_matches('"').to_owned(),
        );
        let fields = item.fields.iter();
        Some(Self {
            table,
            // As it is spelled: `HTMLPage` is its author's.
            name: EntityName { ty, ..name },
            fields: fields.filter_map(|it| KnownField::of(source, it)).collect(),
            has_default: item
                .attrs
                .iter()
                .any(|it| last(it) == "derive" && tokens(it).contains("Default")),
        })
    }

    /// The type of its id.
    pub(super) fn id_type(&self) -> &str {
        let id = self.fields.iter().find(|it| it.has_role("id"));
        id.map_or("i64", |id| &id.ty)
    }

    /// The field that says which state a client has seen.
    pub(super) fn version(&self) -> Option<&str> {
        let version = self.fields.iter().find(|it| it.has_role("version"));
        version.map(|it| it.name.as_str())
    }

    /// The fields that a client gives.
    pub(super) fn input(&self) -> impl Iterator<Item = &KnownField> {
        const OURS: [&str; 6] = [
            "id",
            "version",
            "created_at",
            "updated_at",
            "soft_delete",
            "read_only",
        ];
        let is_given = |it: &&KnownField| {
            !OURS.iter().any(|role| it.has_role(role)) && !it.ty.starts_with("Loaded")
        };
        self.fields.iter().filter(is_given)
    }

    /// The fields that say what it belongs to, with the entity.
    pub(super) fn references(&self) -> impl Iterator<Item = (&KnownField, &str)> {
        self.input()
            .filter_map(|it| Some((it, it.belongs_to.as_deref()?)))
    }
}

impl KnownField {
    fn of(source: &Source, field: &syn::Field) -> Option<Self> {
        let attributes = || field.attrs.iter();
        let inner = option(&field.ty);
        let column = attributes().find(|it| last(it) == "column").map(tokens);
        let column = column.unwrap_or_default();
        let belongs_to = attributes().find(|it| last(it) == "belongs_to").map(tokens);
        Some(Self {
            name: field.ident.as_ref()?.to_string(),
            ty: source.text_of(inner.unwrap_or(&field.ty)).to_owned(),
            nullable: inner.is_some(),
            unique: parts(&column).any(|part| part == "unique"),
            belongs_to: belongs_to.and_then(|it| {
                let path = parts(&it).next()?.replace(' ', "");
                path.rsplit("::").next().map(str::to_owned)
            }),
            scale: argument(&column, "scale").and_then(|it| it.parse().ok()),
            rules: attributes()
                .filter(|it| last(it) == "garde")
                .map(tokens)
                .collect(),
            roles: attributes().map(last).collect(),
        })
    }

    /// Whether it has this attribute.
    pub(super) fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|it| it == role)
    }
}

/// The last name of an attribute's path.
fn last(attribute: &Attribute) -> String {
    let last = attribute.path().segments.last();
    last.map_or_else(String::new, |it| it.ident.to_string())
}

/// What stands in an attribute's parentheses.
fn tokens(attribute: &Attribute) -> String {
    match &attribute.meta {
        Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    }
}

/// The arguments between commas; what stands in parentheses is not looked into.
fn parts(tokens: &str) -> impl Iterator<Item = &str> {
    tokens.split(',').map(str::trim)
}

/// `table` of `table = "posts"`.
fn argument<'a>(tokens: &'a str, name: &str) -> Option<&'a str> {
    parts(tokens).find_map(|part| {
        let value = part.strip_prefix(name)?.trim_start().strip_prefix('=')?;
        Some(value.trim())
    })
}

/// What an `Option` holds.
fn option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(of) = &last.arguments else {
        return None;
    };
    match of.args.first()? {
        syn::GenericArgument::Type(inner) if last.ident == "Option" => Some(inner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_is_read_from_its_source() {
        let text = r#"
            #[dto] struct Other { a: i32 }
            #[savia::entity(table = "people", index(a, b))]
            #[derive(Debug, Default)]
            pub struct Person {
                #[id] pub id: Uuid,
                #[column(unique, length = 80)]
                #[garde(length(min = 1, max = 80))]
                pub email: String,
                #[belongs_to(super::team::Team, on_delete = "set_null")]
                pub team_id: Option<i64>,
                #[column(precision = 10, scale = 3)]
                pub pay: Decimal,
                #[version] pub version: i32,
                #[read_only] pub views: i64,
                pub team: Loaded<Team>,
            }
        "#;
        let all = KnownEntity::all(&Source::parse(text).unwrap());
        let [person] = &all[..] else {
            panic!("{all:?}")
        };
        assert_eq!(
            (person.name.ty.as_str(), person.table.as_str()),
            ("Person", "people")
        );
        assert_eq!(
            (person.id_type(), person.version()),
            ("Uuid", Some("version"))
        );
        assert!(person.has_default);
        let input: Vec<_> = person
            .input()
            .map(|it| (&*it.name, &*it.ty, it.nullable))
            .collect();
        assert_eq!(
            input,
            [
                ("email", "String", false),
                ("team_id", "i64", true),
                ("pay", "Decimal", false)
            ]
        );
        let (team, to) = person.references().next().unwrap();
        assert_eq!((team.name.as_str(), to), ("team_id", "Team"));
        assert!(person.fields[1].unique);
        assert_eq!(person.fields[1].rules, ["length (min = 1 , max = 80)"]);
        assert_eq!(person.fields[3].scale, Some(3));
    }
}
