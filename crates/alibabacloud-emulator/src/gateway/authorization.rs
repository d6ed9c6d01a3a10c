//! Authorization: whether the caller may make the call.

use super::request::Request;
use crate::api_error::ApiError;
use crate::caller::Caller;
use crate::ram::condition::Context;
use crate::ram::decision::Denial;
use crate::ram::directory::Policies;
use crate::ram::permission::CheckedCall;
use crate::ram::{self, RamMode};
use crate::services::Target;
use crate::shared::{Shared, read, write};
use alibabacloud_spec::{Operation, Service};

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
        more: Vec::new(),
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
            let context = Context {
                request_tags: call.tags(),
                ..context(shared, request, caller)
            };
            let principal = caller.principal.as_ref();
            let decision = ram::decide(principal, policies, &call.needed(), &context);
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
    let mut error = ApiError::new(403, code.to_owned(), message);
    error.access_denied = Some(Box::new(denial.detail(caller, context)));
    error
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
