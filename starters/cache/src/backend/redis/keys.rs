//! The keys on Redis.

use std::sync::Arc;

/// What the keys of an application are called.
///
/// The braces are Redis Cluster's: what belongs to one cache lies on one node, as its scripts ask.
#[derive(Clone)]
pub(crate) struct Keys(Arc<str>);

impl Keys {
    pub(crate) fn new(prefix: &str) -> Self {
        Self(format!("{prefix}:cache").into())
    }

    pub(crate) fn entry(&self, cache: &str, key: &str) -> String {
        format!("{}:{{{cache}}}:e:{key}", self.0)
    }

    pub(crate) fn lock(&self, cache: &str, key: &str) -> String {
        format!("{}:{{{cache}}}:l:{key}", self.0)
    }

    /// What ends when the entry's time is over, where the entry itself ends sooner if nobody asks.
    pub(crate) fn end(&self, cache: &str, key: &str) -> String {
        format!("{}:{{{cache}}}:u:{key}", self.0)
    }

    pub(crate) fn tag(&self, cache: &str, tag: &str) -> String {
        format!("{}:{{{cache}}}:t:{tag}", self.0)
    }

    /// What is forgotten when the whole cache is evicted.
    pub(crate) fn version(&self, cache: &str) -> String {
        format!("{}:{{{cache}}}:v", self.0)
    }

    /// Where evictions are told.
    pub(crate) fn channel(&self) -> String {
        format!("{}:evictions", self.0)
    }
}
