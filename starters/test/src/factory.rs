//! Factories and fixtures: what a test finds in its database.

use std::path::Path;
use std::sync::Arc;

use savia_starter_data::table::{FromRow, Table};
use savia_starter_data::{Database, Repository, fixture};

use crate::app::TestApp;

/// A factory is a function from a number to an entity that has not been inserted. The number counts
/// from 1 through all that one application has had made: for what must be unique.
///
/// ```text
/// fn product(number: u32) -> Product {
///     Product { sku: format!("sku-{number}"), in_stock: 10, ..Product::default() }
/// }
///
/// let one = app.create(product).await;
/// let sold_out = app.create(|number| Product { in_stock: 0, ..product(number) }).await;
/// let many = app.create_many(50, product).await;
/// ```
impl TestApp {
    /// Inserts an entity that a factory makes, and gives it as it is stored.
    ///
    /// # Panics
    ///
    /// Where the database refuses it.
    pub async fn create<E: Table + FromRow>(&self, factory: impl FnOnce(u32) -> E) -> E {
        let repository = self.repository();
        let inserted = repository.insert(factory(self.next_number()));
        or_fail(self.scope(inserted).await, "an entity of a factory")
    }

    /// Inserts as many, and gives them as they are stored.
    ///
    /// # Panics
    ///
    /// Where the database refuses one of them.
    pub async fn create_many<E: Table + FromRow>(
        &self,
        count: usize,
        mut factory: impl FnMut(u32) -> E,
    ) -> Vec<E> {
        let entities = (0..count).map(|_| factory(self.next_number())).collect();
        let repository = self.repository();
        let inserted = repository.insert_all(entities);
        or_fail(self.scope(inserted).await, "entities of a factory")
    }

    /// Inserts the rows of a [fixture](savia_starter_data::fixture): a YAML file with tables and
    /// their rows. The path begins at the package's own folder.
    ///
    /// # Panics
    ///
    /// Where it cannot be read, or the database refuses it.
    pub async fn load_fixture(&self, path: impl AsRef<Path>) {
        let path = path.as_ref();
        let what = format!("the fixture {}", path.display());
        // Tests run in the package's folder.
        let text = or_fail(std::fs::read_to_string(path), &what);
        let database = self.inject::<Arc<Database>>();
        or_fail(self.scope(fixture::load(&database, &text)).await, &what);
    }

    /// The repository of an entity that has no trait of its own, or of which a test wants more.
    pub fn repository<E: Table + FromRow>(&self) -> Repository<E> {
        Repository::new(self.inject::<Arc<Database>>())
    }
}

fn or_fail<T, E: std::fmt::Display>(done: Result<T, E>, what: &str) -> T {
    match done {
        Ok(done) => done,
        Err(error) => panic!("{what}: {error}"),
    }
}
