//! `security.passwords`.

use savia_core::config;

/// Passwords. There are no rules of composition, as ASVS 6.2.5 wants it: length counts, and that
/// nobody would guess it.
#[config]
pub struct PasswordsConfig {
    /// The least characters of a password, from 8 to 64.
    #[default(8)]
    #[garde(range(min = 8, max = 64))]
    pub min_length: usize,

    /// The most characters of a password, from 64 to 1,024.
    #[default(128)]
    #[garde(range(min = 64, max = 1_024))]
    pub max_length: usize,

    /// Whether a password is refused that many people have, or that the address or the application's
    /// name gives away. What is known to be common is in the binary; nobody is asked.
    #[default(true)]
    pub refuse_common: bool,

    /// How passwords are hashed.
    #[default]
    pub argon2: Argon2Config,
}

/// Argon2id. The defaults are OWASP's; a hash that was made with others is made anew when its owner
/// logs in.
#[config]
pub struct Argon2Config {
    /// Memory in KiB, from 7,168 (OWASP's least, with five passes) to 4,194,304.
    #[default(19_456)]
    #[garde(range(min = 7_168, max = 4_194_304))]
    pub memory: u32,

    /// Passes over the memory, from 1 to 100.
    #[default(2)]
    #[garde(range(min = 1, max = 100))]
    pub iterations: u32,

    /// Lanes, from 1 to 16.
    #[default(1)]
    #[garde(range(min = 1, max = 16))]
    pub parallelism: u32,

    /// How many passwords are hashed at once, from 1 to 256; without the key, as many as the machine has
    /// processors. Each takes a thread and the memory above.
    #[garde(inner(range(min = 1, max = 256)))]
    pub at_once: Option<usize>,

    /// How many may wait for their turn, from 1 to 100,000; more are answered with 503.
    #[default(256)]
    #[garde(range(min = 1, max = 100_000))]
    pub waiting: usize,
}
