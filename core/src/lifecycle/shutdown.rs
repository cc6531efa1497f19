//! The wish that the application stop.

use std::sync::Arc;

use tokio::sync::watch;

/// Asks the application to stop, and waits until somebody has asked.
///
/// SIGTERM and SIGINT ask; components may too.
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<watch::Sender<bool>>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Shutdown {
    /// Asks. It is safe to ask more than once.
    pub fn request(&self) {
        self.0.send_replace(true);
    }

    /// Whether somebody has asked.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until somebody asks.
    pub async fn requested(&self) {
        // The sender lives in `self`, so waiting ends only by the wish itself.
        let _ = self.0.subscribe().wait_for(|asked| *asked).await;
    }
}

/// Asks to stop at the first SIGTERM or SIGINT; a second one ends the process at once.
#[cfg(unix)]
pub(crate) fn stop_on_signals(shutdown: Shutdown) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let mut asked = false;
        loop {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            if asked {
                tracing::warn!("second {name}, ending at once");
                std::process::exit(130);
            }
            asked = true;
            tracing::info!("{name}, stopping");
            shutdown.request();
        }
    });
    Ok(())
}

/// Asks to stop at Ctrl-C.
#[cfg(not(unix))]
pub(crate) fn stop_on_signals(shutdown: Shutdown) -> std::io::Result<()> {
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            tracing::info!("Ctrl-C, stopping");
            shutdown.request();
        }
    });
    Ok(())
}
