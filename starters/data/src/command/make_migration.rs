//! `savia db make-migration [NAME]`.

use std::path::Path;
use std::process::ExitCode;

use savia_core::command::{Call, clap};
use savia_core::{Error, Result};

use super::{ask, flag, repeated};
use crate::make::{self, Draft, Planned};
use crate::migrations::order::needs;
use crate::schema::{Answer, Answers, RiskKind};

pub(super) const NAME: &str = "make-migration";

pub(super) fn arguments() -> clap::Command {
    clap::Command::new(NAME)
        .about("Write the SQL that makes the tables what the entities want")
        .arg(
            clap::Arg::new("name")
                .value_name("NAME")
                .help("What it does: add_rating; by itself it is called after its steps"),
        )
        .arg(repeated(
            "app",
            "APP",
            "Only this app; all where none is named",
        ))
        .arg(repeated(
            "rename",
            "OLD:NEW",
            "A table `old:new` or a column `table.old:new` was renamed",
        ))
        .arg(repeated(
            "default",
            "TABLE.COLUMN=VALUE",
            "What rows that are there already hold in a new column",
        ))
        .arg(repeated(
            "default-sql",
            "TABLE.COLUMN=SQL",
            "The same, as an expression over the row: posts.slug=lower(title)",
        ))
        .arg(flag(
            "allow-data-loss",
            "Write steps that lose what is stored",
        ))
        .arg(flag(
            "check",
            "Write nothing; exit 1 where models and migrations differ",
        ))
        .arg(flag(
            "merge",
            "Bring the migrations of two branches together",
        ))
        .arg(flag(
            "empty",
            "Write a migration to be filled by hand; wants --app and a name",
        ))
        .arg(flag("no-input", "Ask nothing"))
}

pub(super) fn run(call: Call<'_>) -> Result<ExitCode> {
    let asked = Asked::read(&call)?;
    let mut drafts = drafts(&call, &asked)?;
    if asked.empty {
        return empty(&call, &asked, &drafts);
    }
    let is = make::catalogue(&drafts, &needs(call.app.apps()))?;
    let mut taken_over = Vec::new();
    if let Some(is) = &is {
        for draft in drafts.iter().filter(|it| asked.wants(it)) {
            taken_over.extend(draft.taken_over(is)?);
        }
        if taken_over.is_empty() {
            make::prove(is, &drafts)?;
        }
    }
    if asked.check {
        return check(&call, &asked, &drafts, &taken_over);
    }
    for (path, snapshot) in &taken_over {
        std::fs::write(path, snapshot.to_json()?).map_err(|error| {
            Error::unavailable(format!("{} cannot be written: {error}", path.display()))
        })?;
        call.print(format!(
            "{}: the migrations make what the entities want",
            path.display()
        ));
    }
    if !taken_over.is_empty() {
        // The snapshots that were missing are what the rest is held against.
        drafts = self::drafts(&call, &asked)?;
        if let Some(is) = &is {
            make::prove(is, &drafts)?;
        }
    }
    // Later than whatever it may refer to, in whichever app that is.
    let latest = drafts.iter().flat_map(Draft::versions).max();
    let latest = latest.map(str::to_owned);
    drafts.retain(|it| asked.wants(it));
    make(&call, asked, drafts, latest)
}

/// What each app's entities want, held against its migrations.
fn drafts(call: &Call<'_>, asked: &Asked) -> Result<Vec<Draft>> {
    let models = make::models(call.app.apps())?;
    for app in &asked.apps {
        if !models.iter().any(|it| it.app == app) {
            let known: Vec<_> = models.iter().map(|it| it.app).collect();
            return Err(Error::bad_request(format!(
                "no installed app `{app}` has migrations; there are {}",
                known.join(", ")
            )));
        }
    }
    let drafts = models.into_iter().map(|it| Draft::of(it, asked.merge));
    drafts.collect()
}

/// What was asked for.
struct Asked {
    name: Option<String>,
    apps: Vec<String>,
    renames: Vec<String>,
    answers: Answers,
    allow_data_loss: bool,
    check: bool,
    merge: bool,
    empty: bool,
    may_ask: bool,
}

impl Asked {
    fn read(call: &Call<'_>) -> Result<Self> {
        let name: Option<String> = call.option("name")?;
        if let Some(name) = &name {
            named_well(name)?;
        }
        let mut answers = Answers::default();
        for (option, answer) in [
            ("default", Answer::value as fn(String) -> Answer),
            ("default-sql", Answer::sql),
        ] {
            for said in call.arguments::<String>(option)? {
                let parts = said
                    .split_once('=')
                    .and_then(|(column, value)| Some((column.split_once('.')?, value)));
                let Some(((table, column), value)) = parts else {
                    return Err(Error::bad_request(format!(
                        "`--{option} {said}`: write TABLE.COLUMN=VALUE, such as posts.rating=0"
                    )));
                };
                answers.give(table, column, answer(value.to_owned()));
            }
        }
        Ok(Self {
            name,
            apps: call.arguments("app")?,
            renames: call.arguments("rename")?,
            answers,
            allow_data_loss: call.flag("allow-data-loss"),
            check: call.flag("check"),
            merge: call.flag("merge"),
            empty: call.flag("empty"),
            may_ask: !call.flag("no-input") && ask::is_possible(),
        })
    }

    fn wants(&self, draft: &Draft) -> bool {
        self.apps.is_empty() || self.apps.iter().any(|app| app == draft.models.app)
    }
}

fn named_well(name: &str) -> Result<()> {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !name.is_empty() && name.len() <= 100 && name.bytes().all(is_word) {
        return Ok(());
    }
    Err(Error::bad_request(format!(
        "a migration cannot be called {name:?}: write small letters, digits and `_`, such as \
         add_rating"
    )))
}

fn empty(call: &Call<'_>, asked: &Asked, drafts: &[Draft]) -> Result<ExitCode> {
    let (Some(name), [app]) = (&asked.name, &asked.apps[..]) else {
        return Err(Error::bad_request(
            "an empty migration wants one app and a name: \
             `savia db make-migration fill_slugs --empty --app posts`",
        ));
    };
    for draft in drafts.iter().filter(|it| it.models.app == app) {
        for path in make::write_all(&[draft.empty(name, None)])? {
            tell(call, &path);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check(
    call: &Call<'_>,
    asked: &Asked,
    drafts: &[Draft],
    taken_over: &[(std::path::PathBuf, impl Sized)],
) -> Result<ExitCode> {
    let mut differs = false;
    for (path, _) in taken_over {
        differs = true;
        call.print(format!("{} is missing", path.display()));
    }
    for draft in drafts
        .iter()
        .filter(|it| asked.wants(it) && !it.is_by_hand())
    {
        if taken_over.is_empty() && !draft.is_empty() {
            differs = true;
            call.print(format!(
                "{}: models and migrations differ: {}",
                draft.models.app,
                draft.changes.summary()
            ));
            for step in draft.changes.steps() {
                call.print(format!("  {step}"));
            }
        }
    }
    if differs {
        call.print("`savia db make-migration` writes what is missing");
        return Ok(ExitCode::FAILURE);
    }
    call.print("models and migrations agree");
    Ok(ExitCode::SUCCESS)
}

fn make(
    call: &Call<'_>,
    mut asked: Asked,
    mut drafts: Vec<Draft>,
    latest: Option<String>,
) -> Result<ExitCode> {
    renames(&asked, &mut drafts)?;
    drafts.retain(|it| !it.is_empty());
    if drafts.is_empty() {
        call.print("nothing to do: models and migrations agree");
        return Ok(ExitCode::SUCCESS);
    }
    let mut losses = Vec::new();
    for draft in &drafts {
        for risk in draft.changes.risks() {
            match risk.kind {
                RiskKind::LosesData if !asked.allow_data_loss => losses.push(risk.text),
                RiskKind::LosesData => call.print(format!("warning: loses data: {risk}")),
                RiskKind::MayFail => call.print(format!("warning: may fail: {risk}")),
            }
        }
    }
    if !losses.is_empty() {
        return Err(Error::bad_request(format!(
            "what is stored would be lost; `--allow-data-loss` writes the migration all the same, \
             `--rename old:new` says that something was renamed\n{}",
            losses.join("\n")
        )));
    }
    questions(&mut asked, &drafts)?;
    // Nothing is written where one of them cannot be.
    unasked(&asked, &drafts)?;
    let mut planned: Vec<Planned> = Vec::new();
    for draft in &drafts {
        let after = planned
            .last()
            .map(|it| it.version.clone())
            .or_else(|| latest.clone());
        let name = asked.name.as_deref();
        planned.push(draft.planned(name, after.as_deref(), &asked.answers)?);
    }
    let paths = make::write_all(&planned)?;
    for (path, draft) in paths.iter().zip(&drafts) {
        tell(call, path);
        for step in draft.changes.steps() {
            call.print(format!("  {step}"));
        }
    }
    call.print("\nread the SQL, then: savia db migrate");
    Ok(ExitCode::SUCCESS)
}

/// Takes the renames that were said, and asks for those that may be.
fn renames(asked: &Asked, drafts: &mut [Draft]) -> Result<()> {
    let mut open: Vec<&str> = asked.renames.iter().map(String::as_str).collect();
    for draft in drafts.iter_mut() {
        let mut mine: Vec<&str> = Vec::new();
        // What is said of a column may stand before what is said of its table.
        for _ in 0..2 {
            open.retain(|said| {
                mine.push(said);
                let known = draft.knows(&mine);
                if !known {
                    mine.pop();
                }
                !known
            });
        }
        draft.rename(&mine)?;
    }
    // What no app knows is told by the first.
    if let (Some(_), Some(draft)) = (open.first(), drafts.first_mut()) {
        draft.rename(&open)?;
    }
    if !asked.may_ask {
        return Ok(());
    }
    for draft in drafts {
        let mut declined = Vec::new();
        while let Some(candidate) = draft
            .candidates()
            .into_iter()
            .find(|it| !declined.contains(it))
        {
            if ask::yes(&candidate.to_string()) {
                draft.accept(&candidate)?;
            } else {
                declined.push(candidate);
            }
        }
    }
    Ok(())
}

/// Refuses answers that nobody asked for: a column's name may be misspelt.
fn unasked(asked: &Asked, drafts: &[Draft]) -> Result<()> {
    let questions: Vec<_> = drafts
        .iter()
        .flat_map(|it| it.changes.questions())
        .collect();
    let is_asked = |(table, column): &(&str, &str)| {
        let mut questions = questions.iter();
        questions.any(|it| it.table == *table && it.column == *column)
    };
    let Some((table, column)) = asked.answers.columns().find(|it| !is_asked(it)) else {
        return Ok(());
    };
    let open: Vec<_> = questions
        .iter()
        .map(|it| format!("{}.{}", it.table, it.column))
        .collect();
    Err(Error::bad_request(format!(
        "`--default {table}.{column}`: rows that are there need no value in that column{}",
        match open.is_empty() {
            true => String::new(),
            false => format!("; they do in {}", open.join(", ")),
        }
    )))
}

/// Asks what rows that are there already are to hold.
fn questions(asked: &mut Asked, drafts: &[Draft]) -> Result<()> {
    let mut open = Vec::new();
    for question in drafts.iter().flat_map(|it| it.changes.questions()) {
        let (table, column) = (&question.table, &question.column);
        if asked.answers.of(table, column).is_some() || !question.required {
            continue;
        }
        let said = if asked.may_ask {
            let prompt = format!("{question}\n  value [{}]: ", question.suggestion);
            ask::line(&prompt).map(|said| match said.is_empty() {
                true => question.suggestion.clone(),
                false => said,
            })
        } else {
            None
        };
        match said {
            Some(value) => {
                asked.answers.give(table, column, Answer::value(value));
            }
            None => open.push(format!(
                "{question}: `--default {table}.{column}={}`",
                question.suggestion
            )),
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    Err(Error::bad_request(format!(
        "say what rows that are there already are to hold\n{}",
        open.join("\n")
    )))
}

fn tell(call: &Call<'_>, path: &Path) {
    // As it is typed into an editor from where the command was given.
    let here = std::env::current_dir().unwrap_or_default();
    let shown = path.strip_prefix(&here).unwrap_or(path);
    call.print(shown.display());
}
