//! Recorded exchanges in a file.

use crate::http::TransportErrorKind;
use crate::secret::REDACTED;
use crate::signing::uuid_v4;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// The version of the file format.
const FORMAT: u64 = 1;

/// Recorded exchanges with a service, as a [`Recorder`](super::Recorder) writes them: JSON that
/// people can read and review, without signatures and secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cassette {
    pub(super) exchanges: Vec<RecordedExchange>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecordedExchange {
    pub(super) request: RecordedRequest,
    pub(super) response: RecordedResponse,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct RecordedRequest {
    pub(super) operation: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) parameters: BTreeMap<String, String>,
    /// Empty if the request has no body.
    pub(super) body: String,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum RecordedResponse {
    Response {
        status: u16,
        headers: BTreeMap<String, String>,
        body: String,
    },
    Fault(TransportErrorKind),
}

/// Omits the body.
impl fmt::Debug for RecordedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response { status, .. } => write!(f, "a response with status {status}"),
            Self::Fault(kind) => write!(f, "a fault of kind {kind:?}"),
        }
    }
}

/// Shows `ListExecutions(MaxResults="50", Status="Failed")`, preceded by method and path unless
/// they are `POST /`.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if (self.method.as_str(), self.path.as_str()) != ("POST", "/") {
            write!(f, "{} {} ", self.method, self.path)?;
        }
        write!(f, "{}(", self.operation)?;
        let mut separator = "";
        for (name, value) in &self.parameters {
            write!(f, "{separator}{name}={value:?}")?;
            separator = ", ";
        }
        f.write_str(")")?;
        match self.body.len() {
            0 => Ok(()),
            bytes => write!(f, " with {bytes} bytes of body"),
        }
    }
}

impl Cassette {
    /// Reads a file that [`Cassette::save`] wrote.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or is not a cassette; the message contains the
    /// path and the position of the error.
    pub fn load(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let text = std::fs::read_to_string(path).map_err(named)?;
        Self::parse(&text).map_err(named)
    }

    /// Parses the text of a cassette.
    ///
    /// # Errors
    /// Returns an error with the position if the text is not a cassette.
    pub fn parse(text: &str) -> io::Result<Self> {
        let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidData, message);
        let value: Value = serde_json::from_str(text)
            .map_err(|error| invalid(format!("the cassette is not valid JSON: {error}")))?;
        if value.get("format").and_then(Value::as_u64) != Some(FORMAT) {
            return Err(invalid(format!(
                "not a cassette of format {FORMAT}; record it again"
            )));
        }
        let exchanges = value.get("exchanges").and_then(Value::as_array);
        let exchanges =
            exchanges.ok_or_else(|| invalid("exchanges must be an array".to_owned()))?;
        let read = |(index, exchange): (usize, &Value)| {
            read_exchange(exchange)
                .map_err(|message| invalid(format!("exchanges[{index}].{message}")))
        };
        let exchanges = exchanges
            .iter()
            .enumerate()
            .map(read)
            .collect::<io::Result<_>>()?;
        Ok(Self { exchanges })
    }

    /// Writes the cassette to a file that only its owner can read. An existing file is replaced
    /// atomically; a symbolic link is replaced itself, and its target stays as it is.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written. An existing one is then unchanged.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref();
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        // A name that nobody else can create before, in the same directory.
        let id = uuid_v4().map_err(io::Error::other)?;
        let mut temporary = OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{id}.new"));
        let temporary = path.with_file_name(temporary);
        let written = create_private(&temporary)
            .and_then(|mut file| file.write_all(self.to_json().as_bytes()))
            .and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            // The first error is the one to report.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// Returns the text of the file.
    pub fn to_json(&self) -> String {
        let exchanges: Vec<Value> = self.exchanges.iter().map(write_exchange).collect();
        format!("{:#}\n", json!({"format": FORMAT, "exchanges": exchanges}))
    }

    /// Returns the number of exchanges.
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Returns whether the cassette has no exchanges.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }
}

impl RecordedRequest {
    /// Returns the differences of `sent` from this request, except those in parameters in
    /// `ignored`. A redacted value equals every value.
    pub(super) fn differences(&self, sent: &Self, ignored: &BTreeSet<String>) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |name: &str, recorded: Option<&str>, sent: Option<&str>| {
            differences.extend(difference(name, recorded, sent));
        };
        compare("method", Some(&self.method), Some(&sent.method));
        compare("path", Some(&self.path), Some(&sent.path));
        let names: BTreeSet<&String> = self
            .parameters
            .keys()
            .chain(sent.parameters.keys())
            .collect();
        for name in names.into_iter().filter(|name| !ignored.contains(*name)) {
            let value = |request: &Self| request.parameters.get(name).cloned();
            compare(name, value(self).as_deref(), value(sent).as_deref());
        }
        compare("body", Some(&self.body), Some(&sent.body));
        differences
    }
}

fn difference(name: &str, recorded: Option<&str>, sent: Option<&str>) -> Option<String> {
    if recorded == sent {
        return None;
    }
    if let (Some(recorded), Some(sent)) = (recorded, sent) {
        if same_text(recorded, sent) || same_json(recorded, sent) {
            return None;
        }
    }
    let shown = |value: Option<&str>| value.map_or("nothing".to_owned(), |v| format!("{v:?}"));
    Some(format!(
        "{name} was {} and is {}",
        shown(recorded),
        shown(sent)
    ))
}

/// Returns whether two texts are the same, except for redacted parts.
fn same_text(recorded: &str, sent: &str) -> bool {
    let Some((start, rest)) = recorded.split_once(REDACTED) else {
        return recorded == sent;
    };
    let Some(mut sent) = sent.strip_prefix(start) else {
        return false;
    };
    let (middle, end) = rest.rsplit_once(REDACTED).unwrap_or(("", rest));
    for part in middle.split(REDACTED) {
        let Some((_, after)) = sent.split_once(part) else {
            return false;
        };
        sent = after;
    }
    sent.ends_with(end)
}

/// Returns whether two texts are the same JSON value, except for redacted parts.
fn same_json(recorded: &str, sent: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    matches!((read(recorded), read(sent)), (Some(recorded), Some(sent)) if fits(&recorded, &sent))
}

fn fits(recorded: &Value, sent: &Value) -> bool {
    match (recorded, sent) {
        (Value::String(text), _) if text == REDACTED => true,
        (Value::String(recorded), Value::String(sent)) => {
            same_text(recorded, sent) || same_json(recorded, sent)
        }
        (Value::Array(recorded), Value::Array(sent)) => {
            recorded.len() == sent.len() && recorded.iter().zip(sent).all(|(r, s)| fits(r, s))
        }
        (Value::Object(recorded), Value::Object(sent)) => {
            let mut members = recorded.iter();
            recorded.len() == sent.len()
                && members.all(|(name, r)| sent.get(name).is_some_and(|s| fits(r, s)))
        }
        _ => recorded == sent,
    }
}

/// Creates a file that only its owner can read. A file or link that exists is an error.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn write_exchange(exchange: &RecordedExchange) -> Value {
    let request = &exchange.request;
    let mut written = json!({
        "operation": request.operation,
        "method": request.method,
        "path": request.path,
        "parameters": request.parameters,
    });
    if let (false, Some(members)) = (request.body.is_empty(), written.as_object_mut()) {
        members.insert("body".to_owned(), request.body.as_str().into());
    }
    let response = match &exchange.response {
        RecordedResponse::Response {
            status,
            headers,
            body,
        } => {
            json!({"status": status, "headers": headers, "body": body})
        }
        RecordedResponse::Fault(kind) => json!({"fault": fault_name(*kind)}),
    };
    json!({"request": written, "response": response})
}

fn read_exchange(exchange: &Value) -> Result<RecordedExchange, String> {
    let request = object(exchange, "request")?;
    let response = object(exchange, "response")?;
    let request = RecordedRequest {
        operation: text(request, "request.operation")?,
        method: text(request, "request.method")?,
        path: text(request, "request.path")?,
        parameters: texts(request, "request.parameters")?,
        body: match request.contains_key("body") {
            true => text(request, "request.body")?,
            false => String::new(),
        },
    };
    let response = match response.contains_key("fault") {
        true => {
            let name = text(response, "response.fault")?;
            let kind = FAULTS.iter().find(|(_, known)| *known == name);
            RecordedResponse::Fault(kind.ok_or("response.fault must be a known kind")?.0)
        }
        false => RecordedResponse::Response {
            status: response
                .get("status")
                .and_then(Value::as_u64)
                .and_then(|status| u16::try_from(status).ok())
                .ok_or("response.status must be a number")?,
            headers: texts(response, "response.headers")?,
            body: text(response, "response.body")?,
        },
    };
    Ok(RecordedExchange { request, response })
}

fn object<'a>(value: &'a Value, name: &str) -> Result<&'a Map<String, Value>, String> {
    let member = value.get(name).and_then(Value::as_object);
    member.ok_or_else(|| format!("{name} must be an object"))
}

/// Returns the member that the last segment of `path` names.
fn text(object: &Map<String, Value>, path: &str) -> Result<String, String> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let member = object.get(name).and_then(Value::as_str);
    member
        .map(str::to_owned)
        .ok_or_else(|| format!("{path} must be a string"))
}

fn texts(parent: &Map<String, Value>, path: &str) -> Result<BTreeMap<String, String>, String> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let members = parent.get(name).and_then(Value::as_object);
    let members = members.ok_or_else(|| format!("{path} must be an object"))?;
    let read = |(name, value): (&String, &Value)| {
        let value = value.as_str();
        let value = value.ok_or_else(|| format!("{path}.{name} must be a string"))?;
        Ok((name.clone(), value.to_owned()))
    };
    members.iter().map(read).collect()
}

/// Faults by their names in the file.
const FAULTS: [(TransportErrorKind, &str); 5] = [
    (TransportErrorKind::Connect, "connect"),
    (TransportErrorKind::Interrupted, "interrupted"),
    (TransportErrorKind::Timeout, "timeout"),
    (TransportErrorKind::InvalidRequest, "invalid_request"),
    (TransportErrorKind::InvalidConfig, "invalid_config"),
];

fn fault_name(kind: TransportErrorKind) -> &'static str {
    let mut known = FAULTS.iter();
    known
        .find_map(|(k, name)| (*k == kind).then_some(*name))
        .unwrap_or_default()
}
