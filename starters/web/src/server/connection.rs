//! A connection, on which actix-http's own refusals are told as problems.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::rt::net::ActixStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, Ready};

use super::refusal;

/// A connection that says what actix-http leaves unsaid; everything else passes through.
pub(super) struct Connection<S> {
    stream: S,
    /// What is written instead of a refusal, and how much of it has been.
    told: Vec<u8>,
    written: usize,
}

impl<S: AsyncWrite + Unpin> Connection<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            told: Vec::new(),
            written: 0,
        }
    }

    /// Writes what is left of a problem.
    #[inline]
    fn poll_told(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.told.len() {
            let rest = &self.told[self.written..];
            let wrote = ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
            if wrote == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += wrote;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    #[inline]
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    #[inline]
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_told(cx))?;
        match refusal::told(bytes) {
            None => Pin::new(&mut self.stream).poll_write(cx, bytes),
            Some(told) => {
                self.told = told;
                self.written = 0;
                // What cannot be written now goes with the flush that follows every answer.
                if let Poll::Ready(Err(error)) = self.poll_told(cx) {
                    return Poll::Ready(Err(error));
                }
                Poll::Ready(Ok(bytes.len()))
            }
        }
    }

    #[inline]
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_told(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_told(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S: ActixStream> ActixStream for Connection<S> {
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        self.stream.poll_read_ready(cx)
    }

    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        self.stream.poll_write_ready(cx)
    }
}
