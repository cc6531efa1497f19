//! A migration that is about to be written.

use std::path::PathBuf;

use savia_core::{Error, Result};

use super::folder::{self, OnDisk, next_version};
use super::history::Head;
use super::models::AppModels;
use super::refused;
use super::snapshot::Snapshot;
use crate::schema::{
    Answers, Candidate, Catalogue, Changes, Renames, Schema, SqlScript, diff, rename_candidates,
};
use crate::statement::Dialect;

/// What an app's entities want, held against what its migrations make.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) models: AppModels,
    migrations: Vec<OnDisk>,
    head: Head,
    renames: Renames,
    pub(crate) changes: Changes,
}

/// A migration, ready to be written.
#[derive(Debug)]
pub(crate) struct Planned {
    /// The folder of the app's migrations.
    pub(crate) folder: PathBuf,
    pub(crate) version: String,
    pub(crate) name: String,
    pub(crate) sqlite: SqlScript,
    pub(crate) postgres: SqlScript,
    /// None of a migration that somebody will write by hand.
    pub(crate) snapshot: Option<Snapshot>,
}

impl Draft {
    /// Of an app.
    ///
    /// # Errors
    ///
    /// `Conflict` where branches came together and `merging` was not asked for; `BadRequest` where a
    /// snapshot cannot be read.
    pub(crate) fn of(models: AppModels, merging: bool) -> Result<Self> {
        let migrations = folder::read(&models.folder)?;
        let head = Head::of(models.app, &migrations, merging)?;
        let changes = diff(&head.schema, &models.schema, &Renames::default())
            .map_err(|error| refused(&error))?;
        Ok(Self {
            models,
            migrations,
            head,
            renames: Renames::default(),
            changes,
        })
    }

    /// Takes what was said of renames.
    ///
    /// # Errors
    ///
    /// `BadRequest` where one cannot be.
    pub(crate) fn rename(&mut self, said: &[&str]) -> Result<()> {
        self.renames = Renames::parse(&self.head.schema, &self.models.schema, said)
            .map_err(|error| refused(&error))?;
        self.again()
    }

    /// Whether renames can be of this app.
    pub(crate) fn knows(&self, said: &[&str]) -> bool {
        Renames::parse(&self.head.schema, &self.models.schema, said).is_ok()
    }

    /// What may have been renamed, the likeliest first.
    pub(crate) fn candidates(&self) -> Vec<Candidate> {
        rename_candidates(&self.head.schema, &self.models.schema, &self.renames)
    }

    /// Takes a rename for one.
    ///
    /// # Errors
    ///
    /// `BadRequest` where it cannot be.
    pub(crate) fn accept(&mut self, candidate: &Candidate) -> Result<()> {
        self.renames.accept(candidate);
        self.again()
    }

    fn again(&mut self) -> Result<()> {
        self.changes = diff(&self.head.schema, &self.models.schema, &self.renames)
            .map_err(|error| refused(&error))?;
        Ok(())
    }

    /// Whether two branches are brought together.
    pub(crate) fn merges(&self) -> bool {
        self.head.follows.len() > 1
    }

    /// Whether there is anything to be written.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && !self.merges()
    }

    /// Whether the app has migrations, and not one of them says what the tables are.
    pub(crate) fn is_by_hand(&self) -> bool {
        !self.migrations.is_empty() && self.migrations.iter().all(|it| it.snapshot.is_none())
    }

    /// Where somebody wrote the last migrations by hand and they make what the entities want: the
    /// snapshot that belongs beside the last of them.
    ///
    /// # Errors
    ///
    /// `Conflict` with the differences, where no migration says what the tables are.
    pub(crate) fn taken_over(&self, is: &Catalogue) -> Result<Option<(PathBuf, Snapshot)>> {
        let Some(last) = self.migrations.last().filter(|it| it.snapshot.is_none()) else {
            return Ok(None);
        };
        // It changed rows and no tables.
        if self.changes.is_empty() && !self.is_by_hand() {
            return Ok(None);
        }
        let schema = &self.models.schema;
        let expected = Catalogue::expected(schema, Dialect::Sqlite);
        let differences = is.clone().of_tables(schema).lacks(&expected);
        if differences.is_empty() {
            let snapshot = Snapshot {
                follows: self.head.follows.clone(),
                schema: schema.clone(),
            };
            return Ok(Some((last.path.join("schema.json"), snapshot)));
        }
        if !self.is_by_hand() {
            return Ok(None);
        }
        Err(Error::conflict(format!(
            "the migrations of `{}` were written by hand and do not make what its entities want; \
             write one that does (`--empty --app {}`), and ask again\n{}",
            self.models.app,
            self.models.app,
            differences.join("\n")
        )))
    }

    /// The app's migrations, by version.
    pub(crate) fn migrations(&self) -> &[OnDisk] {
        &self.migrations
    }

    /// What the tables are after the last of them.
    pub(crate) fn before(&self) -> &Schema {
        &self.head.schema
    }

    /// The versions that the app has.
    pub(crate) fn versions(&self) -> impl Iterator<Item = &str> {
        self.migrations.iter().map(|it| it.version.as_str())
    }

    /// The migration, later than `after`.
    ///
    /// # Errors
    ///
    /// `BadRequest` where a question is open.
    pub(crate) fn planned(
        &self,
        name: Option<&str>,
        after: Option<&str>,
        answers: &Answers,
    ) -> Result<Planned> {
        let script = |dialect| match self.changes.is_empty() {
            true => Ok(nothing(
                "Brings two branches together: what each did stands.",
            )),
            false => self.changes.sql(dialect, answers),
        };
        let name = match name {
            Some(name) => name.to_owned(),
            None if self.changes.is_empty() => "merge".to_owned(),
            None => self.changes.summary(),
        };
        Ok(Planned {
            folder: self.models.folder.clone(),
            version: next_version(self.versions().chain(after)),
            name,
            sqlite: script(Dialect::Sqlite).map_err(|error| refused(&error))?,
            postgres: script(Dialect::Postgres).map_err(|error| refused(&error))?,
            snapshot: Some(Snapshot {
                follows: self.head.follows.clone(),
                schema: self.models.schema.clone(),
            }),
        })
    }

    /// A migration that does nothing yet.
    pub(crate) fn empty(&self, name: &str, after: Option<&str>) -> Planned {
        let text = "Written by hand: say here what is to change, and in `down` how it is undone.";
        Planned {
            folder: self.models.folder.clone(),
            version: next_version(self.versions().chain(after)),
            name: name.to_owned(),
            sqlite: nothing(text),
            postgres: nothing(text),
            snapshot: None,
        }
    }
}

fn nothing(why: &str) -> SqlScript {
    SqlScript {
        up: format!("-- {why}\n"),
        down: format!("-- {why}\n"),
    }
}
