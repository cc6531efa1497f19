//! The toolchain, the C compiler, the linker.

use std::process::Command;

use cargo_metadata::semver::Version;

use super::findings::{Finding, fail, ok, warn};
use crate::ops::toolchain::{self, MINIMUM_RUST, Rustc};

/// From this version on rustc links with lld by itself on x86-64 Linux
/// (<https://blog.rust-lang.org/2025/09/01/rust-lld-on-1.90.0-stable/>).
const LLD_BY_DEFAULT: Version = Version::new(1, 90, 0);

pub(super) fn examine() -> Vec<Finding> {
    let rustc = Rustc::ask();
    let mut findings = vec![compiler(rustc.as_ref()), cargo(), c_compiler()];
    findings.extend(rustc.as_ref().map(linker));
    findings
}

fn compiler(rustc: Option<&Rustc>) -> Finding {
    let Some(rustc) = rustc else {
        return fail(
            "rustc",
            "no Rust compiler on the PATH",
            "install it from https://rustup.rs",
        );
    };
    let version = &rustc.version;
    if is_at_least(version, MINIMUM_RUST) {
        ok(
            "rustc",
            format!(
                "{version}, for {}; {MINIMUM_RUST} or later is needed",
                rustc.host
            ),
        )
    } else {
        fail(
            "rustc",
            format!("{version}, and {MINIMUM_RUST} or later is needed"),
            "rustup update",
        )
    }
}

/// Whether a compiler is as new as `1.95` asks; a beta or nightly of that number is.
fn is_at_least(version: &Version, minimum: &str) -> bool {
    let mut numbers = minimum
        .split('.')
        .map(|number| number.parse().unwrap_or_default());
    let minimum = (
        numbers.next().unwrap_or_default(),
        numbers.next().unwrap_or_default(),
    );
    (version.major, version.minor) >= minimum
}

fn cargo() -> Finding {
    match toolchain::first_line(Command::new(toolchain::cargo()).arg("--version")) {
        Some(version) => ok("cargo", version.trim_start_matches("cargo ")),
        None => fail(
            "cargo",
            "not on the PATH",
            "install it from https://rustup.rs",
        ),
    }
}

fn c_compiler() -> Finding {
    let chosen = std::env::var("CC").ok();
    let candidates = chosen.as_deref().into_iter().chain(["cc", "gcc", "clang"]);
    let found = candidates.into_iter().find_map(|program| {
        toolchain::first_line(Command::new(program).arg("--version"))
            .map(|version| format!("{program}: {version}"))
    });
    match found {
        Some(compiler) => ok("C compiler", compiler),
        // Rust for MSVC finds Visual Studio's by itself, off the PATH.
        None if cfg!(windows) => warn(
            "C compiler",
            "none on the PATH",
            "it is part of the Visual Studio Build Tools, which Rust finds by itself",
        ),
        None => fail(
            "C compiler",
            "no cc, gcc or clang on the PATH; crates with C in them and the linker need it",
            "Debian, Ubuntu: apt install build-essential · Fedora: dnf install gcc · macOS: \
             xcode-select --install",
        ),
    }
}

fn linker(rustc: &Rustc) -> Finding {
    let has =
        |program: &str| toolchain::first_line(Command::new(program).arg("--version")).is_some();
    let fast = ["mold", "ld.lld"].into_iter().find(|program| has(program));
    if rustc.host == "x86_64-unknown-linux-gnu" && rustc.version >= LLD_BY_DEFAULT {
        return ok(
            "linker",
            match fast {
                Some("mold") => {
                    "lld, which rustc brings; mold is there too: \
                `-C link-arg=-fuse-ld=mold` in .cargo/config.toml uses it"
                }
                _ => "lld, which rustc brings",
            },
        );
    }
    match fast {
        Some(program) => ok(
            "linker",
            format!(
                "the system's; {program} is there and quicker: `-C link-arg=-fuse-ld={}` in \
                 .cargo/config.toml uses it",
                program.trim_start_matches("ld.")
            ),
        ),
        None if rustc.host.contains("linux") => warn(
            "linker",
            "the system's; rebuilds are quicker with mold or lld",
            "install mold, and set `-C link-arg=-fuse-ld=mold` in .cargo/config.toml",
        ),
        None => ok("linker", "the system's"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_is_compared_by_its_numbers() {
        for (version, enough) in [
            ("1.95.0", true),
            ("1.95.0-beta.3", true),
            ("2.0.0", true),
            ("1.94.9", false),
        ] {
            assert_eq!(
                is_at_least(&Version::parse(version).unwrap(), "1.95"),
                enough,
                "{version}"
            );
        }
    }
}
