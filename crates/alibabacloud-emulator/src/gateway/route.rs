//! Routing: which operation a request is for.

use super::path;
use super::request::Request;
use crate::api_error::ApiError;
use crate::services::{LazyService, ServedService, Target};
use alibabacloud_spec::ApiStyle;
use std::cmp::Reverse;

/// Finds the operation that a request is for.
///
/// The first label of the host names the product (`oos.cn-hangzhou.aliyuncs.com`). A client that
/// calls a loopback address names only version and operation; if several products have both, the
/// one loaded first is used.
///
/// # Errors
///
/// Returns the error of the gateway when no operation fits.
pub(crate) fn find<'a>(
    services: &'a [LazyService],
    request: &Request,
) -> Result<Target<'a>, ApiError> {
    let common = |header, parameter| {
        let in_header = request.headers.get(header);
        in_header
            .or_else(|| request.signed_parameter(parameter))
            .filter(|value| !value.is_empty())
    };
    let action = common("x-acs-action", "Action");
    let version = match (common("x-acs-version", "Version"), action) {
        (Some(version), _) => version,
        // Old ROA clients name no version: host and path determine the operation.
        (None, None) if request.path != "/" => {
            return by_path(&products(services, request)?, request);
        }
        (None, _) => return Err(ApiError::missing("Version")),
    };
    let candidates = candidates(services, request, version)?;
    match action {
        Some(action) => by_action(&candidates, request, action, version),
        None => by_path(&candidates, request),
    }
}

/// Returns the services of the product that the host names; all when it names none.
fn products<'a>(
    services: &'a [LazyService],
    request: &Request,
) -> Result<Vec<&'a LazyService>, ApiError> {
    let host = request.host();
    let label = host.split('.').next().unwrap_or_default();
    let is_product = |service: &&LazyService| {
        let code = service.product();
        host.ends_with(".aliyuncs.com")
            && (label == code
                || label
                    .strip_prefix(code)
                    .is_some_and(|rest| rest.starts_with('-')))
    };
    let named: Vec<&LazyService> = services.iter().filter(is_product).collect();
    if named.is_empty() && host.ends_with(".aliyuncs.com") {
        return Err(ApiError::new(
            404,
            "InvalidProduct.NotFound",
            format!("No product is served at {host}."),
        ));
    }
    Ok(if named.is_empty() {
        services.iter().collect()
    } else {
        named
    })
}

fn candidates<'a>(
    services: &'a [LazyService],
    request: &Request,
    version: &str,
) -> Result<Vec<&'a LazyService>, ApiError> {
    let fitting: Vec<&LazyService> = products(services, request)?
        .into_iter()
        .filter(|service| service.version() == version)
        .collect();
    if fitting.is_empty() {
        return Err(ApiError::new(
            400,
            "InvalidVersion",
            format!("No product of version {version} is served here."),
        ));
    }
    Ok(fitting)
}

fn by_action<'a>(
    candidates: &[&'a LazyService],
    request: &Request,
    action: &str,
    version: &str,
) -> Result<Target<'a>, ApiError> {
    let target = candidates
        .iter()
        .find_map(|service| service.operation(action).transpose())
        .ok_or_else(|| ApiError::no_such_operation(&format!("{action} of version {version}")))??;
    let operation = target.operation();
    if !operation.methods.iter().any(|m| *m == request.method) {
        return Err(unsupported_method(&request.method, &operation.methods));
    }
    let fits = match target.service().style {
        ApiStyle::Rpc => request.path == "/",
        ApiStyle::Roa => path::fit(operation, &request.path).is_some(),
    };
    if !fits {
        return Err(ApiError::no_such_operation(&format!(
            "{action} at the path {}",
            request.path
        )));
    }
    Ok(target)
}

fn by_path<'a>(candidates: &[&'a LazyService], request: &Request) -> Result<Target<'a>, ApiError> {
    let candidates = candidates.iter().map(|service| service.get());
    let candidates: Vec<&ServedService> = candidates.collect::<Result<_, _>>()?;
    let roa = || {
        candidates
            .iter()
            .filter(|served| served.service.style == ApiStyle::Roa)
    };
    if roa().next().is_none() {
        return Err(ApiError::missing("Action"));
    }
    if let Some(target) =
        roa().find_map(|served| match_path(served, &request.method, &request.path))
    {
        return Ok(target);
    }
    if roa().any(|served| has_path(served, &request.path)) {
        return Err(unsupported_method(&request.method, &[]));
    }
    Err(ApiError::no_such_operation(&format!(
        "{} {}",
        request.method, request.path
    )))
}

/// Finds the operation of a method and path; prefers the template with the most literal segments.
fn match_path<'a>(served: &'a ServedService, method: &str, path: &str) -> Option<Target<'a>> {
    let candidates = served.service.operations.iter().enumerate();
    candidates
        .filter(|(_, operation)| operation.methods.iter().any(|m| m == method))
        .filter_map(|(index, operation)| Some((path::fit(operation, path)?.literals, index)))
        .max_by_key(|(literals, index)| (*literals, Reverse(*index)))
        .map(|(_, index)| served.target(index))
}

fn has_path(served: &ServedService, path: &str) -> bool {
    let mut operations = served.service.operations.iter();
    operations.any(|operation| path::fit(operation, path).is_some())
}

fn unsupported_method(method: &str, supported: &[String]) -> ApiError {
    let mut message = format!("The HTTP method {method} is not supported here");
    if !supported.is_empty() {
        message.push_str(&format!("; use {}", supported.join(" or ")));
    }
    message.push('.');
    ApiError::new(405, "UnsupportedHTTPMethod", message)
}
