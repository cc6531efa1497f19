//! `security.audit`.

use std::time::Duration;

use savia_core::config;
use savia_core::config::{ByteSize, Secret, rules};

/// Who did what, on what, from where and when: logins, denials, changes of roles, and what is
/// `#[audited]`.
#[config]
pub struct AuditConfig {
    /// Whether anything is recorded.
    #[default(true)]
    pub enabled: bool,

    /// Where records go, unless the application has an `AuditSink` of its own.
    #[default(Sink::Auto)]
    pub sink: Sink,

    /// What becomes of a request whose record cannot be written.
    #[default(OnFailure::Refuse)]
    pub on_failure: OnFailure,

    /// A secret of 32 bytes or more (`openssl rand -base64 32`) that every record is authenticated with
    /// (HMAC-SHA-256), so that who can write the records cannot forge them. It has to stay the same for as
    /// long as the records are verified.
    pub key: Option<Secret<String>>,

    /// For how long records are kept, from `1d`; without the key, for ever. Of files, whole ones are
    /// removed, once their last record is older.
    #[garde(custom(a_day_or_more))]
    pub retention: Option<Duration>,

    /// Whether denials of callers who are not known are recorded too (401).
    #[default(true)]
    pub anonymous_denials: bool,

    /// What only the file has.
    #[default]
    #[garde(dive)]
    pub file: AuditFileConfig,
}

/// Where records go.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum Sink {
    /// To the log in the profiles `dev` and `test`, to the file in every other.
    Auto,
    /// To the application's log, with the target `audit`. Nothing verifies it.
    Log,
    /// To a file with a record a line.
    File,
    /// To the application's database, table `security_audit`.
    Database,
}

/// What becomes of a request whose record cannot be written.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// It is answered 503.
    Refuse,
    /// It goes on; the record is in the log of errors.
    Warn,
}

/// The file of the audit log.
#[config]
pub struct AuditFileConfig {
    /// The file, beside `application.yaml` or absolute. Beside it stands its head (`audit.jsonl.head`), and
    /// older files (`audit.jsonl.000000000001`, by their first record). No other program may rotate it.
    #[default("audit/audit.jsonl")]
    pub path: String,

    /// How long it becomes before the next is begun, from `4KiB`.
    #[default(ByteSize::mib(64))]
    #[garde(custom(four_kib_or_more))]
    pub max_size: ByteSize,

    /// How old it becomes before the next is begun, by its first record, up to `24h`.
    #[default("24h")]
    #[garde(custom(rules::some_time))]
    pub max_age: Duration,
}

fn a_day_or_more(value: &Option<Duration>, _: &()) -> garde::Result {
    match value {
        Some(value) if value.as_secs() < 86_400 => Err(garde::Error::new("shorter than 1d")),
        _ => Ok(()),
    }
}

fn four_kib_or_more(value: &ByteSize, _: &()) -> garde::Result {
    match value.bytes() < 4_096 {
        true => Err(garde::Error::new("smaller than 4KiB")),
        false => Ok(()),
    }
}
