//! What is said to the person: plain text in a pipe, a little colour on a terminal.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use crate::error::CliError;

/// Of errors and failed checks.
pub(crate) const RED: Style = AnsiColor::Red.on_default().bold();
/// Of what wants attention and stops nothing.
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
/// Of what went well.
pub(crate) const GREEN: Style = AnsiColor::Green.on_default().bold();
/// Of advice and of what is being done.
pub(crate) const CYAN: Style = AnsiColor::Cyan.on_default().bold();

/// Writes what was asked for to standard output.
///
/// A closed pipe (`savia routes | head -1`) is the reader's right and no error.
pub(crate) fn print(text: impl Display) {
    let mut out = anstream::stdout();
    let _ = write!(out, "{text}").and_then(|()| out.flush());
}

/// Says on standard error what is being done: `      watch rebuilding`.
pub(crate) fn status(verb: &str, text: impl Display) {
    let _ = writeln!(anstream::stderr(), "{GREEN}{verb:>12}{GREEN:#} {text}");
}

/// Warns on standard error.
pub(crate) fn warn(text: impl Display) {
    let _ = writeln!(anstream::stderr(), "{YELLOW}warning{YELLOW:#}: {text}");
}

/// Says what went wrong, why, and what to do.
pub(crate) fn report(error: &CliError) {
    let mut err = anstream::stderr();
    let _ = writeln!(err, "{RED}error{RED:#}: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        let _ = writeln!(err, "  because: {source}");
        cause = source.source();
    }
    if let Some(help) = error.help() {
        let mut lines = help.lines();
        let _ = writeln!(
            err,
            "   {CYAN}help{CYAN:#}: {}",
            lines.next().unwrap_or_default()
        );
        for line in lines {
            let _ = writeln!(err, "         {line}");
        }
    }
}

/// Asks the person at the terminal, who has to say yes; where there is nobody to ask, the answer is
/// no.
pub(crate) fn confirm(question: impl Display) -> bool {
    if !std::io::stdin().is_terminal() || !is_interactive() {
        return false;
    }
    let mut err = anstream::stderr();
    let _ = write!(err, "{YELLOW}?{YELLOW:#} {question} [y/N] ").and_then(|()| err.flush());
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// Whether a person watches standard error.
pub(crate) fn is_interactive() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
