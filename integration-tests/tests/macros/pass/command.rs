//! Commands take components, values and arguments, and return what they like.

use std::fmt::Debug;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use savia::{ExitCode, Result, command, service};

savia::app! { name: "users" }

#[service]
struct Log {
    #[init]
    lines: Mutex<Vec<String>>,
}

static LAST: Mutex<String> = Mutex::new(String::new());

fn say(what: impl Debug) {
    *LAST.lock().unwrap() = format!("{what:?}");
}

/// Makes an administrator.
///
/// This is not shown.
#[command(needs = "ready")]
async fn create_admin(
    log: Arc<Log>,
    absent: Option<Arc<String>>,
    none: Vec<Arc<dyn Debug + Send + Sync>>,
    #[value("users.min_length", default = 12)] min_length: usize,
    email: String,
    #[arg(default = "3", help = "How many")] count: u8,
    #[arg(short = 'f')] force: bool,
    from: Option<IpAddr>,
    #[arg(long = "role")] role_name: String,
    #[arg(short = 't')] r#tag: Vec<String>,
    rest: Vec<u64>,
) -> Result<()> {
    log.lines.lock().unwrap().push(email.clone());
    assert!(absent.is_none() && none.is_empty());
    say((min_length, email, count, force, from, role_name, tag, rest));
    Ok(())
}

// A name of its own, and a parameter that bears the function's name.
#[command(name = "log:clear", about = "Empties the log", needs = "discovered")]
fn clear(clear: Option<u8>) -> ExitCode {
    say(clear);
    ExitCode::from(clear.unwrap_or(7))
}

#[command]
async fn fail() -> Result<ExitCode, std::num::ParseIntError> {
    Ok(ExitCode::from("x".parse::<u8>()?))
}

struct Command;

// The user's own types stay what they are inside the generated code.
#[command]
fn own_types(command: Own) {
    let Own(Command) = command;
    say("own");
}

struct Own(Command);

impl std::str::FromStr for Own {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "ok" { Ok(Self(Command)) } else { Err("say ok".to_owned()) }
    }
}

fn run(line: &str) -> (ExitCode, String) {
    LAST.lock().unwrap().clear();
    let code = savia::run::run_with(line.split(' ').map(Into::into));
    (code, LAST.lock().unwrap().clone())
}

fn main() {
    let full = "app create-admin a@b 5 -f --from ::1 --role root -t x --tag y 1 2";
    assert_eq!(
        run(full),
        (ExitCode::SUCCESS, r#"(12, "a@b", 5, true, Some(::1), "root", ["x", "y"], [1, 2])"#.into())
    );
    assert_eq!(
        run("app create-admin a@b --role root --set users.min_length=20"),
        (ExitCode::SUCCESS, r#"(20, "a@b", 3, false, None, "root", [], [])"#.into())
    );
    // Without what is required, and with what cannot be read.
    assert_eq!(run("app create-admin a@b").0, ExitCode::from(2));
    assert_eq!(run("app create-admin a@b x --role root").0, ExitCode::from(2));
    assert_eq!(run("app log:clear"), (ExitCode::from(7), "None".into()));
    assert_eq!(run("app log:clear --clear 0"), (ExitCode::SUCCESS, "Some(0)".into()));
    assert_eq!(run("app fail").0, ExitCode::FAILURE);
    assert_eq!(run("app own-types ok"), (ExitCode::SUCCESS, "\"own\"".into()));
    assert_eq!(run("app own-types no").0, ExitCode::from(2));
}
