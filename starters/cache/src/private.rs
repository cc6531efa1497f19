//! What the macros' code names. No promise of stability is made here.

mod call;
mod change;
mod load;
mod shape;
mod value;

pub use call::{Call, Found, Rules, find};
pub(crate) use change::evict_after_commit;
pub use change::{Entry, evict, evict_blocking, put, put_blocking};
pub use load::{Background, BackgroundCall};
pub use shape::{IsOption, IsPlain, IsResult, IsResultOption, Read, Shape, is_ok};
pub use value::{
    Cacheable, Failure, FailureProbe, FailureProbeClone, FailureProbeNothing, Kept, ValueProbe,
    ValueProbeClone, ValueProbeNothing, ValueProbeSerde, ValueProbeShared, ValueProbeSharedSerde,
    assert_cacheable, component,
};

pub use crate::key::{CacheKey, KeyProbe, KeyProbeNothing, KeyProbeOwn, KeyProbeSerde, KeyText};
pub use crate::site::{Site, SiteRegistration, SiteTerms, ValueInfo};
pub use savia_core::component::Location;
