//! Listeners, plain and asynchronous, hear events in their order.

use std::sync::{Arc, Mutex};

use savia::event::Events;
use savia::{Result, command, event_listener, service};

savia::app! { name: "orders" }

struct OrderPlaced {
    id: u32,
}

#[service]
struct Heard {
    #[init]
    by: Mutex<Vec<String>>,
}

impl Heard {
    fn add(&self, who: &str, event: &OrderPlaced) {
        self.by.lock().unwrap().push(format!("{who} {}", event.id));
    }
}

#[event_listener]
async fn notify(
    event: &OrderPlaced,
    heard: Arc<Heard>,
    #[value("orders.sender", default = "shop".to_owned())] sender: String,
) -> Result<()> {
    savia::tokio::task::yield_now().await;
    heard.add(&sender, event);
    Ok(())
}

#[event_listener(order = 1)]
fn audit(event: &OrderPlaced, audit: Arc<Heard>, absent: Option<Arc<String>>) {
    assert!(absent.is_none());
    audit.add("audit", event);
}

#[event_listener(order = -1)]
fn first(OrderPlaced { id }: &OrderPlaced, heard: Arc<Heard>) -> Result<(), std::fmt::Error> {
    heard.by.lock().unwrap().push(format!("first {id}"));
    Err(std::fmt::Error)
}

#[event_listener]
fn asks_for_nothing(_: &OrderPlaced) {}

#[command(needs = "ready")]
async fn place(events: Arc<Events>, heard: Arc<Heard>) {
    events.publish_and_wait(OrderPlaced { id: 4 }).await;
    assert_eq!(*heard.by.lock().unwrap(), ["first 4", "audit 4", "shop 4"]);
}

fn main() {
    let code = savia::run::run_with(["app", "place"].map(Into::into));
    assert_eq!(code, savia::ExitCode::SUCCESS);
}
