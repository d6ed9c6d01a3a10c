//! The code of a call.

use crate::call::{Call, shown};
use crate::naming::method;
use crate::permissions;
use crate::program::{Program, Waiting};
use crate::reply::ApiError;
use crate::targets::{Target, Targets, options};
use alibabacloud_core::credentials::Credentials;
use alibabacloud_dynamic::Preview;
use serde_json::{Value, json};

/// Returns the code of a call in all forms, without secrets. The forms that say what is sent are
/// null if that cannot be said, because a parameter is missing or has another type.
pub(crate) async fn write(call: &Call, targets: &Targets) -> Result<Value, ApiError> {
    let preview = preview(call, targets).await.ok();
    let program = preview
        .as_ref()
        .map(|preview| program(call, targets, preview));
    let response = call.operation().example.as_ref();
    let response = response.map_or_else(|| json!({}), |example| example.response.clone());
    let main = |waiting| program.as_ref().map(|program| program.main(waiting));
    let test = program.as_ref().map(|program| {
        let name = method(call.operation());
        program.mock_test(&name, &format!("{response:#}"))
    });
    let policy = permissions::policy(std::slice::from_ref(call), None, None);
    Ok(json!({
        "rustAsync": main(Waiting::Async),
        "rustBlocking": main(Waiting::Blocking),
        "rustTest": test,
        "curl": preview.as_ref().map(Preview::to_curl),
        "aliyun": preview.as_ref().map(Preview::to_aliyun_cli),
        "policy": policy["json"],
        "problems": shown(&call.problems()),
    }))
}

/// Returns the program of a call.
///
/// # Errors
///
/// If a parameter is missing or has another type.
pub(crate) async fn main(call: &Call, targets: &Targets) -> Result<String, ApiError> {
    let preview = preview(call, targets).await?;
    Ok(program(call, targets, &preview).main(Waiting::Async))
}

/// Returns the region of a call for code that is written.
pub(crate) fn region<'a>(call: &'a Call, targets: &'a Targets) -> &'a str {
    let region = call.region.as_deref();
    region.unwrap_or_else(|| targets.emulator_region())
}

fn program(call: &Call, targets: &Targets, preview: &Preview) -> Program {
    let (spec, operation) = (call.loaded.spec(), call.operation());
    Program::from_preview(spec, operation, preview, region(call, targets))
}

/// Returns what would be sent to the cloud.
async fn preview(call: &Call, targets: &Targets) -> Result<Preview, ApiError> {
    call.check_types()?;
    let config = targets
        .config(Target::Cloud)
        .await?
        .credentials(Credentials::access_key("ACCESS_KEY_ID", "SECRET"));
    let client = call.loaded.service.client(config)?;
    let parameters = Value::Object(call.redacted_parameters());
    let request = client.call(&call.operation().name, parameters)?;
    let request = request.with_options(options(Some(region(call, targets))));
    Ok(request.preview()?)
}
