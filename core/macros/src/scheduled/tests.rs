use quote::quote;

use super::expand;
use crate::shared::golden::{errors, pretty};

#[test]
fn a_schedule_is_a_task_that_is_enqueued_at_times() {
    insta::assert_snapshot!(pretty(expand(
        quote!(
            cron = config("reports.cron", default = "0 3 * * *"),
            zone = "Europe/Berlin",
            missed = "run_once"
        ),
        quote! {
            async fn report(reports: Arc<Reports>) -> Result<()> {
                reports.write().await
            }
        },
    )));
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(
        errors(expand(
            quote!(missed = "sometimes", zone = 1),
            quote!(
                async fn a() {}
            )
        )),
        [
            "unknown word `sometimes`\nknown words: `skip`, `run_once`",
            "`zone` is a text in quotes: `zone = \"Europe/Berlin\"`",
            "say when: `#[scheduled(cron = \"0 3 * * *\")]` or `#[scheduled(every = \"30s\")]`",
        ]
    );
    assert_eq!(
        errors(expand(
            quote!(every = "30s"),
            quote!(
                async fn a(name: String) {}
            )
        )),
        [
            "a schedule has no arguments to give: components are asked for as `Arc<T>`, configuration \
             with `#[value(\"key\")]`"
        ]
    );
}
