//! `BaseRepository` of a repository, and of the components that `#[repository]` makes.

use async_trait::async_trait;
use savia_core::Result;
use savia_core::repository::{
    BaseRepository, CursorRequest, EntityStream, Page, PageRequest, Slice, Sort,
};

use super::Repository;
use crate::table::{FromRow, Table};

/// `BaseRepository` by that of the [`Repository`] inside, whose boxed futures are handed on: one box a
/// call, and no future that the application's crate would have to look through in every build.
///
/// The signatures are those that `async_trait` makes.
#[doc(hidden)]
#[macro_export]
macro_rules! delegate_base_repository {
    ($component:ty, $entity:ty) => {
        const _: () = {
            use $crate::private as p;

            impl p::BaseRepository<$entity> for $component {
                fn find_by_id<'s, 'f>(
                    &'s self,
                    id: <$entity as p::Entity>::Id,
                ) -> p::BoxFuture<'f, p::Result<::core::option::Option<$entity>>>
                where
                    's: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::find_by_id(&self.inner, id)
                }

                fn find_all_by_id<'s, 'a, 'f>(
                    &'s self,
                    ids: &'a [<$entity as p::Entity>::Id],
                ) -> p::BoxFuture<'f, p::Result<::std::vec::Vec<$entity>>>
                where
                    's: 'f,
                    'a: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::find_all_by_id(&self.inner, ids)
                }

                fn find_page<'s, 'a, 'f>(
                    &'s self,
                    page: &'a p::PageRequest,
                ) -> p::BoxFuture<'f, p::Result<p::Page<$entity>>>
                where
                    's: 'f,
                    'a: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::find_page(&self.inner, page)
                }

                fn find_slice<'s, 'a, 'f>(
                    &'s self,
                    request: &'a p::CursorRequest,
                ) -> p::BoxFuture<'f, p::Result<p::Slice<$entity>>>
                where
                    's: 'f,
                    'a: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::find_slice(&self.inner, request)
                }

                fn find_all<'s, 'a, 'f>(
                    &'s self,
                    sort: &'a p::Sort,
                ) -> p::BoxFuture<'f, p::Result<::std::vec::Vec<$entity>>>
                where
                    's: 'f,
                    'a: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::find_all(&self.inner, sort)
                }

                fn count<'s, 'f>(&'s self) -> p::BoxFuture<'f, p::Result<u64>>
                where
                    's: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::count(&self.inner)
                }

                fn exists_by_id<'s, 'f>(
                    &'s self,
                    id: <$entity as p::Entity>::Id,
                ) -> p::BoxFuture<'f, p::Result<bool>>
                where
                    's: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::exists_by_id(&self.inner, id)
                }

                fn insert<'s, 'f>(&'s self, entity: $entity) -> p::BoxFuture<'f, p::Result<$entity>>
                where
                    's: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::insert(&self.inner, entity)
                }

                fn insert_all<'s, 'f>(
                    &'s self,
                    entities: ::std::vec::Vec<$entity>,
                ) -> p::BoxFuture<'f, p::Result<::std::vec::Vec<$entity>>>
                where
                    's: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::insert_all(&self.inner, entities)
                }

                fn update<'s, 'f>(&'s self, entity: $entity) -> p::BoxFuture<'f, p::Result<$entity>>
                where
                    's: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::update(&self.inner, entity)
                }

                fn save<'s, 'f>(&'s self, entity: $entity) -> p::BoxFuture<'f, p::Result<$entity>>
                where
                    's: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::save(&self.inner, entity)
                }

                fn delete_by_id<'s, 'f>(
                    &'s self,
                    id: <$entity as p::Entity>::Id,
                ) -> p::BoxFuture<'f, p::Result<bool>>
                where
                    's: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::delete_by_id(&self.inner, id)
                }

                fn delete<'s, 'f>(&'s self, entity: $entity) -> p::BoxFuture<'f, p::Result<()>>
                where
                    's: 'f,
                    Self: 'f,
                {
                    p::BaseRepository::delete(&self.inner, entity)
                }

                fn stream(&self, sort: &p::Sort) -> p::EntityStream<'_, $entity> {
                    self.inner.stream(sort)
                }
            }
        };
    };
}

/// Its own methods stand before the trait's, so that none calls itself.
#[async_trait]
impl<E: Table + FromRow> BaseRepository<E> for Repository<E> {
    async fn find_by_id(&self, id: E::Id) -> Result<Option<E>> {
        self.find_by_id(id).await
    }

    async fn find_all_by_id(&self, ids: &[E::Id]) -> Result<Vec<E>> {
        self.find_all_by_id(ids).await
    }

    async fn find_page(&self, page: &PageRequest) -> Result<Page<E>> {
        self.find_page(page).await
    }

    async fn find_slice(&self, request: &CursorRequest) -> Result<Slice<E>> {
        self.find_slice(request).await
    }

    fn stream(&self, sort: &Sort) -> EntityStream<'_, E> {
        self.stream(sort)
    }

    async fn find_all(&self, sort: &Sort) -> Result<Vec<E>> {
        self.find_all(sort).await
    }

    async fn count(&self) -> Result<u64> {
        self.count().await
    }

    async fn exists_by_id(&self, id: E::Id) -> Result<bool> {
        self.exists_by_id(id).await
    }

    async fn insert(&self, entity: E) -> Result<E> {
        self.insert(entity).await
    }

    async fn insert_all(&self, entities: Vec<E>) -> Result<Vec<E>> {
        self.insert_all(entities).await
    }

    async fn update(&self, entity: E) -> Result<E> {
        self.update(entity).await
    }

    async fn save(&self, entity: E) -> Result<E> {
        self.save(entity).await
    }

    async fn delete_by_id(&self, id: E::Id) -> Result<bool> {
        self.delete_by_id(id).await
    }

    async fn delete(&self, entity: E) -> Result<()> {
        self.delete(entity).await
    }
}
