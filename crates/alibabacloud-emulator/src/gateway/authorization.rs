//! Authorization: whether the caller may make the call.

use super::request::Request;
use crate::api_error::ApiError;
use crate::caller::Caller;
use crate::oos;
use crate::ram::condition::Context;
use crate::ram::decision::Denial;
use crate::ram::directory::Policies;
use crate::ram::permission::{CheckedCall, Needed, NeededResource};
use crate::ram::{self, RamMode};
use crate::region::Region;
use crate::resources;
use crate::services::Target;
use crate::shared::{Shared, lock, read, write};
use crate::store::Store;
use alibabacloud_spec::{Operation, Service};
use std::collections::BTreeMap;

/// The error codes of missing permissions that operations document.
const DOCUMENTED: [&str; 4] = [
    "NoPermission",
    "Forbidden.NoPermission",
    "Forbidden.RAM",
    "Forbidden",
];
/// Services that respond with `NoPermission`, whether an operation documents it or not.
const NO_PERMISSION: [&str; 4] = ["ims", "oos", "ram", "sts"];

/// A refused call.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The decision in words, for the request log.
    pub(super) why: String,
    pub(super) error: ApiError,
}

/// Sets whose key signed the request, and returns the policies that apply.
pub(super) fn identify(shared: &Shared, caller: &mut Caller) -> Policies {
    let ram = read(&shared.ram);
    let is_key = read(&shared.keys).get(&caller.name).is_some();
    let is_known = ram.directory.has_owner(&caller.name);
    // While nothing is enforced, a key without an owner stays that of nobody in particular.
    if !is_key || (!is_known && ram.mode == RamMode::Off) {
        return Policies::default();
    }
    let (principal, policies) = ram.directory.principal(&caller.name);
    caller.principal = Some(principal);
    policies
}

/// Returns what conditions can ask about a request.
pub(super) fn context(shared: &Shared, request: &Request, caller: &Caller) -> Context {
    let principal = caller.principal.as_ref();
    Context {
        source_ip: request.connection.peer,
        secure_transport: request.connection.is_secure,
        now: shared.clock.service(),
        principal_arn: principal
            .map_or_else(String::new, |principal| principal.arn(&caller.account)),
        request_tags: Vec::new(),
        resource_tags: BTreeMap::new(),
        more: Vec::new(),
    }
}

/// Returns the tags of the resources that a call needs and the emulator keeps, by ARN.
fn resource_tags(
    shared: &Shared,
    call: CheckedCall<'_>,
    needed: &[Needed],
) -> BTreeMap<String, Vec<(String, String)>> {
    let store = lock(&shared.store);
    let resources = needed.iter().flat_map(|needed| &needed.resources);
    let arns = resources.filter_map(NeededResource::arn);
    arns.filter_map(|arn| Some((arn.to_owned(), tags_of(&store, call, arn)?)))
        .collect()
}

/// Returns the tags of the resource of an ARN; `None` if the emulator does not keep it.
fn tags_of(
    store: &Store<Region>,
    call: CheckedCall<'_>,
    arn: &str,
) -> Option<Vec<(String, String)>> {
    let mut parts = arn.splitn(5, ':').skip(1);
    let (code, _, account) = (parts.next()?, parts.next()?, parts.next()?);
    let (kind, id) = parts.next()?.split_once('/')?;
    // Only of the called service it is known that its product has another code.
    let product = match call.service {
        service if service.ram_code() == code => &service.code,
        _ => code,
    };
    match product {
        "oos" => oos::tags_of(store.existing(account, call.region)?, kind, id),
        _ => resources::tags_of(store, product, account, call.region, kind, id),
    }
}

/// Records what a call needs, or checks that the caller may make it.
///
/// # Errors
///
/// Returns the permission that is missing, with the error of the service.
pub(super) fn check(
    shared: &Shared,
    request: &Request,
    target: Target<'_>,
    call: CheckedCall<'_>,
    caller: &Caller,
    policies: &Policies,
) -> Result<(), Refusal> {
    let mode = read(&shared.ram).mode;
    match mode {
        RamMode::Off => Ok(()),
        RamMode::Record => {
            write(&shared.ram).recorder.add(call);
            Ok(())
        }
        RamMode::Enforce => {
            let needed = call.needed();
            let context = Context {
                request_tags: call.tags(),
                resource_tags: resource_tags(shared, call, &needed),
                ..context(shared, request, caller)
            };
            let principal = caller.principal.as_ref();
            let decision = ram::decide(principal, policies, &needed, &context);
            decision.map_err(|denial| {
                let error = error(
                    target.service(),
                    target.operation(),
                    &denial,
                    caller,
                    &context,
                );
                Refusal {
                    why: denial.to_string(),
                    error,
                }
            })
        }
    }
}

/// Creates the error of a service about a missing permission.
pub(super) fn error(
    service: &Service,
    operation: &Operation,
    denial: &Denial,
    caller: &Caller,
    context: &Context,
) -> ApiError {
    let code = code_of(service, operation);
    let message = match code {
        "NoPermission" => format!(
            "You are not authorized to do this action. Resource: {} Action: {}",
            denial.resource, denial.action
        ),
        _ => "User not authorized to operate on the specified resource, or this API doesn't \
              support RAM."
            .to_owned(),
    };
    let mut error = ApiError::new(403, code.to_owned(), explained(message, denial));
    error.access_denied = Some(Box::new(denial.detail(caller, context)));
    error
}

/// Adds to a message what the emulator could not check: a service would have checked it, so the
/// message of a service never says this.
fn explained(mut message: String, denial: &Denial) -> String {
    for note in &denial.notes {
        message.push_str(" Emulator: ");
        message.push_str(note);
        message.push('.');
    }
    message
}

/// Returns the error code: what the operation documents, else what the service is known for.
fn code_of(service: &Service, operation: &Operation) -> &'static str {
    if NO_PERMISSION.contains(&service.code.as_str()) {
        return "NoPermission";
    }
    let documented = operation.errors.iter().chain(&service.errors);
    let documented = documented.filter(|error| error.status == Some(403));
    let codes: Vec<&str> = documented.map(|error| error.code.as_str()).collect();
    let known = DOCUMENTED.iter().find(|code| codes.contains(code));
    known.copied().unwrap_or("Forbidden.RAM")
}
