//! `savia routes`.

use std::process::ExitCode;

use super::listing::Listing;
use crate::error::Result;

/// The routes, with their handlers
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    listing: Listing,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    args.listing.ask(&["routes"])
}
