//! Tasks in Redis.
