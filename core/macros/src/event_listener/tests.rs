use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn a_plain_function_hears_inside_the_publisher() {
    insta::assert_snapshot!(pretty(expand(
        quote!(order = 3),
        quote! {
            fn audit(
                event: &OrderPlaced,
                log: Arc<AuditLog>,
                #[value("audit.level", default = 1)] level: u8,
            ) -> Result<()> {
                log.write(level, event)
            }
        },
    )));
}

#[test]
fn an_async_function_hears_in_a_task() {
    insta::assert_snapshot!(pretty(expand(
        quote!(),
        quote! {
            pub(crate) async fn notify(event: &OrderPlaced, #[qualifier("smtp")] mailer: Arc<dyn Mailer>) {
                mailer.send(event).await;
            }
        },
    )));
}

#[test]
fn one_that_asks_for_nothing_is_no_concern_of_the_graph_check() {
    let listener = pretty(expand(
        quote!(),
        quote!(
            fn count(_: &OrderPlaced) {}
        ),
    ));
    assert!(listener.contains("EventListenerRegistration"), "{listener}");
    assert!(!listener.contains("FunctionRegistration"), "{listener}");
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(
        errors(expand(
            quote!(ordr = 1),
            quote!(
                fn a<T>(event: OrderPlaced, (a, b): Pair) {}
            )
        )),
        [
            "unknown option `ordr`, did you mean `order`?\nknown options: `order`",
            "Savia calls this function and has no types to choose: it cannot be generic",
            "a parameter is a name with a type: `name: Type`",
            "the first parameter is the event, by reference: `event: &OrderPlaced`",
        ]
    );
    assert_eq!(
        errors(expand(
            quote!(),
            quote!(
                fn a() {}
            )
        )),
        ["the first parameter is the event, by reference: `event: &OrderPlaced`"]
    );
    assert_eq!(
        errors(expand(
            quote!(),
            quote!(
                fn a(&self, event: &OrderPlaced) {}
            )
        )),
        ["this is a function outside every `impl`: it asks for components in its parameters"]
    );
    assert_eq!(
        errors(expand(
            quote!(),
            quote!(
                struct A;
            )
        )),
        ["`#[event_listener]` goes on a function outside every `impl`"]
    );
}
