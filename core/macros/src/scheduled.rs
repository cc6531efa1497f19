//! `#[scheduled]`: a function that is run at times. It is a task that a schedule enqueues.

mod parse;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse_quote;

use crate::shared::function::{function, stub, without_parameter_attributes};
use crate::shared::injection::{Point, Source, ValueKey, local, optional};
use crate::shared::{
    Errors, arguments_noting, error_with_stub, location, module_path, private, submit,
};
use crate::task::validate::{Payload, Task};
use crate::task::{self, expand};

use parse::{Options, Time};

pub(crate) fn entry(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item.clone()).unwrap_or_else(|error| error_with_stub(&error, stub(item)))
}

fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item = function(item, "#[scheduled]")?;
    let mut errors = Errors::default();
    let mut options = Options::default();
    for argument in arguments_noting(args, &parse::KNOWN, &[], &mut errors) {
        errors.keep(options.take(&argument));
    }
    if options.when.is_none() {
        errors.at(
            &item.sig.ident,
            "say when: `#[scheduled(cron = \"0 3 * * *\")]` or `#[scheduled(every = \"30s\")]`",
        );
    }
    let task = task::validate::task(&item, std::mem::take(&mut options.task));
    let task = errors.join(task)?;
    let mut errors = Errors::default();
    for Payload { ty, .. } in task.payload() {
        errors.at(
            ty,
            "a schedule has no arguments to give: components are asked for as `Arc<T>`, \
             configuration with `#[value(\"key\")]`",
        );
    }
    errors.finish(())?;
    let beside: Vec<_> = options.when.as_ref().and_then(point).into_iter().collect();
    let expansion = expand::expand(&task, &beside);
    let schedule = schedule(&task, &options);
    let item = without_parameter_attributes(item);
    Ok(quote!(#item #expansion #schedule))
}

/// What the graph check is told of a key that says when.
fn point(when: &Time) -> Option<Point> {
    let (key, default, ty) = match when {
        Time::Cron {
            key: Some(key),
            text,
        } => (
            key,
            text.as_ref()
                .map(|text| parse_quote!(::std::string::String::from(#text))),
            parse_quote!(::std::string::String),
        ),
        Time::Every {
            key: Some(key),
            period,
        } => {
            let default = period.map(task::parse::literal);
            let private = private();
            (
                key,
                default.map(|period| parse_quote!(#period)),
                parse_quote!(#private::tasks::Duration),
            )
        }
        _ => return None,
    };
    let key = key.clone();
    Some(Point {
        name: local("schedule"),
        ty,
        attributes: Vec::new(),
        source: Source::Value(ValueKey { key, default }),
    })
}

fn schedule(task: &Task, options: &Options) -> TokenStream {
    let private = private();
    let tasks = quote!(#private::tasks);
    let (when, check) = match &options.when {
        Some(Time::Cron { key: None, text }) => (quote!(#tasks::When::Cron(#text)), text.as_ref()),
        Some(Time::Cron {
            key: Some(key),
            text,
        }) => {
            let default = optional(text.as_ref());
            (
                quote!(#tasks::When::CronOf { key: #key, default: #default }),
                text.as_ref(),
            )
        }
        Some(Time::Every { key, period }) => {
            let period = period.map(task::parse::literal);
            match key {
                None => (quote!(#tasks::When::Every(#period)), None),
                Some(key) => {
                    let default = match period {
                        Some(period) => quote!(::core::option::Option::Some(#period)),
                        None => quote!(::core::option::Option::None),
                    };
                    (
                        quote!(#tasks::When::EveryOf { key: #key, default: #default }),
                        None,
                    )
                }
            }
        }
        None => return TokenStream::new(),
    };
    let check = check.map(|text| {
        let check = quote_spanned!(text.span()=> #private::tasks::cron(#text));
        quote!(const _: () = #check;)
    });
    let zone = optional(options.zone.as_ref());
    let missed = if options.run_once {
        quote!(RunOnce)
    } else {
        quote!(Skip)
    };
    let overlap = options.overlap;
    let name = &task.name;
    let (module_path, location) = (module_path(), location());
    let registration = submit(quote! {
        #tasks::ScheduleRegistration {
            task: #name,
            when: #when,
            zone: #zone,
            missed: #tasks::Missed::#missed,
            overlap: #overlap,
            module_path: #module_path,
            location: #location,
        }
    });
    quote!(#check #registration)
}

#[cfg(test)]
mod tests;
