//! A test stays a test: outside of `cfg(test)` nothing is left of it, and its name is free.
//! That it runs is seen in `tests/savia_test.rs`.

use savia::test::TestApp;

#[savia::test]
async fn starts(app: TestApp) -> savia::Result<()> {
    assert!(app.handle().availability().is_ready());
    Ok(())
}

fn starts() {}

fn main() {
    starts();
}
