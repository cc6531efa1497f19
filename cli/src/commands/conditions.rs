//! `savia conditions`.

use std::process::ExitCode;

use super::listing::Listing;
use crate::error::Result;

/// Which auto-configurations apply, and why the others do not
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    listing: Listing,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    args.listing.ask(&["conditions"])
}
