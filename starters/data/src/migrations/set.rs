//! Migrations, as they are compiled in.

use savia_core::component::Location;

use crate::statement::Dialect;

/// The migrations of an app; `savia::data::migrations!()` submits one.
#[derive(Debug)]
pub struct MigrationSet {
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// Where it was declared.
    pub location: Location,
    /// The folder it was made from.
    pub folder: &'static str,
    /// By version.
    pub migrations: &'static [Migration],
    /// The rows that the app begins with, by file name: `savia db seed` inserts them.
    pub seeds: &'static [Seed],
}

/// A [fixture](crate::fixture) in the app's folder `seeds`.
#[derive(Debug)]
pub struct Seed {
    /// The file's name.
    pub name: &'static str,
    /// The file's text.
    pub text: &'static str,
}

/// A step from one form of the database to the next.
#[derive(Debug)]
pub struct Migration {
    /// The number its folder's name begins with.
    pub version: &'static str,
    /// The rest of its folder's name.
    pub name: &'static str,
    /// The step.
    pub up: Script,
    /// The way back.
    pub down: Script,
}

/// SQL for each of the databases; the same text where it serves both.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    /// For SQLite.
    pub sqlite: Option<&'static str>,
    /// For PostgreSQL.
    pub postgres: Option<&'static str>,
}

impl Script {
    /// The text for a database.
    pub fn of(&self, dialect: Dialect) -> Option<&'static str> {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }
}

impl Migration {
    /// What its text comes to: FNV-1a (RFC 9923) in 64 bits, whichever way its lines end.
    pub(super) fn checksum(&self, dialect: Dialect) -> String {
        let text = self.up.of(dialect).unwrap_or_default();
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in text.bytes().filter(|byte| *byte != b'\r') {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("{hash:016x}")
    }
}

savia_core::__private::inventory::collect!(MigrationSet);
