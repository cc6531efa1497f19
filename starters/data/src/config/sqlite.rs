//! `data.sqlite`: what only SQLite has.

use std::time::Duration;

use savia_core::config;
use savia_core::config::ByteSize;

use savia_core::config::rules;

/// What only SQLite has.
#[config]
pub struct SqliteConfig {
    /// Threads that read, from 1 to 256, each with a connection; without the key, as many as there
    /// are processors, at least two. One more writes.
    #[garde(range(min = 1, max = 256))]
    pub readers: Option<usize>,

    /// How long a write waits for another process that writes the same file, up to `1h`; then 503.
    #[default("5s")]
    #[garde(custom(rules::at_most_an_hour))]
    pub busy_timeout: Duration,

    /// When a commit has reached the disk.
    #[default(Synchronous::Normal)]
    pub synchronous: Synchronous,

    /// Whether a `#[transactional]` method runs statements on its own thread that have been quick so
    /// far (within 100 µs, time after time); otherwise each goes to the thread that holds the
    /// transaction. One that is slow for the first time keeps its worker from other requests that
    /// once.
    #[default(true)]
    pub inline: bool,

    /// What each connection keeps of the file in memory.
    #[default(ByteSize::mib(16))]
    pub cache_size: ByteSize,
}

impl SqliteConfig {
    /// How many threads read.
    pub(crate) fn readers(&self) -> usize {
        self.readers.unwrap_or_else(|| {
            let processors = std::thread::available_parallelism();
            processors.map_or(2, |count| count.get().clamp(2, 16))
        })
    }
}

/// When a commit has reached the disk.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// At the next checkpoint: a commit survives the process, and what the operating system had
    /// not yet written is lost with the power. The file stays sound.
    Normal,
    /// Before the commit returns.
    Full,
}
