//! The `savia` command.

fn main() -> std::process::ExitCode {
    savia_cli::main()
}
