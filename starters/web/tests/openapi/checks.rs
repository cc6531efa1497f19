//! What is wrong with routes keeps an application from starting, all of it at once.

use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::error::Diagnosis;
use savia_core::lifecycle::Application;
use serde_json::json;

async fn faults(apps: &[&str]) -> Vec<Diagnosis> {
    // Another starter that is compiled in may keep a file there.
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources::in_dir(folder.path()).over("installed_apps", json!(apps));
    let configured = Application::configure(sources).unwrap();
    match configured.discover(Overrides::default()).build().await {
        Ok(_) => Vec::new(),
        Err(error) => error.diagnoses,
    }
}

#[tokio::test]
async fn routes_that_are_in_order_have_no_faults() {
    assert_eq!(faults(&["orders", "guard", "notes", "home"]).await, []);
}

#[tokio::test]
async fn a_secured_route_that_nobody_guards_stops_the_start() {
    let faults = faults(&["orders"]).await;
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(
        faults[0].what,
        "2 routes are `#[secured]`, and nothing guards them"
    );
    assert_eq!(faults[0].places.len(), 2);
    assert!(
        faults[0].help[0].contains("security"),
        "{:?}",
        faults[0].help
    );
}

#[tokio::test]
async fn a_prefix_of_an_unknown_app_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources::in_dir(folder.path())
        .over("installed_apps", json!(["notes"]))
        .over("server.prefixes", json!({ "nots": "/api" }));
    let configured = Application::configure(sources).unwrap();
    let error = configured
        .discover(Overrides::default())
        .build()
        .await
        .unwrap_err();
    assert_eq!(error.diagnoses[0].code, "web::prefix");
    assert_eq!(error.diagnoses[0].help, ["did you mean `notes`?"]);
}

#[tokio::test]
async fn every_fault_of_the_routes_is_told_with_its_places() {
    let faults = faults(&["orders", "guard", "rival"]).await;
    let told: Vec<_> = faults
        .iter()
        .map(|fault| (fault.code, fault.what.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "web::path",
                r"`/orders/broken/{id:\d+(}`: `\d+(` is no regular expression: unclosed group"
            ),
            ("web::duplicate", "GET /orders/{id} has 2 handlers"),
            (
                "web::names",
                "`/orders/{number}/lines` and `/orders/{order}/lines` are one path"
            ),
        ]
    );
    let files = |fault: &Diagnosis| -> Vec<String> {
        let file = |place: &String| place.rsplit(['/', ':']).nth(1).unwrap().to_owned();
        fault.places.iter().map(file).collect()
    };
    assert_eq!(files(&faults[1]), ["orders.rs", "rival.rs"]);
    assert_eq!(files(&faults[2]), ["rival.rs", "rival.rs"]);
    assert_eq!(
        faults[1].context,
        ["OrderController::show and RivalController::show answer there"]
    );
}
