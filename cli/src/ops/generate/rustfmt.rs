//! Formats code as the project formats its own.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The code as rustfmt has it, with the settings of the folder; as it is where there is no rustfmt.
///
/// The templates are formatted as they stand. What rustfmt does is break the lines that a long name
/// makes too long.
pub(super) fn formatted(code: String, folder: &Path) -> String {
    run(&code, folder).unwrap_or(code)
}

fn run(code: &str, folder: &Path) -> Option<String> {
    let program = std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let mut child = Command::new(program)
        .args(["--edition", "2024", "--emit", "stdout", "--quiet"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // It reads all before it writes, so nobody waits for the other.
    child.stdin.take()?.write_all(code.as_bytes()).ok()?;
    let done = child.wait_with_output().ok()?;
    let text = String::from_utf8(done.stdout).ok()?;
    (done.status.success() && !text.is_empty()).then_some(text)
}
