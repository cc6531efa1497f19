//! `savia completions`.

mod support;

use support::{savia, stdout};
use tempfile::tempdir;

#[test]
fn every_shell_completes_every_command() {
    let folder = tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&savia(folder.path(), &["completions", shell]).success());
        for command in [
            "new-app",
            "conditions",
            "completions",
            "doctor",
            "watch",
            "production",
        ] {
            assert!(script.contains(command), "{command} is not in {shell}'s");
        }
    }
}
