//! The events of a response as an iterator.

use super::executor::run;
use crate::error::Result;
use crate::events::{Event, EventStream};
use alibabacloud_types::plumbing::Field;

/// The events of a response as an [`Iterator`]; created by `send_stream_blocking`.
#[must_use = "events are read when the iterator is advanced"]
#[derive(Debug)]
pub struct BlockingEvents<T> {
    /// `None` after a failure in which the stream was lost.
    stream: Option<EventStream<T>>,
}

impl<T> BlockingEvents<T> {
    pub(crate) fn new(stream: EventStream<T>) -> Self {
        Self {
            stream: Some(stream),
        }
    }
}

impl<T: Field + Default + 'static> Iterator for BlockingEvents<T> {
    type Item = Result<Event<T>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.stream.take()?;
        let next = run(async move {
            let event = stream.next().await;
            (stream, event)
        });
        match next {
            Ok((stream, event)) => {
                self.stream = Some(stream);
                event
            }
            Err(error) => Some(Err(error)),
        }
    }
}
