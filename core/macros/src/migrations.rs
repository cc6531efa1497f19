//! `migrations!()`: the folders `migrations/` and `seeds/` beside the file, compiled in.

mod expand;
mod read;

use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};

/// `file` is where the macro stands; an editor that expands a piece of text knows of none.
pub(crate) fn entry(input: TokenStream, file: Option<PathBuf>) -> TokenStream {
    let folder = file.as_deref().map(beside).transpose();
    folder
        .and_then(|folder| expand(input, folder.as_deref()))
        .unwrap_or_else(|error| error.to_compile_error())
}

fn beside(file: &Path) -> syn::Result<PathBuf> {
    let file = std::path::absolute(file)
        .map_err(|error| syn::Error::new(Span::call_site(), error.to_string()))?;
    Ok(file.with_file_name("migrations"))
}

fn expand(input: TokenStream, folder: Option<&Path>) -> syn::Result<TokenStream> {
    if !input.is_empty() {
        let text =
            "`migrations!()` takes nothing: it reads the folder `migrations` beside this file";
        return Err(syn::Error::new_spanned(input, text));
    }
    let Some(folder) = folder else {
        return Ok(TokenStream::new());
    };
    let told = |fault| syn::Error::new(Span::call_site(), fault);
    let migrations = read::migrations(folder).map_err(told)?;
    let seeds = read::seeds(&folder.with_file_name("seeds")).map_err(told)?;
    Ok(expand::expand(folder, &migrations, &seeds))
}

#[cfg(test)]
mod tests;
