//! The channel on which processes tell each other of tasks.

use futures_util::StreamExt;

use super::RedisQueue;

impl RedisQueue {
    /// Rings for what other processes enqueue, until the connection ends.
    pub(super) async fn hear(&self) -> Result<(), redis::RedisError> {
        let mut channel = self.0.client.get_async_pubsub().await?;
        channel.subscribe(format!("{}wake", self.0.prefix)).await?;
        // What was missed is looked for.
        self.0.signal.ring_all();
        let mut messages = channel.on_message();
        while let Some(message) = messages.next().await {
            self.0.signal.hear(&message.get_payload::<String>()?);
        }
        Ok(())
    }
}
