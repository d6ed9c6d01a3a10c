//! Sends calls.

use crate::call::Call;
use crate::observer::{Observer, millis};
use crate::outcome::{MAX_SHOWN_BYTES, Received, card, outcome};
use crate::reply::ApiError;
use crate::targets::{Target, Targets, options};
use alibabacloud_core::signing::nonce;
use alibabacloud_core::test_util::Recorder;
use alibabacloud_core::{Error, Result as CallResult};
use alibabacloud_dynamic::Client;
use alibabacloud_spec::values::take_path;
use alibabacloud_spec::{Kind, Pagination, Response, Schema, Service};
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many outcomes can be saved as a test.
const KEPT: usize = 100;
/// Maximum bytes of a recording that is kept.
const MAX_KEPT_BYTES: usize = 1024 * 1024;
/// Maximum events of a response that is a stream.
const MAX_EVENTS: usize = 1000;
/// The time limit of all pages of a list.
const PAGES_TIMEOUT: Duration = Duration::from_secs(300);

/// The recordings of the latest calls, without secrets.
#[derive(Debug, Default)]
pub(crate) struct Recordings(Mutex<VecDeque<Recording>>);

/// The recording of a call.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    id: String,
    /// Product, version and name of the operation.
    pub(crate) operation: [String; 3],
    /// The text of a cassette.
    pub(crate) cassette: String,
}

impl Recordings {
    /// Returns the recording of an outcome.
    pub(crate) fn find(&self, id: &str) -> Option<Recording> {
        let recordings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recordings.iter().find(|one| one.id == id).cloned()
    }

    fn add(&self, recording: Recording) {
        if recording.cassette.len() > MAX_KEPT_BYTES {
            return;
        }
        let mut recordings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if recordings.len() == KEPT {
            recordings.pop_front();
        }
        recordings.push_back(recording);
    }
}

/// A client for one call, and what takes notes of it.
struct Session {
    client: Client,
    observer: Observer,
    /// `None` if the response is not text, which a cassette cannot hold.
    recorder: Option<Recorder>,
}

impl Session {
    async fn new(targets: &Targets, call: &Call, target: Target) -> Result<Self, ApiError> {
        let (http, time) = targets.machine();
        let observer = Observer::new(http, time);
        let config = targets.guarded(targets.config(target).await?, target);
        let config = config.time(observer.clone());
        let recorder = match call.operation().response {
            Response::Binary | Response::Events(_) => None,
            Response::Json(_) | Response::Text | Response::Empty => {
                let secrets = secret_names(call).into_iter();
                let recorder = Recorder::new(observer.clone());
                Some(secrets.fold(recorder, |recorder, name| recorder.secret(name)))
            }
        };
        let config = match &recorder {
            Some(recorder) => config.http_client(recorder.clone()),
            None => config.http_client(observer.clone()),
        };
        Ok(Self {
            client: call.loaded.service.client(config)?,
            observer,
            recorder,
        })
    }

    /// Returns the text of the last response as the recorder has it, without secrets.
    fn recorded_body(&self) -> Option<String> {
        let cassette = self.recorder.as_ref()?.cassette().to_json();
        let cassette: Value = serde_json::from_str(&cassette).ok()?;
        let last = cassette["exchanges"].as_array()?.last()?;
        Some(last["response"]["body"].as_str()?.to_owned())
    }
}

/// Sends a call and returns its outcome.
///
/// # Errors
///
/// If nothing was sent: the call is not permitted, or its parameters cannot be written.
pub(crate) async fn send(
    targets: &Targets,
    recordings: &Recordings,
    call: &Call,
    target: Target,
    confirm: Option<&str>,
) -> Result<Value, ApiError> {
    call.check_permitted(target, targets.settings(), confirm)?;
    call.check_types()?;
    let session = Session::new(targets, call, target).await?;
    let name = &call.operation().name;
    let request = session.client.call(name, call.parameters())?;
    let request = request.with_options(options(call.region.as_deref()));
    let begun = Instant::now();
    let sent = match call.operation().response {
        Response::Events(_) => receive_events(request).await,
        _ => receive(request).await,
    };
    let elapsed = begun.elapsed();
    let (mut received, error) = match sent {
        Ok(received) => (received, None),
        Err(error) if is_refused(&error, &session) => return Err(error.into()),
        Err(error) => (failed(&error), Some(error)),
    };
    received.headers = session.observer.headers();
    if target == Target::Cloud {
        redact(call, &session, &mut received);
    }
    let id = nonce().map_err(|error| ApiError::new(500, "random", error.to_string()))?;
    if let Some(recorder) = &session.recorder {
        let spec = call.loaded.spec();
        recordings.add(Recording {
            id: id.clone(),
            operation: [spec.code.clone(), spec.version.clone(), name.clone()],
            cassette: match target {
                Target::Cloud => targets.mask_key(&recorder.cassette().to_json()),
                Target::Emulator => recorder.cassette().to_json(),
            },
        });
    }
    let observer = &session.observer;
    let mut shown = outcome(&id, call, received, error.as_ref(), observer, elapsed);
    if target == Target::Cloud {
        mask_texts(targets, &mut shown);
    }
    Ok(shown)
}

/// Returns whether a call was refused by this program, and not by the service.
fn is_refused(error: &Error, session: &Session) -> bool {
    error.kind() == alibabacloud_core::ErrorKind::Guarded && session.observer.timeline().is_empty()
}

async fn receive(request: alibabacloud_dynamic::Request) -> CallResult<Received> {
    let response = request.send_with_response().await?;
    Ok(Received {
        status: Some(response.status()),
        request_id: response.request_id().map(str::to_owned),
        raw: String::from_utf8_lossy(response.raw_body()).into_owned(),
        body: response.into_output(),
        ..Received::default()
    })
}

async fn receive_events(request: alibabacloud_dynamic::Request) -> CallResult<Received> {
    let mut stream = request.send_stream().await?;
    let (mut raw, mut events) = (String::new(), Vec::new());
    while let Some(event) = stream.next().await {
        let event = event?;
        raw.push_str(event.raw_data());
        raw.push('\n');
        events.push(event.into_data());
        if events.len() == MAX_EVENTS || raw.len() > MAX_SHOWN_BYTES {
            break;
        }
    }
    Ok(Received {
        status: Some(stream.status()),
        request_id: stream.request_id().map(str::to_owned),
        raw,
        body: events.into(),
        ..Received::default()
    })
}

fn failed(error: &Error) -> Received {
    let raw = error.raw_body().unwrap_or_default();
    let body = serde_json::from_slice(raw).unwrap_or_default();
    Received {
        status: error.http_status(),
        request_id: error.request_id().map(str::to_owned),
        raw: String::from_utf8_lossy(raw).into_owned(),
        body,
        ..Received::default()
    }
}

/// Replaces the secrets of a response: those that the schema marks, and what names of secrets
/// introduce anywhere else.
fn redact(call: &Call, session: &Session, received: &mut Received) {
    received.redacted = true;
    let spec = call.loaded.spec();
    let schema = call.operation().response.schema();
    match session.recorded_body() {
        Some(text) => {
            received.body =
                serde_json::from_str(&text).unwrap_or_else(|_| match received.body.is_string() {
                    true => Value::from(text.as_str()),
                    false => Value::Null,
                });
            received.raw = text;
        }
        None => {
            if let (Some(schema), Value::Array(events)) = (schema, &mut received.body) {
                events
                    .iter_mut()
                    .for_each(|event| spec.redact(schema, event));
            }
            received.raw = received.body.to_string();
            return;
        }
    }
    if let Some(schema) = schema {
        spec.redact(schema, &mut received.body);
    }
}

/// Masks the AccessKey ID of the caller, which services return as the creator of a resource.
fn mask_texts(targets: &Targets, value: &mut Value) {
    match value {
        Value::String(text) => *text = targets.mask_key(text),
        Value::Array(items) => items.iter_mut().for_each(|item| mask_texts(targets, item)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| mask_texts(targets, member)),
        _ => {}
    }
}

/// Reads the pages of a list until `limit` items have come.
///
/// # Errors
///
/// If nothing was sent, or the operation does not return a list.
pub(crate) async fn pages(
    targets: &Targets,
    call: &Call,
    target: Target,
    limit: usize,
    confirm: Option<&str>,
) -> Result<Value, ApiError> {
    let Some(pagination) = &call.operation().pagination else {
        let message = format!("{} does not return a list in pages", call.operation().name);
        return Err(ApiError::new(400, "not_a_list", message));
    };
    let (Pagination::Token { items: path, .. } | Pagination::PageNumber { items: path, .. }) =
        pagination;
    call.check_permitted(target, targets.settings(), confirm)?;
    call.check_types()?;
    let session = Session::new(targets, call, target).await?;
    let request = session
        .client
        .call(&call.operation().name, call.parameters())?
        .with_options(options(call.region.as_deref()));
    let mut pages = request.by_page()?;
    let begun = Instant::now();
    let (mut items, mut bytes) = (Vec::new(), 0);
    let (mut is_truncated, mut error) = (false, None);
    let read = async {
        while let Some(page) = pages.next().await {
            let mut page = match page {
                Ok(page) => page,
                Err(why) => {
                    error = Some(why);
                    break;
                }
            };
            if target == Target::Cloud {
                if let Some(schema) = call.operation().response.schema() {
                    call.loaded.spec().redact(schema, &mut page);
                }
            }
            let Some(Value::Array(more)) = take_path(&mut page, path) else {
                continue;
            };
            for item in more {
                bytes += item.to_string().len();
                if items.len() >= limit || bytes > MAX_SHOWN_BYTES {
                    is_truncated = true;
                    return;
                }
                items.push(item);
            }
            if items.len() >= limit {
                is_truncated = pages.cursor().is_some();
                return;
            }
        }
    };
    if tokio::time::timeout(PAGES_TIMEOUT, read).await.is_err() {
        is_truncated = true;
    }
    if let Some(error) = error.take_if(|error| is_refused(error, &session)) {
        return Err(error.into());
    }
    let mut shown = json!({
        "items": items,
        "pages": session.observer.successes(),
        "truncated": is_truncated,
        "redacted": target == Target::Cloud,
        "error": error.map(|error| card(call, &error)),
        "attempts": session.observer.timeline(),
        "durationMs": millis(begun.elapsed()),
    });
    if target == Target::Cloud {
        mask_texts(targets, &mut shown);
    }
    Ok(shown)
}

/// Returns the names of all parameters and fields of an operation that are sensitive.
fn secret_names(call: &Call) -> BTreeSet<&str> {
    let operation = call.operation();
    let mut search = SecretSearch {
        spec: call.loaded.spec(),
        visited: BTreeSet::new(),
        names: BTreeSet::new(),
    };
    for parameter in &operation.parameters {
        search.visit(&parameter.name, &parameter.schema);
    }
    if let Some(schema) = operation.response.schema() {
        search.visit("", schema);
    }
    search.names.remove("");
    search.names
}

/// A search for the names of sensitive fields.
struct SecretSearch<'s> {
    spec: &'s Service,
    /// Shared schemas that have been searched: they can contain themselves.
    visited: BTreeSet<&'s str>,
    names: BTreeSet<&'s str>,
}

impl<'s> SecretSearch<'s> {
    fn visit(&mut self, name: &'s str, schema: &'s Schema) {
        let resolved = self.spec.resolve(schema);
        if schema.sensitive || resolved.sensitive {
            self.names.insert(name);
        }
        if let Kind::Ref(shared) = &schema.kind {
            if !self.visited.insert(shared) {
                return;
            }
        }
        match &resolved.kind {
            Kind::Array(inner) | Kind::Map(inner) => self.visit(name, inner),
            Kind::Object(properties) => {
                for (name, property) in properties {
                    self.visit(name, &property.schema);
                }
            }
            _ => {}
        }
    }
}
