//! `savia components`.

use std::process::ExitCode;

use super::listing::Listing;
use crate::error::Result;

/// The components of the container, with what they need
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    listing: Listing,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    args.listing.ask(&["components"])
}
