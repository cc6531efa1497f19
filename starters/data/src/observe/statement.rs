//! The text of a statement, without its values.

use std::fmt::{self, Write};

use diesel::connection::DebugQuery;

/// The longest text that is logged, in bytes.
const LONGEST: usize = 2048;

/// What diesel writes between a statement and its values.
const VALUES: &str = " -- binds: ";

/// The text of a statement. diesel writes the values behind it; they are left out.
pub(super) fn text(query: &dyn DebugQuery) -> String {
    let mut text = Bounded(String::new());
    // Writing ends early, and on purpose, where there is enough.
    let _ = write!(text, "{query}");
    let mut text = text.0;
    if let Some(at) = text.find(VALUES) {
        text.truncate(at);
    }
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}

struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        if self.0.len() > LONGEST {
            return Err(fmt::Error);
        }
        self.0.push_str(more);
        Ok(())
    }
}
