//! What is somebody's own, and stands in no record.

use std::cell::Cell;
use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize, Serializer};

/// What stands in a record where something personal was.
const REDACTED: &str = "[personal]";

thread_local! {
    static REDACTING: Cell<bool> = const { Cell::new(false) };
}

/// A value that is somebody's own: an address, a date of birth, an account number. The API reads and writes it
/// as it is; audit records and `Debug` have `[personal]` in its place, wherever in a recorded value it stands.
///
/// ```
/// use savia_starter_security::audit::{AuditEvent, Personal};
/// use serde::Serialize;
///
/// #[derive(Debug, Serialize)]
/// struct Order {
///     item: String,
///     street: Personal<String>,
/// }
///
/// let order = Order { item: "tea".into(), street: Personal("1 Mill Lane".to_owned()) };
/// assert_eq!(serde_json::to_string(&order)?, r#"{"item":"tea","street":"1 Mill Lane"}"#);
/// assert_eq!(format!("{:?}", order.street), "[personal]");
///
/// let event = AuditEvent::new("order.placed").data("order", &order);
/// assert_eq!(event.data["order"]["street"], "[personal]");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(transparent)]
pub struct Personal<T>(pub T);

/// Serialises with personal values redacted.
pub(crate) fn redacted<R>(serialise: impl FnOnce() -> R) -> R {
    struct Back(bool);
    impl Drop for Back {
        fn drop(&mut self) {
            REDACTING.set(self.0);
        }
    }
    let _back = Back(REDACTING.replace(true));
    serialise()
}

impl<T> Deref for Personal<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Personal<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> std::convert::From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T: Serialize> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match REDACTING.get() {
            true => serializer.serialize_str(REDACTED),
            false => self.0.serialize(serializer),
        }
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Personal<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

/// Rules of garde's: a personal text or list has the length of what it holds.
impl<T: garde::Validate> garde::Validate for Personal<T> {
    type Context = T::Context;

    fn validate_into(
        &self,
        context: &Self::Context,
        parent: &mut dyn FnMut() -> garde::Path,
        report: &mut garde::Report,
    ) {
        self.0.validate_into(context, parent, report);
    }
}

macro_rules! lengths {
    ($($rule:ident::$kind:ident::$method:ident;)*) => {
        $(impl<T: garde::rules::length::$rule::$kind> garde::rules::length::$rule::$kind for Personal<T> {
            fn $method(&self) -> usize {
                self.0.$method()
            }
        })*
    };
}

lengths! {
    bytes::HasBytes::num_bytes;
    chars::HasChars::num_chars;
    simple::HasSimpleLength::length;
}
