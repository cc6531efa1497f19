//! The registration of an app's migrations.

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::quote;

use super::read::{Migration, Scripts};
use crate::shared::{location, module_path, private, submit};

pub(super) fn expand(folder: &Path, migrations: &[Migration], seeds: &[PathBuf]) -> TokenStream {
    let private = private();
    let migrations = migrations.iter().map(|migration| {
        let Migration { version, name, .. } = migration;
        let (up, down) = (scripts(&migration.up), scripts(&migration.down));
        quote! {
            #private::data::Migration { version: #version, name: #name, up: #up, down: #down }
        }
    });
    let seeds = seeds.iter().map(|path| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let path = path.to_string_lossy();
        quote!(#private::data::Seed { name: #name, text: ::core::include_str!(#path) })
    });
    let module_path = module_path();
    let location = location();
    let folder = folder.to_string_lossy();
    submit(quote! {
        #private::data::MigrationSet {
            module_path: #module_path,
            location: #location,
            folder: #folder,
            migrations: &[#(#migrations),*],
            seeds: &[#(#seeds),*],
        }
    })
}

fn scripts(scripts: &Scripts) -> TokenStream {
    let private = private();
    let (sqlite, postgres) = (text(&scripts.sqlite), text(&scripts.postgres));
    quote! {
        #private::data::Script { sqlite: #sqlite, postgres: #postgres }
    }
}

/// The text is included by the compiler, which builds again when it changes.
fn text(path: &Option<PathBuf>) -> TokenStream {
    match path {
        Some(path) => {
            let path = path.to_string_lossy();
            quote!(::core::option::Option::Some(::core::include_str!(#path)))
        }
        None => quote!(::core::option::Option::None),
    }
}
