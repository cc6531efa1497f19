//! The URL of a PostgreSQL server.

use std::path::PathBuf;

use tokio_postgres::config::SslMode;

/// What a URL says of a server.
pub(super) struct Target {
    pub(super) config: tokio_postgres::Config,
    pub(super) tls: TlsMode,
    pub(super) root_certificate: Option<PathBuf>,
}

/// How sure a connection wants to be of the server, in libpq's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TlsMode {
    /// In the clear.
    Disable,
    /// Encrypted where the server can.
    Prefer,
    /// Encrypted, whoever the server is; where there is a root certificate, it vouches for it.
    Require,
    /// Encrypted, and the certificate is the host's.
    VerifyFull,
}

impl Target {
    /// Reads a URL.
    ///
    /// # Errors
    ///
    /// What is wrong with it, without the URL: it may hold a password.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let mut tls = TlsMode::Prefer;
        let mut root_certificate = None;
        let mut rest = Vec::new();
        // tokio-postgres knows neither `verify-full` nor certificates: those are ours.
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", word)) => tls = TlsMode::parse(word)?,
                Some(("sslrootcert", path)) => root_certificate = Some(PathBuf::from(path)),
                _ => rest.push(pair),
            }
        }
        let plain = if rest.is_empty() {
            base.to_owned()
        } else {
            format!("{base}?{}", rest.join("&"))
        };
        let mut config: tokio_postgres::Config =
            plain.parse().map_err(|error: tokio_postgres::Error| {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                cause.unwrap_or_else(|| error.to_string())
            })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err("it names no host".to_owned());
        }
        config.ssl_mode(match tls {
            TlsMode::Disable => SslMode::Disable,
            TlsMode::Prefer => SslMode::Prefer,
            TlsMode::Require | TlsMode::VerifyFull => SslMode::Require,
        });
        Ok(Self {
            config,
            tls,
            root_certificate,
        })
    }

    /// Where the server is, for people.
    pub(super) fn place(&self) -> String {
        use tokio_postgres::config::Host;
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            Some(Host::Unix(path)) => path.display().to_string(),
            None => self
                .config
                .get_hostaddrs()
                .first()
                .map_or_else(String::new, ToString::to_string),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        format!("{host}:{port}")
    }
}

impl TlsMode {
    fn parse(word: &str) -> Result<Self, String> {
        match word {
            "disable" => Ok(Self::Disable),
            "prefer" => Ok(Self::Prefer),
            "require" => Ok(Self::Require),
            "verify-full" => Ok(Self::VerifyFull),
            other => Err(format!(
                "`sslmode={other}` is none of disable, prefer, require and verify-full"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tokio_postgres_does_not_know_is_taken_out() {
        let target = Target::parse(
            "postgres://me:word@db:6432/shop?sslmode=verify-full&application_name=x&sslrootcert=/ca.pem",
        )
        .unwrap();
        assert_eq!(target.tls, TlsMode::VerifyFull);
        assert_eq!(target.root_certificate, Some(PathBuf::from("/ca.pem")));
        assert_eq!(target.config.get_application_name(), Some("x"));
        assert_eq!(target.place(), "db:6432");
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        let told = |url| Target::parse(url).err().unwrap_or_default();
        assert!(told("postgres://me:word@db/x?sslmode=maybe").contains("verify-full"));
        assert_eq!(told("postgres:///x"), "it names no host");
        assert!(!told("postgres://me:word@db/x?colour=red").contains("word"));
        assert!(told("postgres://me:word@db/x?colour=red").contains("colour"));
    }
}
