//! What functions return: a value, perhaps none, perhaps an error.

/// What a return value says to a cache.
pub enum Read<'a, T, E> {
    /// A value.
    Value(&'a T),
    /// That there is none.
    Nothing,
    /// That it failed.
    Failed(&'a E),
}

/// A type that a cached function returns. The marker says what the macro saw in its name.
pub trait Shape<M>: Sized {
    /// What is kept.
    type Item;
    /// What it fails with.
    type Failure;

    /// What it says.
    fn read(&self) -> Read<'_, Self::Item, Self::Failure>;
    /// The return value that holds this.
    fn value(item: Self::Item) -> Self;
    /// The return value without a value, if there is one.
    fn nothing() -> Option<Self>;
    /// The return value of this failure, if there is one.
    fn failed(failure: Self::Failure) -> Option<Self>;
}

/// `T`.
pub struct IsPlain;
/// `Option<T>`.
pub struct IsOption;
/// `Result<T, E>`.
pub struct IsResult;
/// `Result<Option<T>, E>`.
pub struct IsResultOption;

impl<T> Shape<IsPlain> for T {
    type Item = T;
    type Failure = std::convert::Infallible;

    #[inline]
    fn read(&self) -> Read<'_, T, Self::Failure> {
        Read::Value(self)
    }

    #[inline]
    fn value(item: T) -> Self {
        item
    }

    fn nothing() -> Option<Self> {
        None
    }

    fn failed(_: Self::Failure) -> Option<Self> {
        None
    }
}

impl<T> Shape<IsOption> for Option<T> {
    type Item = T;
    type Failure = std::convert::Infallible;

    #[inline]
    fn read(&self) -> Read<'_, T, Self::Failure> {
        self.as_ref().map_or(Read::Nothing, Read::Value)
    }

    #[inline]
    fn value(item: T) -> Self {
        Some(item)
    }

    fn nothing() -> Option<Self> {
        Some(None)
    }

    fn failed(_: Self::Failure) -> Option<Self> {
        None
    }
}

impl<T, E> Shape<IsResult> for Result<T, E> {
    type Item = T;
    type Failure = E;

    #[inline]
    fn read(&self) -> Read<'_, T, E> {
        match self {
            Ok(value) => Read::Value(value),
            Err(error) => Read::Failed(error),
        }
    }

    #[inline]
    fn value(item: T) -> Self {
        Ok(item)
    }

    fn nothing() -> Option<Self> {
        None
    }

    fn failed(failure: E) -> Option<Self> {
        Some(Err(failure))
    }
}

impl<T, E> Shape<IsResultOption> for Result<Option<T>, E> {
    type Item = T;
    type Failure = E;

    #[inline]
    fn read(&self) -> Read<'_, T, E> {
        match self {
            Ok(Some(value)) => Read::Value(value),
            Ok(None) => Read::Nothing,
            Err(error) => Read::Failed(error),
        }
    }

    #[inline]
    fn value(item: T) -> Self {
        Ok(Some(item))
    }

    fn nothing() -> Option<Self> {
        Some(Ok(None))
    }

    fn failed(failure: E) -> Option<Self> {
        Some(Err(failure))
    }
}

/// Whether a function did not fail.
#[inline]
pub fn is_ok<M, O: Shape<M>>(output: &O) -> bool {
    !matches!(output.read(), Read::Failed(_))
}
