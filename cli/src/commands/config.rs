//! `savia config` and `savia config explain`.

use std::process::ExitCode;

use clap::Subcommand;

use super::listing::Listing;
use crate::error::Result;

/// The configuration, with the source of every value
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    question: Option<Question>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Where the value of a key comes from, and what it overrode
    Explain {
        /// The key, such as `server.port`
        key: String,
        #[command(flatten)]
        listing: Listing,
    },
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    match args.question {
        Some(Question::Explain { key, listing }) => listing.ask(&["config", "explain", &key]),
        None => args.listing.ask(&["config"]),
    }
}
