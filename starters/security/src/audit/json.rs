//! JSON that nothing a caller writes can break or disguise.

use std::io::{self, Write};

use savia_core::Result;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

/// Escapes, beside what JSON escapes, what terminals and editors take for more than a letter: control
/// characters of C1, line and paragraph separators, and what turns the direction of writing.
struct Plain(CompactFormatter);

impl Formatter for Plain {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut done = 0;
        for (at, letter) in fragment.char_indices() {
            if !is_disguise(letter) {
                continue;
            }
            self.0.write_string_fragment(writer, &fragment[done..at])?;
            write!(writer, "\\u{:04x}", u32::from(letter))?;
            done = at + letter.len_utf8();
        }
        self.0.write_string_fragment(writer, &fragment[done..])
    }
}

fn is_disguise(letter: char) -> bool {
    matches!(letter,
        '\u{7f}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A value as one line.
///
/// # Errors
///
/// It cannot be written as JSON.
pub(super) fn written(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut text = Vec::with_capacity(256);
    let mut serializer = Serializer::with_formatter(&mut text, Plain(CompactFormatter));
    value.serialize(&mut serializer)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_disguises_is_escaped_and_reads_the_same() {
        let text = "a\nb\r\u{0}\u{1b}[2J\u{9b}\u{202e}\u{2028}\u{7f}é\u{feff}\"\\";
        let line = String::from_utf8(written(&text).unwrap()).unwrap();
        assert!(
            line.chars()
                .all(|it| it == 'é' || (' '..='~').contains(&it)),
            "{line}"
        );
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }
}
