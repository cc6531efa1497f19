//! Migrations: SQL and Rust, compiled in, applied app by app.

mod code;
pub(crate) mod faults;
pub(crate) mod history;
pub(crate) mod order;
pub(crate) mod plan;
mod rehearsal;
mod runner;
mod set;
mod status;

use savia_core::app::Apps;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::{Error, ErrorKind, Result};

use crate::Database;
use crate::statement::Dialect;
use plan::Planned;

pub use code::{CodeMigration, Direction};
pub(crate) use rehearsal::Rehearsal;
pub use set::{Migration, MigrationSet, Script, Seed};
pub use status::{MigrationState, MigrationStatus};

/// Brings the database to what the installed apps want, and back.
///
/// Each migration is a transaction of its own: one that fails, or whose process is killed, leaves
/// nothing. No two instances migrate at once: the second waits, and finds that the work is done.
#[derive(Debug)]
pub struct Migrator<'a> {
    database: &'a Database,
    apps: &'a Apps,
    planned: Vec<Planned>,
}

impl<'a> Migrator<'a> {
    /// Of the migrations of the installed apps.
    pub fn new(database: &'a Database, apps: &'a Apps) -> Self {
        let planned = plan::live(apps);
        Self {
            database,
            apps,
            planned,
        }
    }

    /// Whether there is nothing to migrate: no installed app has a place for migrations.
    pub fn is_empty(&self) -> bool {
        self.planned.is_empty() && !plan::has_places(self.apps)
    }

    /// The migrations that have not been applied, as `app/version_name`, in their order.
    ///
    /// # Errors
    ///
    /// Where the database is out of reach.
    pub async fn pending(&self) -> Result<Vec<String>> {
        let pending = self.planned_pending().await?;
        Ok(pending.iter().map(Planned::label).collect())
    }

    /// The same, each with the SQL that it would run.
    ///
    /// # Errors
    ///
    /// Where the database is out of reach.
    pub async fn plan(&self) -> Result<Vec<(String, &'static str)>> {
        let dialect = self.database.dialect();
        let pending = self.planned_pending().await?;
        Ok(pending
            .iter()
            .map(|it| {
                let text = it.text(Direction::Up, dialect);
                (it.label(), text.unwrap_or("-- written in Rust"))
            })
            .collect())
    }

    /// What is to be known of every migration, of this binary's and of the database's.
    ///
    /// # Errors
    ///
    /// Where the database is out of reach.
    pub async fn status(&self) -> Result<Vec<MigrationStatus>> {
        let applied = self.applied().await?;
        Ok(status::of(&self.planned, &applied, self.database.dialect()))
    }

    /// Applies what has not been applied; says what was.
    ///
    /// # Errors
    ///
    /// Migrations that were changed or deleted after they had been applied or do not serve this
    /// database: all of them, and nothing is applied then. Otherwise the first that fails; those
    /// before it stay.
    pub async fn migrate(&self) -> Result<Vec<String>, StartupError> {
        let applied = self.applied().await.map_err(out_of_reach)?;
        StartupError::unless_empty(self.faults(&applied))?;
        let mut done = Vec::new();
        for planned in plan::pending(&self.planned, &applied) {
            let label = planned.label();
            match runner::run(self.database, planned, Direction::Up).await {
                Ok(true) => {
                    tracing::debug!("migration {label} applied");
                    done.push(label);
                }
                Ok(false) => {}
                Err(error) => {
                    let fault = failed(planned, &error);
                    return Err(fault
                        .because("nothing of it stays; those before it do")
                        .into());
                }
            }
        }
        Ok(done)
    }

    /// Reverts the last `count` that were applied, the last one first; says which.
    ///
    /// # Errors
    ///
    /// `Conflict` where one of them has no way back or was changed since, or a newer version of the
    /// application has applied others after it; nothing is reverted then. Otherwise the first that
    /// fails; those before it stay reverted.
    pub async fn rollback(&self, count: usize) -> Result<Vec<String>> {
        let applied = self.applied().await?;
        let done = plan::applied_last_first(&self.planned, &applied);
        self.revert(done.into_iter().take(count), &applied).await
    }

    /// Reverts what was applied after `version` (`posts:20261124080000`, or the name that
    /// [`pending`](Self::pending) gives), the last one first; says which.
    ///
    /// # Errors
    ///
    /// `BadRequest` where no such migration has been applied, or those of several apps have this
    /// number; otherwise as [`rollback`](Self::rollback).
    pub async fn rollback_to(&self, version: &str) -> Result<Vec<String>> {
        let applied = self.applied().await?;
        let done = plan::applied_last_first(&self.planned, &applied);
        let is_it = |planned: &Planned| {
            [planned.key(), planned.label(), planned.version.to_owned()]
                .contains(&version.to_owned())
        };
        let found: Vec<_> = done
            .iter()
            .enumerate()
            .filter(|(_, it)| is_it(it))
            .collect();
        let at = match found[..] {
            [(at, _)] => at,
            [] => {
                let known: Vec<_> = done.iter().map(Planned::key).collect();
                return Err(Error::bad_request(format!(
                    "no migration {version} has been applied; there are {}",
                    known.join(", ")
                )));
            }
            _ => {
                let keys: Vec<_> = found.iter().map(|(_, it)| it.key()).collect();
                return Err(Error::bad_request(format!(
                    "{version} is the number of several migrations; say which: {}",
                    keys.join(", ")
                )));
            }
        };
        self.revert(done.into_iter().take(at), &applied).await
    }

    /// Notes what has not been applied as applied: for a database that has the tables already.
    /// Says which were.
    ///
    /// # Errors
    ///
    /// Where the database is out of reach.
    pub(crate) async fn adopt(&self) -> Result<Vec<String>> {
        let pending = self.planned_pending().await?;
        let labels = pending.iter().map(Planned::label).collect();
        runner::adopt(self.database, pending).await?;
        Ok(labels)
    }

    async fn revert(
        &self,
        migrations: impl Iterator<Item = Planned>,
        applied: &[history::Applied],
    ) -> Result<Vec<String>> {
        let migrations: Vec<_> = migrations.collect();
        let dialect = self.database.dialect();
        let faults = self.in_the_way(&migrations, applied);
        if let Err(error) = StartupError::unless_empty(faults) {
            return Err(Error::conflict(error.to_string()));
        }
        let stuck = |it: &&Planned| !it.goes(Direction::Down, dialect);
        if let Some(planned) = migrations.iter().find(stuck) {
            return Err(runner::no_way_back(*planned));
        }
        let mut done = Vec::new();
        for planned in migrations {
            let reverted = runner::run(self.database, planned, Direction::Down).await;
            let reverted = reverted.map_err(|error| {
                Error::conflict(format!(
                    "{} could not be reverted: {error}",
                    planned.label()
                ))
            })?;
            if reverted {
                tracing::debug!("migration {} reverted", planned.label());
                done.push(planned.label());
            }
        }
        Ok(done)
    }

    /// What keeps these from being reverted: their text is another than what was applied, or others
    /// came after them that this binary cannot take back.
    fn in_the_way(&self, migrations: &[Planned], applied: &[history::Applied]) -> Vec<Diagnosis> {
        let first = migrations.iter().filter_map(|planned| {
            let applied = applied.iter().find(|applied| planned.is(applied))?;
            Some(applied.rank)
        });
        let Some(first) = first.min() else {
            return Vec::new();
        };
        let reverted = |it: &&history::Applied| it.rank >= first;
        let later: Vec<_> = applied.iter().filter(reverted).cloned().collect();
        let mut faults = faults::changed(&self.planned, &later, self.database.dialect());
        faults.extend(faults::deleted(&self.planned, &later, |app| {
            self.is_live(app)
        }));
        let is_known = |it: &history::Applied| self.planned.iter().any(|planned| planned.is(it));
        let is_newer = |it: &&history::Applied| {
            let same = |planned: &&Planned| planned.app == it.app();
            let latest = self.planned.iter().filter(same).map(|it| it.version).max();
            self.is_live(it.app())
                && !is_known(it)
                && latest.is_some_and(|latest| it.timestamp() > latest)
        };
        for newer in later.iter().filter(is_newer) {
            faults.push(
                Diagnosis::new(
                    "data::migration_newer",
                    format!(
                        "the migration {} came after it, of a newer version of the application",
                        newer.label()
                    ),
                )
                .at("savia_migrations")
                .help("roll back with the binary of that version"),
            );
        }
        faults
    }

    async fn planned_pending(&self) -> Result<Vec<Planned>> {
        let applied = self.applied().await?;
        Ok(plan::pending(&self.planned, &applied))
    }

    /// What [`migrate`](Self::migrate) would refuse with, where nothing is to be applied.
    ///
    /// # Errors
    ///
    /// Migrations that were changed or deleted after they had been applied, and what else is wrong.
    pub(crate) async fn check(&self) -> Result<(), StartupError> {
        let applied = self.applied().await.map_err(out_of_reach)?;
        StartupError::unless_empty(self.faults(&applied))
    }

    fn faults(&self, applied: &[history::Applied]) -> Vec<Diagnosis> {
        let is_live = |app: &str| self.is_live(app);
        faults::faults(&self.planned, applied, self.database.dialect(), is_live)
    }

    fn is_live(&self, app: &str) -> bool {
        app == order::PROJECT || self.apps.is_installed(app)
    }

    /// Folders of migrations that came after the build.
    pub(crate) fn not_compiled(&self) -> Vec<Diagnosis> {
        plan::not_compiled(self.apps)
    }

    async fn applied(&self) -> Result<Vec<history::Applied>> {
        // Whoever applies or reverts looks again, once nobody else can. A replica may be behind.
        match self.database.dialect() {
            Dialect::Sqlite => {
                self.database
                    .read(|tx| Box::pin(async move { history::known(tx).await }))
                    .await
            }
            Dialect::Postgres => {
                self.database
                    .with(|tx| Box::pin(async move { history::known(tx).await }))
                    .await
            }
        }
    }
}

fn failed(planned: Planned, error: &Error) -> Diagnosis {
    Diagnosis::new(
        "data::migration_failed",
        format!("the migration {} failed: {error}", planned.label()),
    )
    .at(planned.place())
    .help(match error.kind() {
        ErrorKind::Unavailable => {
            "see that the database can be reached and that no other process holds it, and start again"
        }
        _ => "mend its text and start again",
    })
}

fn out_of_reach(error: Error) -> Diagnosis {
    Diagnosis::new(
        "data::unreachable",
        format!("the applied migrations cannot be read: {error}"),
    )
    .at("savia_migrations")
    .help("see that the user of `data.url` may create and read tables")
}
