//! The Rust toolchain: where it is and what it says of itself.

use std::ffi::OsString;
use std::process::{Command, Stdio};

use cargo_metadata::semver::Version;

use crate::error::{CliError, Result};

/// The oldest compiler that this version of the framework is tested with.
pub(crate) const MINIMUM_RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// The cargo to call: the one that called us, or the one on the PATH.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Makes sure that cargo is there before anything is begun.
///
/// # Errors
///
/// When it is not.
pub(crate) fn require_cargo() -> Result<()> {
    let cargo = cargo();
    match first_line(Command::new(&cargo).arg("--version")) {
        Some(_) => Ok(()),
        None => Err(CliError::NoToolchain {
            program: cargo.to_string_lossy().into_owned(),
        }),
    }
}

/// What the compiler says of itself.
pub(crate) struct Rustc {
    /// Its version.
    pub(crate) version: Version,
    /// The machine it runs on: `x86_64-unknown-linux-gnu`.
    pub(crate) host: String,
}

impl Rustc {
    /// Asks the compiler; none where there is no compiler.
    pub(crate) fn ask() -> Option<Self> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let said = said(Command::new(rustc).arg("-vV"))?;
        let field = |name: &str| {
            said.lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        Some(Self {
            version: Version::parse(field("release")?).ok()?,
            host: field("host")?.to_owned(),
        })
    }
}

/// The first line a program says, if it is there and content.
pub(crate) fn first_line(command: &mut Command) -> Option<String> {
    said(command)?.lines().next().map(str::to_owned)
}

fn said(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
