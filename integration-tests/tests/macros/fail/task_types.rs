//! What the types say: a payload that serde cannot write, and a result that is none.

use savia::task;

struct Opaque;

#[task]
async fn keeps(opaque: Opaque) {
    let _ = opaque;
}

#[task]
async fn returns() -> u32 {
    7
}

fn main() {
    let _ = keeps::new(7);
}
