//! The shop's binary.

// Named, so that the linker keeps what the apps register.
use shop as _;

fn main() -> savia::ExitCode {
    savia::run()
}
