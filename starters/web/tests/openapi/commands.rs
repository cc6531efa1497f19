//! `routes` and `openapi`, run in a process of their own as the project's binary runs them.

use std::process::{Command, ExitCode};

use serde_json::{Value, json};

const ARGUMENTS: &str = "TEST_COMMAND_LINE";

/// What stands between the test harness's own words and the command's.
const MARK: &str = "---- the command's output ----\n";

/// The project's binary: with arguments in the environment it runs them and ends. Without, it is
/// a test like any other.
#[test]
fn as_a_project() {
    let Ok(arguments) = std::env::var(ARGUMENTS) else {
        let code = savia_core::run::run_with(["shop", "rotes"].map(Into::into));
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(2)));
        return;
    };
    let arguments: Vec<String> = serde_json::from_str(&arguments).unwrap();
    println!("\n{MARK}");
    let line = std::iter::once("shop".to_owned()).chain(arguments);
    let code = savia_core::run::run_with(line.map(Into::into));
    std::process::exit(i32::from(
        format!("{code:?}") != format!("{:?}", ExitCode::SUCCESS),
    ));
}

#[track_caller]
fn run(arguments: &[&str]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "commands::as_a_project",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(ARGUMENTS, serde_json::to_string(arguments).unwrap())
        .env("SAVIA_PROFILE", "test")
        .env("SAVIA_INSTALLED_APPS", "[orders, guard]")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_once(MARK).unwrap().1.trim_start().to_owned()
}

#[test]
fn routes_lists_who_answers_what() {
    let listing = run(&["routes"]);
    let row = |path: &str| -> Vec<&str> {
        let line = listing.lines().find(|line| line.contains(path)).unwrap();
        line.split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .collect()
    };
    assert_eq!(
        row("PATH"),
        ["METHOD", "PATH", "HANDLER", "APP", "ACCESS", "LOCATION"]
    );
    let create = listing
        .lines()
        .find(|line| line.contains("::create "))
        .unwrap();
    for word in [
        "POST",
        "/orders",
        "OrderController::create",
        "orders:write",
        "apps/orders.rs:",
    ] {
        assert!(create.contains(word), "{word}: {create}");
    }
    assert_eq!(row("/orders/{id}/review")[4], "public");
    // Savia's own are routes too.
    assert!(row("/openapi.json").contains(&"Docs::document"));
}

#[test]
fn routes_is_json_for_programs() {
    let routes: Vec<Value> = serde_json::from_str(&run(&["routes", "--format", "json"])).unwrap();
    let replace = routes
        .iter()
        .find(|it| it["handler"] == "OrderController::replace")
        .unwrap();
    assert_eq!(
        (
            &replace["method"],
            &replace["path"],
            &replace["app"],
            &replace["access"]
        ),
        (
            &json!("PUT"),
            &json!("/orders/{id}"),
            &json!("orders"),
            &json!("any(orders:write, role ADMIN)")
        )
    );
    let paths: Vec<_> = routes
        .iter()
        .map(|it| it["path"].as_str().unwrap())
        .collect();
    assert!(paths.is_sorted(), "{paths:?}");
}

#[test]
fn openapi_writes_the_document_there_or_here() {
    let printed: Value = serde_json::from_str(&run(&["openapi"])).unwrap();
    assert_eq!(printed["openapi"], "3.1.0");
    let file = std::env::temp_dir().join(format!("savia-openapi-{}.json", std::process::id()));
    run(&["openapi", "--output", file.to_str().unwrap()]);
    let written = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), printed);
    assert!(written.ends_with("}\n"));
}
