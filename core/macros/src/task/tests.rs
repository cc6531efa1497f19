use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn a_task_is_a_type_beside_its_function() {
    insta::assert_snapshot!(pretty(expand(
        quote!(
            queue = "mail",
            retries = 5,
            timeout = "30s",
            unique(by(order_id), window = "10m")
        ),
        quote! {
            /// Sends a receipt.
            pub(crate) async fn send_receipt(
                order_id: i64,
                #[serde(default)] copy: bool,
                mailer: Arc<dyn Mailer>,
                #[value("mail.from", default = "me")] from: String,
                task: &TaskContext,
            ) -> Result<String> {
                mailer.send(order_id, copy).await
            }
        },
    )));
}

#[test]
fn a_plain_function_blocks() {
    insta::assert_snapshot!(pretty(expand(
        quote!(),
        quote! {
            fn sweep() {}
        },
    )));
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(
        errors(expand(
            quote!(retry = 1, timeout = "soon", backoff = exponential(1)),
            quote!(
                async fn a(name: &str, (a, b): Pair) {}
            )
        )),
        [
            "unknown option `retry`, did you mean `retries`?\nknown options: `name`, `queue`, `retries`, \
             `backoff`, `timeout`, `priority`, `unique`",
            "this is no time with its unit, such as `30s`, `5m` or `1h 30m`",
            "`backoff` is written `backoff = exponential(\"1s\", max = \"10m\")` or `backoff = fixed(\"5s\")`",
            "what is kept with a task is its own: take `String` for `&str`, `Vec<T>` for `&[T]`, and \
             components as `Arc<T>`",
            "a parameter is a name with a type: `name: Type`",
        ]
    );
}
