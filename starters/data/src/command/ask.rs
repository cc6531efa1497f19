//! Questions on the terminal.

use std::io::{BufRead, IsTerminal, Write};

/// Whether somebody is there to be asked.
pub(super) fn is_possible() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// A yes or a no; no where nothing is said.
pub(super) fn yes(question: &str) -> bool {
    let said = line(&format!("{question} [y/N] "));
    matches!(said.as_deref(), Some("y" | "Y" | "yes"))
}

/// What is said; nothing at the end of the input.
pub(super) fn line(prompt: &str) -> Option<String> {
    let mut out = std::io::stderr().lock();
    // Whoever cannot be asked answers nothing.
    let _ = write!(out, "{prompt}").and_then(|()| out.flush());
    let mut said = String::new();
    match std::io::stdin().lock().read_line(&mut said) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(said.trim().to_owned()),
    }
}
