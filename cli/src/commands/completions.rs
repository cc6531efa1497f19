//! `savia completions`.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;
use crate::error::Result;
use crate::terminal;

/// The completion script of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
bash:        savia completions bash > ~/.local/share/bash-completion/completions/savia
zsh:         savia completions zsh > ~/.zfunc/_savia     (with ~/.zfunc in fpath)
fish:        savia completions fish > ~/.config/fish/completions/savia.fish
powershell:  savia completions powershell >> $PROFILE
elvish:      savia completions elvish >> ~/.config/elvish/rc.elv")]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "savia", &mut script);
    terminal::print(String::from_utf8_lossy(&script));
    Ok(ExitCode::SUCCESS)
}
