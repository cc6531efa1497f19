//! The type that is enqueued, how it is run, and the registrations.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ReturnType;
use syn::spanned::Spanned;

use super::parse::literal;
use super::validate::{Parameter, Payload, Task};
use crate::shared::function::{outcome, path_of, submit_function};
use crate::shared::injection::{Place, Point, local};
use crate::shared::{location, module_path, private, submit};

/// Writes it; `beside` are points that only the graph check is told of.
pub(crate) fn expand(task: &Task, beside: &[Point]) -> TokenStream {
    let carrier = carrier(task);
    let registration = registration(task);
    let points: Vec<_> = task.points().chain(beside).collect();
    let function = submit_function(&task.function, &points);
    quote!(#carrier #registration #function)
}

/// The type beside the function, with its arguments as fields. A function and a type with fields in
/// braces may have one name: they are in different namespaces.
fn carrier(task: &Task) -> TokenStream {
    let private = private();
    let Task {
        function,
        visibility,
        name,
        ..
    } = task;
    let serde = quote!(#private::serde).to_string().replace(' ', "");
    let (names, types): (Vec<_>, Vec<_>) = task.payload().map(|it| (&it.name, &it.ty)).unzip();
    let fields = task.payload().map(
        |Payload {
             name,
             ty,
             attributes,
         }| { quote!(#(#attributes)* #name: #ty,) },
    );
    let output = match &task.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => quote!(#ty),
    };
    let output = quote_spanned!(output.span()=> <#output as #private::tasks::TaskOutcome>::Output);
    let options = options(task);
    let key = key(task);
    let doc = format!("A call of the task `{name}`.", name = name.value());
    quote! {
        #[doc = #doc]
        #[allow(non_camel_case_types, dead_code)]
        #[derive(#private::serde::Serialize, #private::serde::Deserialize)]
        #[serde(crate = #serde)]
        #visibility struct #function { #(#fields)* }

        #[allow(dead_code, clippy::new_ret_no_self, clippy::too_many_arguments)]
        impl #function {
            /// A call with these arguments, to be enqueued.
            #visibility fn new(#(#names: #types),*) -> #private::tasks::TaskCall<Self> {
                #private::tasks::TaskCall::of(Self { #(#names),* })
            }
        }

        impl #private::tasks::Task for #function {
            type Output = #output;
            const NAME: &'static str = #name;
            const OPTIONS: #private::tasks::TaskOptions = #options;
            #key
        }
    }
}

fn options(task: &Task) -> TokenStream {
    let private = private();
    let tasks = quote!(#private::tasks);
    let options = &task.options;
    let optional =
        |name: TokenStream, value: Option<TokenStream>| value.map(|it| quote!(#name: #it,));
    let fields = [
        optional(quote!(queue), options.queue.as_ref().map(|it| quote!(#it))),
        optional(quote!(retries), options.retries.map(|it| quote!(#it))),
        optional(quote!(backoff), options.backoff.clone()),
        optional(
            quote!(timeout),
            options.timeout.map(|it| {
                let it = literal(it);
                quote!(::core::option::Option::Some(#it))
            }),
        ),
        optional(quote!(priority), options.priority.map(|it| quote!(#it))),
        optional(
            quote!(unique),
            options.unique.as_ref().map(|it| match it.window {
                None => quote!(#tasks::Uniqueness::UntilDone),
                Some(window) => {
                    let window = literal(window);
                    quote!(#tasks::Uniqueness::Within(#window))
                }
            }),
        ),
    ];
    let fields: Vec<_> = fields.into_iter().flatten().collect();
    if fields.is_empty() {
        return quote!(#tasks::TaskOptions::DEFAULT);
    }
    quote!(#tasks::TaskOptions { #(#fields)* ..#tasks::TaskOptions::DEFAULT })
}

fn key(task: &Task) -> Option<TokenStream> {
    let private = private();
    let by = &task.options.unique.as_ref()?.by;
    if by.is_empty() {
        return None;
    }
    Some(quote! {
        fn unique_key(&self) -> ::core::option::Option<::std::string::String> {
            #private::tasks::key(&[#(&self.#by),*])
        }
    })
}

fn registration(task: &Task) -> TokenStream {
    let private = private();
    let Task { function, name, .. } = task;
    let path = path_of(function);
    let (module_path, location) = (module_path(), location());
    let container = local("container");
    let points: Vec<_> = task.points().collect();
    let argument = if points.is_empty() {
        quote!(_)
    } else {
        quote!(#container)
    };
    let held = points.iter().map(|point| point.variable());
    let filled = points.iter().map(|point| point.filled(&Place::Container));
    let runner = runner(task);
    submit(quote! {
        #private::tasks::TaskRegistration {
            name: #name,
            function: #path,
            module_path: #module_path,
            location: #location,
            options: <#function as #private::tasks::Task>::OPTIONS,
            bind: |#argument| {
                #(let #held = #filled;)*
                ::core::result::Result::Ok(#runner)
            },
        }
    })
}

/// The closure that runs it. It is called many times, so it hands out clones of what it holds.
fn runner(task: &Task) -> TokenStream {
    let private = private();
    let function = &task.function;
    let (given, arguments) = (local("given"), local("arguments"));
    let read = task.payload().next().map_or_else(
        // What older versions kept is no reason not to run what needs none of it.
        || quote!(let _ = &#given;),
        |_| quote!(let #arguments = #given.arguments::<#function>()?;),
    );
    let passed: Vec<_> = task
        .parameters
        .iter()
        .map(|parameter| match parameter {
            Parameter::Payload(Payload { name, .. }) => quote!(#arguments.#name),
            Parameter::Context {
                by_reference: false,
            } => quote!(#given.context()),
            Parameter::Context { by_reference: true } => quote!(&#given.context()),
            Parameter::Injected(point) => {
                let point = point.variable();
                quote!(#point)
            }
        })
        .collect();
    let held: Vec<_> = task.points().map(Point::variable).collect();
    let clones: Vec<_> = task.points().map(Point::again).collect();
    if task.is_async {
        let outcome = outcome(
            "tasks::TaskOutcome",
            &task.output,
            &quote!(#function(#(#passed),*).await),
        );
        quote! {
            #private::tasks::Runner::asynchronous(move |#given: #private::tasks::Given| {
                #(let #held = #clones;)*
                async move {
                    #read
                    #outcome
                }
            })
        }
    } else {
        let outcome = outcome(
            "tasks::TaskOutcome",
            &task.output,
            &quote!(#function(#(#passed),*)),
        );
        quote! {
            #private::tasks::Runner::blocking(move |#given: #private::tasks::Given| {
                #(let #held = #clones;)*
                #read
                #outcome
            })
        }
    }
}
