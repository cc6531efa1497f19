//! A task that kills its worker ends as a dead letter, and takes no other along.

use std::time::Duration;

use serde_json::Value;

use crate::process::{Process, list, show};
use crate::support::{Place, until};

crate::on_every_backend! {
    what_kills_workers_is_a_dead_letter_and_its_queue_goes_on
}

async fn what_kills_workers_is_a_dead_letter_and_its_queue_goes_on(place: &Place) {
    // In memory, tasks end with the process that they kill.
    if place.keys()[0].1 == "memory" {
        return;
    }
    let work = ["run", "--only", "tasks", "--set=tasks.lease=1s"];
    let web = Process::start(place, "web", &["run", "--only", "web"]);
    let (_, id) = web.post("/poison", "").await;

    let mut worker = Process::start(place, "worker", &work);
    let mut died = 0;
    until("waited for the dead letter", async || {
        if worker.child.try_wait().unwrap().is_some() {
            died += 1;
            worker = Process::start(place, "worker", &work);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        died >= 5 && show(place, &id)["state"] == "dead"
    })
    .await;
    assert_eq!(died, 5);
    let dead = show(place, &id);
    let reason = "its worker died 5 times while it ran (tasks.max_losses)";
    assert_eq!(
        (&dead["error"], &dead["losses"]),
        (&reason.into(), &5.into())
    );
    assert_eq!(list(place, &["--state", "dead"]).len(), 1);

    let succeeded = async || list(place, &["--state", "succeeded", "--name", "innocent"]);
    until("waited for the others", async || {
        succeeded().await.len() == 12
    })
    .await;
    let most = |it: &Value| it["losses"].as_u64().unwrap() <= 2;
    assert!(succeeded().await.iter().all(most));
    let (_, ids) = web.post("/greet", "").await;
    let next = ids.split(' ').next().unwrap();
    until("waited for the next", async || {
        show(place, next)["state"] == "succeeded"
    })
    .await;
}
