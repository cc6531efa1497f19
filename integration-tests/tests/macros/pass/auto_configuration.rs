//! An auto-configuration provides what a component asks for.

use std::sync::Arc;

use savia::async_trait::async_trait;
use savia::auto_configuration;
use savia::autoconfig::{AutoConfiguration, Configure};
use savia::component::Interface;
use savia::error::StartupError;

savia::starter! { name: "clock" }

trait Clock: Send + Sync {
    fn now(&self) -> u64;
}

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> u64 {
        12
    }
}

/// Provides a clock.
#[auto_configuration]
pub struct ClockAutoConfiguration;

#[async_trait]
impl AutoConfiguration for ClockAutoConfiguration {
    fn provides(&self) -> Vec<Interface> {
        vec![Interface::of::<dyn Clock>()]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        configure.provide::<dyn Clock>(Arc::new(Stopped));
        Ok(())
    }
}

mod app {
    use std::sync::Arc;

    use super::Clock;

    savia::app! { name: "time" }

    #[savia::command(needs = "ready")]
    fn time(clock: Arc<dyn Clock>) {
        assert_eq!(clock.now(), 12);
    }
}

fn main() {
    let code = savia::run::run_with(["app", "time"].map(Into::into));
    assert_eq!(code, savia::ExitCode::SUCCESS);
}
