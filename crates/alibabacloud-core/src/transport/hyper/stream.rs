//! Streams of bytes to a server or a proxy, whatever they consist of.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::yield_now;

/// TCP, TLS, or TLS in TLS. One type for all, so that the HTTP library is compiled once.
pub(super) type BoxStream = Box<dyn Stream>;

/// A stream of bytes.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The number of bytes after which the reader lets timers and other tasks run.
const TURN: usize = 256 * 1024;

/// A stream whose reader does not keep the runtime for itself as long as there is more to read.
///
/// The HTTP library skips interim responses while they arrive. If they never end, the attempt
/// timeout could not expire in a runtime of one thread.
pub(super) struct Fair {
    stream: BoxStream,
    /// The number of bytes that were read in this turn.
    read: usize,
}

impl Fair {
    pub(super) fn new(stream: BoxStream) -> Self {
        Self { stream, read: 0 }
    }
}

impl AsyncRead for Fair {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.read >= TURN {
            self.read = 0;
            // Wakes this task after the drivers have run.
            ready!(pin!(yield_now()).poll(context));
        }
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        match result {
            Poll::Ready(_) => self.read += buffer.filled().len() - before,
            Poll::Pending => self.read = 0,
        }
        result
    }
}

impl AsyncWrite for Fair {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, join, repeat, sink};

    #[tokio::test]
    async fn another_task_runs_while_there_is_always_more_to_read() {
        let endless = join(repeat(b'x'), sink());
        let mut stream = Fair::new(Box::new(endless));
        let reader = tokio::spawn(async move {
            let mut piece = vec![0; 1024];
            loop {
                let read = stream.read(&mut piece).await.expect("bytes");
                assert_eq!(read, piece.len());
            }
        });
        // In a runtime of one thread this ends only if the reader yields.
        tokio::task::yield_now().await;
        reader.abort();
        assert!(reader.await.expect_err("it never ends").is_cancelled());
    }
}
