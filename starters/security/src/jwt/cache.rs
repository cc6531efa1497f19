//! Tokens that were verified a moment ago.
//!
//! Verifying a signature costs tens of thousands of instructions, and a client sends the same token
//! again and again. What is remembered is the whole token, so that only the very same one is found:
//! its bytes, hashed with a seed that nobody knows, and compared in full. Only what was verified gets
//! in, so that nobody fills it with made-up ones.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use foldhash::quality::RandomState;

use crate::Principal;
use crate::token::Revocations;

const SHARDS: usize = 16;

/// Tokens that were verified a moment ago.
pub(super) struct VerifiedTokens {
    hasher: RandomState,
    shards: [RwLock<Shard>; SHARDS],
    /// The most of half a shard.
    most: usize,
}

/// Two halves: what is not asked for while one fills goes with the other.
#[derive(Default)]
struct Shard {
    new: HashMap<Box<[u8]>, Seen, RandomState>,
    old: HashMap<Box<[u8]>, Seen, RandomState>,
}

struct Seen {
    principal: Arc<Principal>,
    /// Until when it is believed without being looked at again.
    until: Instant,
    /// The epoch of revocations at which it was looked at last.
    epoch: AtomicU64,
}

impl VerifiedTokens {
    /// So many at most.
    pub(super) fn new(size: usize) -> Self {
        Self {
            hasher: RandomState::default(),
            shards: Default::default(),
            most: size.div_ceil(SHARDS * 2),
        }
    }

    /// Whom a token speaks of, where it was verified, is still good, and was not revoked since.
    #[inline]
    pub(super) fn get(
        &self,
        token: &[u8],
        now: Instant,
        revocations: &Revocations,
    ) -> Option<Arc<Principal>> {
        let shard = self
            .shard(token)
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let seen = shard.new.get(token).or_else(|| shard.old.get(token))?;
        if now >= seen.until {
            return None;
        }
        // Read before the revocations are: what is revoked meanwhile makes it another.
        let epoch = revocations.epoch();
        if seen.epoch.load(Ordering::Relaxed) != epoch {
            if seen
                .principal
                .session()
                .is_some_and(|it| revocations.is_revoked(it))
            {
                return None;
            }
            seen.epoch.store(epoch, Ordering::Relaxed);
        }
        Some(Arc::clone(&seen.principal))
    }

    /// Remembers a token that was verified when the revocations were at `epoch`.
    pub(super) fn remember(
        &self,
        token: &[u8],
        principal: Arc<Principal>,
        until: Instant,
        epoch: u64,
    ) {
        if self.most == 0 {
            return;
        }
        let mut shard = self
            .shard(token)
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if shard.new.len() >= self.most {
            shard.old = std::mem::take(&mut shard.new);
        }
        let seen = Seen {
            principal,
            until,
            epoch: AtomicU64::new(epoch),
        };
        shard.new.insert(token.into(), seen);
    }

    fn shard(&self, token: &[u8]) -> &RwLock<Shard> {
        #[allow(clippy::cast_possible_truncation, reason = "any of its bits will do")]
        let at = self.hasher.hash_one(last(token)) as usize % SHARDS;
        &self.shards[at]
    }
}

/// Enough of a signature to spread tokens; the map itself hashes the whole.
fn last(token: &[u8]) -> &[u8] {
    &token[token.len().saturating_sub(8)..]
}
