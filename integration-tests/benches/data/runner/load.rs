//! The load generator: raw sockets with keep-alive, the requests' bytes made beforehand, a parser
//! that knows where an answer ends and no more. One thread of it outruns the servers it measures.

use std::io;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::subject::Scenario;

/// When the load ends.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    Elapsed(Duration),
    /// Answers on each connection.
    Answers(u64),
}

/// What came of it.
pub(crate) struct Outcome {
    pub(crate) answers: u64,
    pub(crate) elapsed: Duration,
    /// In nanoseconds.
    pub(crate) latency: Histogram<u64>,
}

impl Outcome {
    pub(crate) fn per_second(&self) -> f64 {
        self.answers as f64 / self.elapsed.as_secs_f64()
    }

    pub(crate) fn p99(&self) -> Duration {
        Duration::from_nanos(self.latency.value_at_quantile(0.99))
    }
}

/// Sends a scenario's requests, each connection its own over and over, each waiting for its answer.
///
/// # Errors
///
/// When a connection breaks, and when an answer is not 2xx: what fails fast is not fast.
pub(crate) fn run(port: u16, scenario: &Scenario, until: Until) -> io::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut streams = Vec::new();
        for requests in &scenario.requests {
            let stream = TcpStream::connect(("127.0.0.1", port)).await?;
            stream.set_nodelay(true)?;
            streams.push((stream, requests.clone()));
        }
        let started = Instant::now();
        let mut tasks = JoinSet::new();
        for (stream, requests) in streams {
            tasks.spawn(connection(stream, requests, until));
        }
        let mut latency = new_histogram();
        while let Some(one) = tasks.join_next().await {
            latency
                .add(one.map_err(io::Error::other)??)
                .map_err(io::Error::other)?;
        }
        Ok(Outcome {
            answers: latency.len(),
            elapsed: started.elapsed(),
            latency,
        })
    })
}

async fn connection(
    mut stream: TcpStream,
    requests: Vec<Vec<u8>>,
    until: Until,
) -> io::Result<Histogram<u64>> {
    let mut latency = new_histogram();
    let mut buffer = vec![0; 64 * 1024];
    let started = Instant::now();
    let mut sent = started;
    for request in requests.iter().cycle() {
        let done = match until {
            Until::Elapsed(limit) => sent - started >= limit,
            Until::Answers(limit) => latency.len() >= limit,
        };
        if done {
            break;
        }
        stream.write_all(request).await?;
        let mut filled = 0;
        loop {
            let read = stream.read(&mut buffer[filled..]).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            filled += read;
            if is_whole(&buffer[..filled])? {
                break;
            }
        }
        let now = Instant::now();
        latency.saturating_record((now - sent).as_nanos() as u64);
        sent = now;
    }
    Ok(latency)
}

/// Whether the answer has arrived to its last byte.
fn is_whole(answer: &[u8]) -> io::Result<bool> {
    if answer.len() > 12 && answer[9] != b'2' {
        let text = String::from_utf8_lossy(answer).into_owned();
        return Err(io::Error::other(format!(
            "not the answer that is measured: {text}"
        )));
    }
    let Some(head) = find(answer, b"\r\n\r\n") else {
        return Ok(false);
    };
    let name = b"content-length: ";
    let Some(at) = find(&answer[..head], name) else {
        return Err(io::Error::other("an answer without content-length"));
    };
    let digits = answer[at + name.len()..head]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    let length = digits.fold(0, |sum, byte| sum * 10 + usize::from(byte - b'0'));
    Ok(answer.len() >= head + 4 + length)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

/// From 1 µs to a minute, three digits.
fn new_histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1_000, 60_000_000_000, 3).expect("constant bounds")
}
