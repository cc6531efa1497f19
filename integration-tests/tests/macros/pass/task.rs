//! Tasks take arguments, components, values and their own context, and return what they like.

use std::sync::Arc;
use std::time::Duration;

use savia::{Result, scheduled, service, task, tasks::TaskContext};
use serde::{Deserialize, Serialize};

savia::app! { name: "mail" }

#[service]
struct Outbox {}

#[derive(Serialize, Deserialize)]
struct Letter {
    to: String,
    text: Option<String>,
}

mod inner {
    use super::*;

    /// Sends a letter.
    #[task(
        name = "letters.send",
        queue = "mail",
        retries = 5,
        backoff = exponential("1s", factor = 3, max = "10m"),
        timeout = "30s",
        priority = 10,
        unique(by(letter), window = "10m")
    )]
    pub(crate) async fn send(
        letter: Letter,
        #[serde(default)] urgent: bool,
        outbox: Arc<Outbox>,
        absent: Option<Arc<String>>,
        #[value("mail.copies", default = 2)] copies: u32,
        task: &TaskContext,
    ) -> Result<Vec<String>> {
        let _ = (letter.text, urgent, outbox, absent, copies, task.attempt());
        Ok(vec![letter.to])
    }
}

#[task(backoff = fixed("5s"), unique)]
fn shrink(path: String, r#type: u8) -> Result<(), std::io::Error> {
    let _ = (path, r#type);
    Ok(())
}

#[task]
async fn nothing() {}

#[scheduled(cron = "0 3 * * MON-FRI", zone = "Europe/Berlin", missed = "run_once", overlap)]
async fn report(outbox: Arc<Outbox>) {
    let _ = outbox;
}

#[scheduled(every = "30s", queue = "mail", retries = 0)]
fn sweep() {}

#[scheduled(cron = config("mail.cron", default = "@daily"))]
async fn configured() -> Result<()> {
    Ok(())
}

#[scheduled(every = config("mail.period"))]
async fn by_key() {}

fn main() {
    let letter = Letter { to: "ann".to_owned(), text: None };
    let call = inner::send::new(letter, true).delay(Duration::from_secs(1)).priority(3);
    let new = call.into_new_task().unwrap();
    assert_eq!((&*new.name, &*new.queue, new.priority, new.max_retries), ("letters.send", "mail", 3, 5));
    assert_eq!(new.payload, r#"{"letter":{"to":"ann","text":null},"urgent":true}"#);
    assert!(new.run_at.is_some() && new.unique.unwrap().key.contains("ann"));
    let new = shrink::new("a.png".to_owned(), 1).into_new_task().unwrap();
    assert_eq!(new.payload, r#"{"path":"a.png","type":1}"#);
    assert_eq!(nothing::new().into_new_task().unwrap().payload, "{}");
    // They are functions still.
    shrink("a.png".to_owned(), 1).unwrap();
}
