//! How a handler's types describe themselves, and how a type that does not is passed over.

mod request;
mod response;

use std::marker::PhantomData;

use super::operation::OperationBuilder;

/// A type of a handler's signature that says in the OpenAPI document what it is.
///
/// Savia's extractors and answers implement it. Implement it for one of your own that should be in
/// the document; a type without it works as well and is not shown.
///
/// ```
/// use savia_starter_web::openapi::{Describe, OperationBuilder, Place};
///
/// /// The caller's tenant, taken from a header.
/// struct Tenant(String);
///
/// impl Describe for Tenant {
///     fn request(operation: &mut OperationBuilder<'_>, _parameter: &str) {
///         let text = operation.incoming::<str>();
///         operation.parameter(Place::Header, "x-tenant", true, text);
///     }
/// }
/// ```
pub trait Describe {
    /// Describes what it takes from a request. `parameter` is its name in the signature.
    fn request(operation: &mut OperationBuilder<'_>, parameter: &str) {
        let _ = (operation, parameter);
    }

    /// Describes what it answers.
    fn response(operation: &mut OperationBuilder<'_>) {
        let _ = operation;
    }
}

/// Describes `T` if it can be described: an inherent method is found before the one of
/// [`DescribeFallback`], and only where `T` is [`Describe`].
#[doc(hidden)]
pub struct Describer<T: ?Sized>(PhantomData<fn() -> Box<T>>);

impl<T: ?Sized> Describer<T> {
    /// Of this type.
    pub const OF: Self = Self(PhantomData);
}

impl<T: Describe + ?Sized> Describer<T> {
    /// Describes what it takes from a request.
    pub fn request(&self, operation: &mut OperationBuilder<'_>, parameter: &str) {
        T::request(operation, parameter);
    }

    /// Describes what it answers.
    pub fn response(&self, operation: &mut OperationBuilder<'_>) {
        T::response(operation);
    }
}

/// Describes nothing, for the types that do not say what they are.
#[doc(hidden)]
pub trait DescribeFallback {
    /// Describes nothing.
    fn request(&self, operation: &mut OperationBuilder<'_>, parameter: &str) {
        let _ = (operation, parameter);
    }

    /// Says no more than that it may fail.
    fn response(&self, operation: &mut OperationBuilder<'_>) {
        operation.may_fail();
    }
}

impl<T: ?Sized> DescribeFallback for Describer<T> {}

/// What stands for a type without a name (`impl Respond`), which cannot be asked.
#[doc(hidden)]
pub struct Undescribed;
