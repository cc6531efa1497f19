//! A connection to a server, and how one is made.

use std::time::{Duration, Instant};

use diesel::ConnectionError;
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tokio_postgres::NoTls;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls;
use super::url::Target;
use crate::config::PostgresConfig;
use crate::observe::{Forget, Observer};

/// Makes connections to one server.
pub(super) struct Connector {
    target: tokio_postgres::Config,
    tls: Option<MakeRustlsConnect>,
    /// What is said first on every connection.
    greeting: String,
    connect_timeout: Duration,
    observer: Observer,
    pub(super) place: String,
}

impl Connector {
    /// Of the server at this URL.
    ///
    /// # Errors
    ///
    /// What is wrong with the URL.
    pub(super) fn new(
        url: &str,
        config: &PostgresConfig,
        application: &str,
        connect_timeout: Duration,
        observer: Observer,
    ) -> Result<Self, String> {
        let target = Target::parse(url)?;
        let tls = tls::connector(&target)?;
        let place = target.place();
        let mut target = target.config;
        if target.get_application_name().is_none() {
            let name = config.application_name.as_deref().unwrap_or(application);
            target.application_name(name);
        }
        if target.get_connect_timeout().is_none() {
            target.connect_timeout(connect_timeout);
        }
        let greeting = format!(
            "set statement_timeout = {}; set idle_in_transaction_session_timeout = {}",
            config.statement_timeout.as_millis(),
            config.idle_in_transaction_timeout.as_millis(),
        );
        Ok(Self {
            target,
            tls,
            greeting,
            connect_timeout,
            observer,
            place,
        })
    }

    /// Connects. What reads and writes its socket runs on the runtime this is called on.
    pub(super) async fn connect(&self) -> Result<Box<Session>, ConnectionError> {
        match tokio::time::timeout(self.connect_timeout, self.attempt()).await {
            Ok(session) => session,
            Err(_) => Err(ConnectionError::BadConnection(format!(
                "{} did not answer within {:?}",
                self.place, self.connect_timeout
            ))),
        }
    }

    async fn attempt(&self) -> Result<Box<Session>, ConnectionError> {
        let mut connection = match &self.tls {
            Some(tls) => {
                let (client, connection) =
                    self.target.connect(tls.clone()).await.map_err(refused)?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await?
            }
            None => {
                let (client, connection) = self.target.connect(NoTls).await.map_err(refused)?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await?
            }
        };
        connection
            .batch_execute(&self.greeting)
            .await
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        let instrument = self.observer.instrumentation();
        let forget = instrument.forget();
        connection.set_instrumentation(instrument);
        Ok(Box::new(Session {
            connection,
            forget,
            runtime: tokio::runtime::Handle::current().id(),
            made: Instant::now(),
            returned: Instant::now(),
        }))
    }

    /// Asks the server to stop what it does on a connection.
    pub(super) async fn cancel(&self, session: &Session) -> Result<(), tokio_postgres::Error> {
        let token = session.connection.cancel_token();
        match &self.tls {
            Some(tls) => token.cancel_query(tls.clone()).await,
            None => token.cancel_query(NoTls).await,
        }
    }
}

/// The chain of causes in one line: tokio-postgres' own text is only "db error".
fn refused(error: tokio_postgres::Error) -> ConnectionError {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    ConnectionError::BadConnection(text)
}

/// A connection and what its pool knows of it.
pub(super) struct Session {
    pub(super) connection: AsyncPgConnection,
    pub(super) forget: Forget,
    /// The runtime that reads and writes its socket.
    pub(super) runtime: tokio::runtime::Id,
    pub(super) made: Instant,
    pub(super) returned: Instant,
}

impl Session {
    /// Whether it has ended.
    pub(super) fn is_broken(&mut self) -> bool {
        PoolableConnection::is_broken(&mut self.connection)
    }

    /// Whether the server answers, soon.
    pub(super) async fn answers(&self, within: Duration) -> bool {
        let mut connection = &self.connection;
        let asked = connection.batch_execute("select 1");
        matches!(tokio::time::timeout(within, asked).await, Ok(Ok(())))
    }

    /// Rolls back, soon or not at all.
    pub(super) async fn rolls_back(&self, within: Duration) -> bool {
        let mut connection = &self.connection;
        let asked = connection.batch_execute("rollback");
        matches!(tokio::time::timeout(within, asked).await, Ok(Ok(())))
    }
}
