//! The scripts. Each begins with the same words, and takes its argument as one JSON text.

use redis::Script;

pub(super) struct Scripts {
    pub(super) enqueue: Script,
    pub(super) claim: Script,
    pub(super) settle: Script,
    pub(super) beat: Script,
    pub(super) report: Script,
    pub(super) recover: Script,
    pub(super) sweep: Script,
    pub(super) find: Script,
    pub(super) list: Script,
    pub(super) purge: Script,
    pub(super) cancel: Script,
    pub(super) retry: Script,
    pub(super) stats: Script,
    pub(super) pause: Script,
    pub(super) tick: Script,
    pub(super) last_tick: Script,
}

/// A script of this folder.
macro_rules! script {
    ($name:literal) => {
        Script::new(concat!(
            include_str!("scripts/words.lua"),
            include_str!(concat!("scripts/", $name, ".lua"))
        ))
    };
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            enqueue: script!("enqueue"),
            claim: script!("claim"),
            settle: script!("settle"),
            beat: script!("beat"),
            report: script!("report"),
            recover: script!("recover"),
            sweep: script!("sweep"),
            find: script!("find"),
            list: script!("list"),
            purge: script!("purge"),
            cancel: script!("cancel"),
            retry: script!("retry"),
            stats: script!("stats"),
            pause: script!("pause"),
            tick: script!("tick"),
            last_tick: script!("last_tick"),
        }
    }
}
