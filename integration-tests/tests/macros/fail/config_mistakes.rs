//! Each mistake is told where it stands, and once.

use std::time::Duration;

#[savia::config("Posts")]
pub struct Named {
    #[default(1)]
    pub pages: Option<u32>,
    #[key("page size")]
    pub size: u32,
}

#[savia::config("drafts")]
pub struct Drafts {
    #[default("30")]
    pub keep: Duration,
}

#[savia::config]
pub struct Generic<T> {
    pub value: T,
}

#[savia::config]
pub struct Tuple(u32);

#[savia::config]
pub enum Backend {
    Memory,
    Redis { url: String },
}

#[savia::config]
pub struct Renamed {
    #[serde(rename = "other")]
    pub name: String,
}

#[savia::config(posts)]
pub struct Unquoted {
    pub name: String,
}

fn main() {
    // What has a mistake still stands for itself here.
    let _: Option<Drafts> = savia::config::Config::load(Default::default())
        .ok()
        .and_then(|config| config.section().ok());
}
