//! diesel by hand: as people write it, and as well as it can be written. Which of the two is a
//! matter of the environment, which the runner sets.

mod best_postgres;
mod best_sqlite;
mod kept;
mod model;
mod plain_postgres;
mod plain_sqlite;
mod planned_once;
mod threads;

use savia_data_bench::{Result, serve};

fn main() -> Result<()> {
    let url = std::env::var("DATABASE_URL")?;
    let best = std::env::var("BENCH_PATH").is_ok_and(|path| path == "best");
    actix_web::rt::System::new().block_on(async {
        match (url.strip_prefix("sqlite:"), best) {
            (Some(file), false) => serve(plain_sqlite::Plain::open(file)?).await,
            (Some(file), true) => serve(best_sqlite::Best::open(file)?).await,
            (None, false) => serve(plain_postgres::Plain::open(&url).await?).await,
            (None, true) => serve(best_postgres::Best::open(&url).await?).await,
        }
    })
}
