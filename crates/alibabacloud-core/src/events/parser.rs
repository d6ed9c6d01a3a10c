//! A lenient parser of server-sent events (HTML standard, section 9.2.6), without I/O.

use bytes::Bytes;
use std::sync::Arc;

/// An event as it arrived.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct RawEvent {
    pub(super) name: Option<String>,
    /// Shared, because it applies to all events until the next ID.
    pub(super) id: Option<Arc<str>>,
    pub(super) data: String,
}

/// The error of an event that is larger than the limit.
#[derive(Debug)]
pub(super) struct TooLarge;

/// Parses chunks of bytes into events. Lines end in CR, LF or both; chunks may end anywhere.
pub(super) struct Parser {
    /// The maximum size of one event, in bytes.
    limit: usize,
    /// The incomplete line.
    line: Vec<u8>,
    /// The last line ended in CR, so a LF that follows belongs to it.
    after_cr: bool,
    event: RawEvent,
    has_data: bool,
}

impl Parser {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            line: Vec::new(),
            after_cr: false,
            event: RawEvent::default(),
            has_data: false,
        }
    }

    /// Removes lines from the chunk until an event ends, and returns that; `None` once the chunk is
    /// empty. Events are not collected: many may be in one chunk, and each takes more memory than
    /// its bytes.
    ///
    /// # Errors
    /// If an event is larger than the limit.
    pub(super) fn next(&mut self, chunk: &mut Bytes) -> Result<Option<RawEvent>, TooLarge> {
        while let Some(end) = chunk.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            let line = chunk.split_to(end);
            let end = chunk.split_to(1);
            let is_second_half = self.after_cr && line.is_empty() && *end == *b"\n";
            self.after_cr = *end == *b"\r";
            if is_second_half {
                continue;
            }
            self.grow(&line)?;
            let event = self.end_line();
            if event.is_some() {
                return Ok(event);
            }
        }
        let rest = std::mem::take(chunk);
        if !rest.is_empty() {
            self.after_cr = false;
        }
        self.grow(&rest)?;
        Ok(None)
    }

    /// Returns the event that was incomplete when the stream ended. The standard drops it, but then
    /// a service that omits the last blank line would lose its event.
    pub(super) fn finish(&mut self) -> Option<RawEvent> {
        self.end_line().or_else(|| self.end_event())
    }

    fn grow(&mut self, piece: &[u8]) -> Result<(), TooLarge> {
        let RawEvent { name, id, data } = &self.event;
        let size = self.line.len()
            + data.len()
            + name.as_deref().map_or(0, str::len)
            + id.as_deref().map_or(0, str::len);
        if size.saturating_add(piece.len()) > self.limit {
            return Err(TooLarge);
        }
        self.line.extend_from_slice(piece);
        Ok(())
    }

    fn end_line(&mut self) -> Option<RawEvent> {
        let bytes = std::mem::take(&mut self.line);
        let mut line = &*String::from_utf8_lossy(&bytes);
        // The standard allows a byte order mark at the start only, but a service that joins streams
        // would lose an event.
        line = line.strip_prefix('\u{feff}').unwrap_or(line);
        if line.is_empty() {
            return self.end_event();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            "event" => self.event.name = Some(value.to_owned()),
            "id" if !value.contains('\0') => self.event.id = Some(value.into()),
            // Comments, which begin with a colon, `retry` (there is no reconnect) and unknown
            // fields.
            _ => {}
        }
        None
    }

    fn end_event(&mut self) -> Option<RawEvent> {
        let event = std::mem::take(&mut self.event);
        // The ID applies until the next one.
        self.event.id.clone_from(&event.id);
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Parser {
        /// Parses a chunk and adds every event that ends in it to `sink`.
        fn feed(&mut self, chunk: &[u8], sink: &mut Vec<RawEvent>) -> Result<(), TooLarge> {
            let mut chunk = Bytes::copy_from_slice(chunk);
            while let Some(event) = self.next(&mut chunk)? {
                sink.push(event);
            }
            assert!(chunk.is_empty());
            Ok(())
        }
    }

    /// Name, id and data of all events in a text that arrives in chunks of `size` bytes.
    fn read(text: impl AsRef<[u8]>, size: usize) -> Vec<(String, String, String)> {
        let (mut parser, mut events) = (Parser::new(1000), Vec::new());
        for chunk in text.as_ref().chunks(size) {
            parser.feed(chunk, &mut events).expect("small events");
        }
        events.extend(parser.finish());
        let fields = |event: RawEvent| {
            let or_none = |text: Option<&str>| text.unwrap_or("-").to_owned();
            (
                or_none(event.name.as_deref()),
                or_none(event.id.as_deref()),
                event.data,
            )
        };
        events.into_iter().map(fields).collect()
    }

    #[test]
    fn events_are_read_wherever_chunks_end() {
        let lines = [
            "\u{feff}: a comment",
            "retry: 10",
            "id: 7",
            "event: message",
            "data: {\"a\":",
            "data:  \u{e9}}",
            "",
            "",
            "data",
            "",
            "event: nothing",
            "",
            "data:last: one",
        ];
        let expected = [
            ("message", "7", "{\"a\":\n \u{e9}}"),
            ("-", "7", ""),
            ("-", "7", "last: one"),
        ]
        .map(|(name, id, data)| (name.to_owned(), id.to_owned(), data.to_owned()));
        for end in ["\n", "\r", "\r\n"] {
            let text = lines.join(end);
            for size in 1..=text.len() {
                assert_eq!(read(&text, size), expected, "{end:?} {size}");
            }
        }
    }

    #[test]
    fn a_broken_character_costs_one_character_wherever_chunks_end() {
        let text = b"event: \xff\ndata: a\xe6\xb5b\xe6\xb5\x8b\n\n\xef\xbb\xbfdata: c\x1b\0\n\n";
        let expected = [
            ("\u{fffd}", "-", "a\u{fffd}b\u{6d4b}"),
            ("-", "-", "c\u{1b}\0"),
        ]
        .map(|(name, id, data)| (name.to_owned(), id.to_owned(), data.to_owned()));
        for size in 1..=text.len() {
            assert_eq!(read(text, size), expected, "{size}");
        }
    }

    #[test]
    fn an_event_over_the_limit_is_rejected_however_it_arrives() {
        let big = "x".repeat(40);
        let in_lines = format!("data: {big}\ndata: {big}\ndata: {big}\n");
        let in_one = format!("data: {big}{big}{big}");
        for text in [in_lines, in_one] {
            let mut parser = Parser::new(100);
            let mut outcome = Ok(());
            for chunk in text.as_bytes().chunks(9) {
                outcome = outcome.and_then(|()| parser.feed(chunk, &mut Vec::new()));
            }
            assert!(outcome.is_err());
        }
        let mut parser = Parser::new(100);
        for _ in 0..100 {
            let event = format!("data: {big}\n\n");
            parser
                .feed(event.as_bytes(), &mut Vec::new())
                .expect("small events");
        }
    }

    #[test]
    fn names_and_ids_count_as_parts_of_an_event() {
        for field in ["id", "event"] {
            let big = "x".repeat(60);
            let text = format!("{field}: {big}\ndata: {big}\n\n");
            let outcome = Parser::new(100).feed(text.as_bytes(), &mut Vec::new());
            assert!(outcome.is_err(), "{field}");
        }
    }

    #[test]
    fn events_share_an_id() {
        let mut events = Vec::new();
        let mut parser = Parser::new(100);
        parser
            .feed(b"id: 7\ndata\n\ndata\n\n", &mut events)
            .expect("small events");
        let ids: Vec<_> = events.iter().flat_map(|event| &event.id).collect();
        assert!(matches!(*ids, [a, b] if Arc::ptr_eq(a, b)));
    }
}
