//! `BaseRepository` of a repository, and of the components that `#[repository]` makes.

use async_trait::async_trait;
use savia_core::Result;
use savia_core::repository::{
    BaseRepository, CursorRequest, EntityStream, Page, PageRequest, Slice, Sort,
};

use super::Repository;
use crate::table::{FromRow, Table};

/// `BaseRepository` by the methods of the same names of what is inside: one box a call, not two.
#[doc(hidden)]
#[macro_export]
macro_rules! delegate_base_repository {
    ($component:ty, $entity:ty) => {
        const _: () = {
            use $crate::private as p;

            #[p::async_trait]
            impl p::BaseRepository<$entity> for $component {
                async fn find_by_id(
                    &self,
                    id: <$entity as p::Entity>::Id,
                ) -> p::Result<::core::option::Option<$entity>> {
                    self.inner.find_by_id(id).await
                }
                async fn find_all_by_id(
                    &self,
                    ids: &[<$entity as p::Entity>::Id],
                ) -> p::Result<::std::vec::Vec<$entity>> {
                    self.inner.find_all_by_id(ids).await
                }
                async fn find_page(&self, page: &p::PageRequest) -> p::Result<p::Page<$entity>> {
                    self.inner.find_page(page).await
                }
                async fn find_slice(
                    &self,
                    request: &p::CursorRequest,
                ) -> p::Result<p::Slice<$entity>> {
                    self.inner.find_slice(request).await
                }
                fn stream(&self, sort: &p::Sort) -> p::EntityStream<'_, $entity> {
                    self.inner.stream(sort)
                }
                async fn find_all(&self, sort: &p::Sort) -> p::Result<::std::vec::Vec<$entity>> {
                    self.inner.find_all(sort).await
                }
                async fn count(&self) -> p::Result<u64> {
                    self.inner.count().await
                }
                async fn exists_by_id(&self, id: <$entity as p::Entity>::Id) -> p::Result<bool> {
                    self.inner.exists_by_id(id).await
                }
                async fn insert(&self, entity: $entity) -> p::Result<$entity> {
                    self.inner.insert(entity).await
                }
                async fn insert_all(
                    &self,
                    entities: ::std::vec::Vec<$entity>,
                ) -> p::Result<::std::vec::Vec<$entity>> {
                    self.inner.insert_all(entities).await
                }
                async fn update(&self, entity: $entity) -> p::Result<$entity> {
                    self.inner.update(entity).await
                }
                async fn save(&self, entity: $entity) -> p::Result<$entity> {
                    self.inner.save(entity).await
                }
                async fn delete_by_id(&self, id: <$entity as p::Entity>::Id) -> p::Result<bool> {
                    self.inner.delete_by_id(id).await
                }
                async fn delete(&self, entity: $entity) -> p::Result<()> {
                    self.inner.delete(entity).await
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
