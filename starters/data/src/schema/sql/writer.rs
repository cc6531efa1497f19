//! A script as it is written: statements that belong together, with a word on why.

/// Writes a script.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
    /// Comments of the statements that come next.
    comments: Vec<String>,
    /// Whether the next statement stands apart from the last.
    apart: bool,
}

/// Where the lines of a comment are broken.
const WIDTH: usize = 100;

impl Writer {
    /// Says something of the next statement, a sentence.
    pub(super) fn comment(&mut self, sentence: &str) -> &mut Self {
        self.comments.push(sentence.to_owned());
        self
    }

    /// Writes a statement, without its semicolon.
    pub(super) fn statement(&mut self, sql: &str) -> &mut Self {
        let is_large = sql.contains('\n');
        let is_apart = self.apart || is_large || !self.comments.is_empty();
        if is_apart && !self.text.is_empty() {
            self.text.push('\n');
        }
        for sentence in std::mem::take(&mut self.comments) {
            self.text.push_str(&wrapped(&sentence));
        }
        self.text.push_str(sql);
        self.text.push_str(";\n");
        self.apart = is_large;
        self
    }

    /// Writes a statement right behind the last, which it belongs to.
    pub(super) fn and(&mut self, sql: &str) -> &mut Self {
        self.text.push_str(sql);
        self.text.push_str(";\n");
        self.apart = true;
        self
    }

    /// Sets what comes apart from what was.
    pub(super) fn gap(&mut self) {
        self.apart = true;
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A sentence as lines of a comment, from a capital letter to a full stop.
fn wrapped(sentence: &str) -> String {
    let mut written = String::new();
    let mut line = "--".to_owned();
    for word in sentence.split_whitespace() {
        if line.len() + 1 + word.len() > WIDTH && line.len() > 2 {
            written.push_str(&line);
            written.push('\n');
            line = "--".to_owned();
        }
        line.push(' ');
        line.push_str(word);
    }
    written.push_str(&line);
    written.push('\n');
    written
}
