//! `savia apps`.

use std::process::ExitCode;

use super::listing::Listing;
use crate::error::Result;

/// The apps that are compiled in, and which are installed
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    listing: Listing,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    args.listing.ask(&["apps"])
}
