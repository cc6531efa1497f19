//! What is measured: the servers and the requests.

use std::collections::BTreeMap;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::Message;

/// One of the servers under comparison.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) executable: PathBuf,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
}

/// One of the requests.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) request: Vec<u8>,
}

/// What every Savia server here is told: production, one worker, no word on the terminal.
const SAVIA: &[(&str, &str)] = &[
    ("SAVIA_PROFILE", "prod"),
    ("SAVIA_SERVER__WORKERS", "1"),
    ("NO_COLOR", "1"),
    // Cargo links what other benchmarks of the package need, and its tables are not there.
    ("SAVIA_DATA__MIGRATE_ON_START", "true"),
];

/// Each filter off; the body limit has no switch and needs none, being a comparison.
const WITHOUT_FILTERS: &[(&str, &str)] = &[
    ("SAVIA_SERVER__REQUEST_ID__ENABLED", "false"),
    ("SAVIA_SERVER__HEADERS__ENABLED", "false"),
    ("SAVIA_SERVER__COMPRESSION", "false"),
    ("SAVIA_SERVER__REQUEST_TIMEOUT", "0s"),
];

/// The defaults, and an origin for CORS to think about.
const WITH_FILTERS: &[(&str, &str)] = &[(
    "SAVIA_SERVER__CORS__ALLOWED_ORIGINS",
    "[https://app.example.com]",
)];

/// Builds the servers with the profile of this benchmark. The first one is what the others are
/// compared with.
///
/// # Errors
///
/// When they do not build.
pub(crate) fn subjects() -> io::Result<Vec<Subject>> {
    let built = build(&["server-raw", "server-wired", "server-savia"])?;
    let subject = |name, server: &str, environment: &[&[_]]| Subject {
        name,
        executable: built[server].clone(),
        environment: environment.concat(),
    };
    Ok(vec![
        subject("actix-web raw", "server-raw", &[]),
        subject("actix-web wired", "server-wired", &[]),
        subject(
            "Savia, no filters",
            "server-savia",
            &[SAVIA, WITHOUT_FILTERS],
        ),
        subject(
            "Savia, default filters",
            "server-savia",
            &[SAVIA, WITH_FILTERS],
        ),
    ])
}

fn build(servers: &[&str]) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut command = Command::new(env!("CARGO"));
    command
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .args([
            "bench",
            "--no-run",
            "--message-format",
            "json-render-diagnostics",
        ])
        .stdout(Stdio::piped());
    for server in servers {
        command.args(["--bench", server]);
    }
    let mut child = command.spawn()?;
    let output = child
        .stdout
        .take()
        .ok_or_else(|| io::Error::other("no output"))?;
    let mut built = BTreeMap::new();
    for message in Message::parse_stream(BufReader::new(output)) {
        if let Message::CompilerArtifact(artifact) = message?
            && let Some(executable) = artifact.executable
        {
            built.insert(artifact.target.name, executable.into_std_path_buf());
        }
    }
    if !child.wait()?.success() || servers.iter().any(|server| !built.contains_key(*server)) {
        return Err(io::Error::other("the servers do not build"));
    }
    Ok(built)
}

/// The requests, the one that the bounds are about first.
pub(crate) fn scenarios() -> Vec<Scenario> {
    const ORDER: &str = concat!(
        r#"{"name":"Ada Lovelace","email":"ada@example.com","age":36,"#,
        r#""website":"https://example.com/ada","country":"GB","city":"London","#,
        r#""phone":"+44 20 7946 0000","quantity":12,"price":149.9,"#,
        r#""note":"Leave it at the door, please."}"#
    );
    let get = |name, path| Scenario {
        name,
        request: format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").into_bytes(),
    };
    vec![
        get("GET /json", "/json"),
        get("GET /hello/{name}", "/hello/ada"),
        Scenario {
            name: "POST /validate",
            request: format!(
                "POST /validate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
                 Content-Length: {}\r\n\r\n{ORDER}",
                ORDER.len()
            )
            .into_bytes(),
        },
        get(FIRST_ROUTE, "/r/00/0"),
        get(LAST_ROUTE, "/r/19/9"),
    ]
}

/// The first of the 200 numbered routes.
pub(crate) const FIRST_ROUTE: &str = "first of 200 routes";
/// The last of them.
pub(crate) const LAST_ROUTE: &str = "last of 200 routes";
