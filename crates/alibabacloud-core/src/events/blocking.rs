//! Events for programs without an async runtime.

use super::{Event, EventStream};
use crate::blocking::run;
use crate::error::Result;
use alibabacloud_types::plumbing::Field;

/// The events of an answer as an [`Iterator`]; made by `send_stream_blocking`.
#[must_use = "events arrive when the iterator is asked"]
#[derive(Debug)]
pub struct BlockingEvents<T> {
    /// `None` after a failure that took the stream with it.
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
