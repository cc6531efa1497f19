//! `schema`: JSON Schema of `application.yaml`.

use std::process::ExitCode;

use async_trait::async_trait;

use crate::command::{Call, Command, Needs};

pub(super) struct Schema;

#[async_trait]
impl Command for Schema {
    fn name(&self) -> &'static str {
        "schema"
    }

    fn about(&self) -> &'static str {
        "Write the JSON Schema of application.yaml"
    }

    fn needs(&self) -> Needs {
        Needs::Discovered
    }

    async fn run(&self, call: Call<'_>) -> crate::Result<ExitCode> {
        call.print(format!("{:#}", call.app.config().json_schema()));
        Ok(ExitCode::SUCCESS)
    }
}
