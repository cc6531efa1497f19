//! The command that calls the function, and the registrations.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::parse::Needs;
use super::validate::{Argument, Command, Kind, Parameter};
use crate::shared::function::{outcome, submit_function};
use crate::shared::injection::{Place, local};
use crate::shared::{location, module_path, private, submit};

pub(super) fn expand(command: &Command) -> TokenStream {
    let private = private();
    let module_path = module_path();
    let location = location();
    // Out of the way of the user's own names.
    let maker = local("FunctionCommand");
    let registration = submit(quote! {
        #private::CommandRegistration {
            make: || ::std::boxed::Box::new(#maker),
            module_path: #module_path,
            location: #location,
        }
    });
    let function = submit_function(&command.function, &command.points().collect::<Vec<_>>());
    let implementation = implementation(command, &maker);
    quote! {
        const _: () = {
            struct #maker;
            #implementation
            #registration
            #function
        };
    }
}

fn implementation(command: &Command, maker: &Ident) -> TokenStream {
    let private = private();
    let Command { name, about, .. } = command;
    let needs = match command.needs {
        Needs::Discovered => quote!(Discovered),
        Needs::Ready => quote!(Ready),
        Needs::Started => quote!(Started),
    };
    let arguments = arguments(command);
    let run = run(command);
    quote! {
        #[#private::async_trait]
        impl #private::Command for #maker {
            fn name(&self) -> &'static str {
                #name
            }

            fn about(&self) -> &'static str {
                #about
            }

            #arguments

            fn needs(&self) -> #private::Needs {
                #private::Needs::#needs
            }

            #run
        }
    }
}

fn arguments(command: &Command) -> Option<TokenStream> {
    let private = private();
    let arguments: Vec<_> = command.arguments().map(argument).collect();
    let line = match (command.prints(), arguments.is_empty()) {
        (false, true) => return None,
        (false, false) => quote!(command),
        (true, _) => quote!(#private::format_argument(command)),
    };
    Some(quote! {
        fn arguments(&self, command: #private::clap::Command) -> #private::clap::Command {
            #line #(.arg(#arguments))*
        }
    })
}

/// The argument as clap is told of it. Values are texts there: they are read as the parameter's
/// type afterwards, so that clap need not know the type.
fn argument(argument: &Argument) -> TokenStream {
    let private = private();
    let id = argument.name.unraw().to_string();
    let long = argument.long.iter().map(|long| quote!(.long(#long)));
    let short = argument.short.iter().map(|short| quote!(.short(#short)));
    let help = argument.help.iter().map(|help| quote!(.help(#help)));
    let default = argument
        .default
        .iter()
        .map(|default| quote!(.default_value(#default)));
    let action = |action: TokenStream| quote!(.action(#private::clap::ArgAction::#action));
    let value_name = id.to_uppercase();
    let value_name = quote!(.value_name(#value_name));
    let kind = match (&argument.kind, &argument.long) {
        (Kind::Flag, _) => action(quote!(SetTrue)),
        (Kind::One(_), _) if argument.default.is_none() => quote!(#value_name.required(true)),
        (Kind::One(_) | Kind::Optional(_), _) => value_name,
        (Kind::Many(_), Some(_)) => {
            let action = action(quote!(Append));
            quote!(#value_name #action)
        }
        (Kind::Many(_), None) => {
            let action = action(quote!(Append));
            quote!(#value_name #action.num_args(0..))
        }
    };
    quote!(#private::clap::Arg::new(#id) #(#long)* #(#short)* #kind #(#default)* #(#help)*)
}

fn run(command: &Command) -> TokenStream {
    let private = private();
    let call = local("call");
    let app = local("app");
    let app = command
        .points()
        .next()
        .map(|_| quote!(let #app = #call.app;));
    let argument = if command.parameters.is_empty() {
        quote!(_)
    } else {
        quote!(#call)
    };
    let variables: Vec<_> = command.parameters.iter().map(variable).collect();
    let filled = command.parameters.iter().map(|parameter| match parameter {
        Parameter::Injected(point) => point.filled(&Place::App),
        Parameter::Given(argument) => read(argument),
        Parameter::Call {
            by_reference: false,
            ..
        } => quote!(#call),
        Parameter::Call {
            by_reference: true, ..
        } => quote!(&#call),
    });
    let function = &command.function;
    let called = if command.is_async {
        quote!(#function(#(#variables),*).await)
    } else {
        quote!(#function(#(#variables),*))
    };
    let outcome = outcome("CommandOutcome", &command.output, &called);
    quote! {
        async fn run(
            &self,
            #argument: #private::Call<'_>,
        ) -> #private::Result<::std::process::ExitCode> {
            #app
            #(let #variables = #filled;)*
            #outcome
        }
    }
}

fn variable(parameter: &Parameter) -> Ident {
    match parameter {
        Parameter::Injected(point) => point.variable(),
        Parameter::Given(Argument { name, .. }) | Parameter::Call { name, .. } => {
            let mut name = name.clone();
            name.set_span(Span::mixed_site());
            name
        }
    }
}

fn read(argument: &Argument) -> TokenStream {
    let call = local("call");
    let id = argument.name.unraw().to_string();
    let (method, ty) = match &argument.kind {
        Kind::Flag => return quote!(#call.flag(#id)),
        Kind::One(ty) => (quote_spanned!(ty.span()=> argument), ty),
        Kind::Optional(ty) => (quote_spanned!(ty.span()=> option), ty),
        Kind::Many(ty) => (quote_spanned!(ty.span()=> arguments), ty),
    };
    let read = quote_spanned!(ty.span()=> #method::<#ty>);
    quote!(#call.#read(#id)?)
}
