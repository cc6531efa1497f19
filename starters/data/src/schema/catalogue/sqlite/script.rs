//! Scripts that run in memory, as the runner of migrations runs them.

use diesel::connection::SimpleConnection;
use diesel::{Connection as _, SqliteConnection};

use super::read;
use crate::schema::catalogue::Catalogue;
use crate::schema::error::SchemaError;
use crate::schema::sql::without_foreign_keys;

/// What a database holds after scripts.
pub(in crate::schema::catalogue) fn of_scripts(scripts: &[&str]) -> Result<Catalogue, SchemaError> {
    let mut connection = SqliteConnection::establish(":memory:")?;
    for script in scripts {
        run(&mut connection, script)?;
    }
    read(&mut connection).map_err(SchemaError::Script)
}

fn run(connection: &mut SqliteConnection, script: &str) -> Result<(), SchemaError> {
    let keys = if without_foreign_keys(script) {
        "off"
    } else {
        "on"
    };
    let mut execute = |sql: &str| connection.batch_execute(sql).map_err(SchemaError::Script);
    execute(&format!("pragma foreign_keys = {keys}; begin;"))?;
    execute(script)?;
    execute("commit")
}
