//! The gateway: from a request to its reply.
//!
//! | step | where |
//! |---|---|
//! | whether the request is unambiguous | [`ambiguity`] |
//! | which operation the request is for | [`route`], [`path`] |
//! | which faults apply to it | [`crate::faults`] |
//! | who calls | [`authentication`] |
//! | whether the account sends too many requests | [`crate::rate_limits`] |
//! | typed, checked parameters | [`parameters`] |
//! | whether the caller has the permission | [`authorization`], which asks [`crate::ram`] |
//! | what the operation returns | a handler of [`crate::oos`], else [`crate::resources`], else [`crate::synthetic`] |
//! | JSON or XML | [`reply`] |

pub(crate) mod ambiguity;
mod assume_role;
pub(crate) mod authentication;
mod authorization;
pub(crate) mod parameters;
pub(crate) mod path;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod route;

use crate::api_error::ApiError;
use crate::call::Call;
use crate::caller::{Caller, Principal};
use crate::faults::{FaultKind, FaultPlan};
use crate::paging::PageShape;
use crate::ram::RamMode;
use crate::ram::decision;
use crate::ram::operations::RamCall;
use crate::ram::permission;
use crate::request_log::LogEntry;
use crate::resources;
use crate::services::{Responder, Target};
use crate::shared::{Shared, lock, read, write};
use crate::store::changes::Change;
use crate::synthetic;
use crate::values;
use alibabacloud_spec::values::text;
use alibabacloud_spec::{ApiStyle, Response};
use authentication::Authenticator;
use reply::{Body, Format, Reply};
use request::Request;
use serde_json::{Map, Value, json};

/// What is to happen to a request.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) reply: Reply,
    pub(crate) request_id: String,
    pub(crate) plan: FaultPlan,
    /// A change that must be in the data file before the reply is sent: one that the request made,
    /// or has seen.
    pub(crate) unsaved: Option<Change>,
}

/// Executes a request and decides on its reply.
pub(crate) fn handle(shared: &Shared, request: &Request) -> Exchange {
    let request_id = shared.ids.request();
    let target = ambiguity::check(request).and_then(|()| route::find(&shared.services, request));
    let operation = target
        .as_ref()
        .ok()
        .map(|target| target.operation().name.as_str());
    let plan = lock(&shared.faults).plan(operation.unwrap_or_default());
    let mut entry = LogEntry {
        time: shared.clock.gateway(),
        target: target.as_ref().ok().map(|target| target.shared()),
        method: request.method.clone(),
        path: request.path.clone(),
        caller: None,
        denied: None,
        parameters: String::new(),
        attempt: request
            .headers
            .get("x-acs-retry-attempts")
            .map(str::to_owned),
        status: None,
        code: None,
        request_id: request_id.clone(),
    };
    let mut unsaved = None;
    let result = if takes_effect(&plan) {
        match &target {
            Ok(target) => execute(shared, request, *target, &plan, &mut entry, &mut unsaved)
                .map(|body| (*target, body)),
            Err(error) => Err(error.clone()),
        }
    } else {
        // The fault decides on the reply; this error is never sent.
        Err(ApiError::new(500, "InternalError", ""))
    };
    let writer = ReplyWriter {
        request,
        target: target.ok(),
        request_id: &request_id,
    };
    let reply = writer.write(result, &plan, &mut entry);
    lock(&shared.log).add(entry);
    Exchange {
        reply,
        request_id,
        plan,
        unsaved,
    }
}

/// Returns the style of error responses. Old ROA clients, which sign with V1, read the fields of
/// the RPC style.
fn error_style(request: &Request, target: Option<Target<'_>>) -> ApiStyle {
    let authorization = request.headers.get("authorization").unwrap_or_default();
    match target {
        _ if authorization.starts_with("acs ") => ApiStyle::Rpc,
        Some(target) => target.service().style,
        None if request.path == "/" => ApiStyle::Rpc,
        None => ApiStyle::Roa,
    }
}

/// Returns whether the request takes effect in spite of its faults.
fn takes_effect(plan: &FaultPlan) -> bool {
    match &plan.fault {
        None | Some((FaultKind::Truncate { .. }, _)) => true,
        Some((_, executed)) => *executed,
    }
}

fn execute(
    shared: &Shared,
    request: &Request,
    target: Target<'_>,
    plan: &FaultPlan,
    entry: &mut LogEntry,
    unsaved: &mut Option<Change>,
) -> Result<Body, ApiError> {
    let (service, operation) = (target.service(), target.operation());
    let mut caller = {
        let keys = read(&shared.keys);
        let authenticator = Authenticator {
            keys: &keys,
            nonces: &shared.nonces,
            now: entry.time.saturating_add_signed(plan.clock_offset),
            service_now: shared.clock.service(),
        };
        authenticator.caller(service.style, operation, request)?
    };
    entry.caller = Some(caller.name.clone());
    if plan.expired_token {
        return Err(authentication::expired_token());
    }
    if let Some(limit) = operation.rate_limit {
        let name = format!("{}/{}/{}", service.code, service.version, operation.name);
        let now = shared.clock.service();
        shared
            .rate_limits
            .admit(&caller.account, name, limit, now)?;
    }
    let mut parameters = parameters::read(service, operation, request)?;
    let region = region_of(shared, request, &parameters);
    let policies = authorization::identify(shared, &mut caller);
    add_own_user(target, &caller, &mut parameters);
    let call = permission::CheckedCall {
        service,
        operation,
        parameters: &parameters,
        account: &caller.account,
        region: &region,
    };
    let allowed = authorization::check(shared, request, target, call, &caller, &policies);
    let result = match allowed {
        Ok(()) => {
            let own = own_response(shared, request, target, &caller, &parameters);
            own.map(|own| own.map(Body::from)).unwrap_or_else(|| {
                let (result, change) =
                    invoke(shared, target, &parameters, &caller, &region, plan.pages);
                *unsaved = change;
                result
            })
        }
        Err(refusal) => {
            entry.denied = Some(refusal.why);
            Err(refusal.error)
        }
    };
    if let Ok(body) = &result {
        follow_ram(shared, target, &caller, &parameters, &body.value);
    }
    entry.parameters = redacted(target, parameters);
    result
}

/// Changes users, groups, roles, policies and keys as a call that succeeded does, if it is one of
/// RAM.
pub(crate) fn follow_ram(
    shared: &Shared,
    target: Target<'_>,
    caller: &Caller,
    parameters: &Map<String, Value>,
    body: &Value,
) {
    if target.service().code != "ram" {
        return;
    }
    {
        let mut ram = write(&shared.ram);
        let mut keys = write(&shared.keys);
        ram_call(target, caller, parameters).follow(body, &mut ram.directory, &mut keys);
    }
    if target.operation().name == "SetDefaultPolicyVersion" {
        shared.restore_policies();
    }
}

/// Names the caller as the user of an operation for keys that names none.
fn add_own_user(target: Target<'_>, caller: &Caller, parameters: &mut Map<String, Value>) {
    let is_for_keys = target.operation().name.contains("AccessKey");
    if let (Some(Principal::User { name, .. }), "ram", true) = (
        &caller.principal,
        target.service().code.as_str(),
        is_for_keys,
    ) {
        let user = parameters.entry("UserName");
        user.or_insert_with(|| Value::from(name.as_str()));
    }
}

fn ram_call<'a>(
    target: Target<'a>,
    caller: &'a Caller,
    parameters: &'a Map<String, Value>,
) -> RamCall<'a> {
    RamCall {
        operation: &target.operation().name,
        account: &caller.account,
        parameters,
    }
}

/// Returns the response of an operation that is about permissions themselves; `None` for all
/// others.
fn own_response(
    shared: &Shared,
    request: &Request,
    target: Target<'_>,
    caller: &Caller,
    parameters: &Map<String, Value>,
) -> Option<Result<Value, ApiError>> {
    match (
        target.service().code.as_str(),
        target.operation().name.as_str(),
    ) {
        ("sts", "AssumeRole") => assume_role::respond(shared, request, target, caller, parameters),
        ("ram", "DecodeDiagnosticMessage") => {
            let message = parameters.get("EncodedDiagnosticMessage")?;
            let diagnosis = decision::decode(&text(message))?;
            Some(Ok(json!({"DecodedDiagnosticMessage": diagnosis})))
        }
        ("ram", _) if read(&shared.ram).mode != RamMode::Off => {
            let checked = ram_call(target, caller, parameters).check();
            let why = checked.err()?;
            Some(Err(ApiError::new(
                400,
                "MalformedPolicyDocument",
                format!("The policy document is not valid: {why}."),
            )))
        }
        _ => None,
    }
}

/// Runs an operation whose parameters have been checked; also returns the latest change that it
/// made or has seen, if the data file does not have it yet.
pub(crate) fn invoke(
    shared: &Shared,
    target: Target<'_>,
    parameters: &Map<String, Value>,
    caller: &Caller,
    region_id: &str,
    pages: Option<PageShape>,
) -> (Result<Body, ApiError>, Option<Change>) {
    let (service, operation) = (target.service(), target.operation());
    let responder = target.served().responder;
    let (mut unsaved, mut items) = (None, None);
    let kept = match responder {
        Responder::Synthetic => Ok(None),
        Responder::Handler(_) | Responder::Resources(_) => {
            let mut store = lock(&shared.store);
            let mut outcomes = lock(&shared.outcomes);
            let region_name = match responder {
                Responder::Resources(model) => model.region(region_id),
                _ => region_id,
            };
            let mut call = Call {
                service,
                operation,
                parameters,
                caller,
                region_id,
                region: store.region(&caller.account, region_name),
                ids: &shared.ids,
                outcomes: &mut outcomes,
                now: shared.clock.service(),
                pages,
                number: target.served().number,
                items: None,
            };
            let result = match responder {
                Responder::Handler(handler) => handler(&mut call).map(Some),
                Responder::Resources(model) => resources::respond(model, &mut call),
                Responder::Synthetic => Ok(None),
            };
            items = call.items;
            if matches!(result, Ok(Some(_))) && !operation.class.is_read() {
                store.changes.add();
            }
            unsaved = store.changes.unsaved();
            result
        }
    };
    let result = kept.and_then(|body| match body {
        Some(body) => Ok(body),
        None => {
            let scope = caller.page_scope(region_id);
            synthetic::response(service, operation, parameters, &scope, pages)
        }
    });
    let fitted = result.map(|value| {
        let value = match &operation.response {
            Response::Json(schema) | Response::Events(schema) => {
                values::fit(service, schema, value).unwrap_or_default()
            }
            _ => value,
        };
        Body { value, items }
    });
    (fitted, unsaved)
}

/// Returns the region of a call: from its parameter, else from the host name, else the default.
fn region_of(shared: &Shared, request: &Request, parameters: &Map<String, Value>) -> String {
    let named = parameters.get("RegionId").and_then(Value::as_str);
    let from_host = || {
        let mut labels = request.host().strip_suffix(".aliyuncs.com")?.split('.');
        labels.nth(1)
    };
    named
        .or_else(from_host)
        .unwrap_or(&shared.region)
        .to_owned()
}

/// Returns the JSON of parameters, without secrets.
fn redacted(target: Target<'_>, mut parameters: Map<String, Value>) -> String {
    for name in &target.served().secret {
        if let Some(value) = parameters.get_mut(name) {
            *value = Value::from("**REDACTED**");
        }
    }
    // Values that were read from JSON can be written as such.
    serde_json::to_string(&parameters).unwrap_or_default()
}

/// Writes the reply to one request.
struct ReplyWriter<'a> {
    request: &'a Request,
    /// The operation that the request is for, if there is one.
    target: Option<Target<'a>>,
    request_id: &'a str,
}

impl ReplyWriter<'_> {
    fn write(
        &self,
        result: Result<(Target<'_>, Body), ApiError>,
        plan: &FaultPlan,
        entry: &mut LogEntry,
    ) -> Reply {
        let reply = match &plan.fault {
            Some((
                FaultKind::Throttle {
                    retry_after_millis,
                    status,
                },
                _,
            )) => {
                let mut error = ApiError::throttled(*status);
                error.retry_after = *retry_after_millis;
                self.error(&error, entry)
            }
            Some((
                FaultKind::Error {
                    status,
                    code,
                    message,
                },
                _,
            )) => self.error(
                &ApiError::new(*status, code.clone(), message.clone()),
                entry,
            ),
            Some((FaultKind::Html { status }, _)) => Reply::new(
                *status,
                "text/html",
                "<html><head><title>Error</title></head><body><h1>Error from a proxy</h1></body></html>",
            ),
            Some((FaultKind::Garbage, _)) => {
                Reply::new(200, "application/json;charset=utf-8", "{\"RequestId\": \"")
            }
            _ => match result {
                Ok((target, body)) => self.success(target, body),
                Err(error) => self.error(&error, entry),
            },
        };
        let is_sent = !matches!(plan.fault, Some((FaultKind::Drop | FaultKind::Reset, _)));
        entry.status = is_sent.then_some(reply.status);
        reply
    }

    fn error(&self, error: &ApiError, entry: &mut LogEntry) -> Reply {
        entry.code = Some(error.code.clone());
        let format = Format::of(self.request);
        Reply::error(
            format,
            error_style(self.request, self.target),
            error,
            self.request_id,
            self.request.host(),
        )
    }

    fn success(&self, target: Target<'_>, mut body: Body) -> Reply {
        let operation = target.operation();
        match &operation.response {
            Response::Json(_) => {
                if let Value::Object(object) = &mut body.value {
                    for name in &target.served().request_ids {
                        object.insert((*name).to_owned(), Value::from(self.request_id));
                    }
                }
                Reply::success(Format::of(self.request), &operation.name, body)
            }
            Response::Events(_) => {
                let event = format!("event:message\ndata:{}\n\n", body.into_value());
                Reply::new(200, "text/event-stream", event.repeat(2))
            }
            Response::Empty => Reply::new(204, "application/json;charset=utf-8", ""),
            Response::Text => Reply::new(200, "text/plain;charset=utf-8", text(&body.value)),
            Response::Binary => Reply::new(200, "application/octet-stream", text(&body.value)),
        }
    }
}
