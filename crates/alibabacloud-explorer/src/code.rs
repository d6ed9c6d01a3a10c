//! The code of a call.

use crate::anatomy::Anatomy;
use crate::call::{Call, shown};
use crate::naming::method;
use crate::permissions;
use crate::program::{Program, Waiting};
use crate::reply::ApiError;
use crate::targets::{Target, Targets, options};
use alibabacloud_codegen::snippet::{self, Snippet, SnippetError};
use alibabacloud_core::credentials::Credentials;
use alibabacloud_dynamic::Preview;
use serde_json::{Value, json};

/// What is above a line for `curl`.
const CURL_CLOUD: &str = "# Shows what is sent; curl cannot compute the signature.\n";
const CURL_EMULATOR: &str = "# Signed with the key of the emulator, which accepts it once.\n";

/// Returns the code of a call in all forms, without secrets. Rust calls the crate of the service.
/// For a service without one, it calls by names on the wire: then, and in the other forms that say
/// what is sent, it is null if that cannot be said, because a parameter is missing or has another
/// type.
///
/// The line for `curl` can be executed if the target is the emulator.
pub(crate) async fn write(
    call: &Call,
    targets: &Targets,
    target: Target,
) -> Result<Value, ApiError> {
    let preview = preview(call, targets).await.ok();
    let curl = match (&preview, target) {
        (None, _) => None,
        (Some(preview), Target::Cloud) => Some(format!("{CURL_CLOUD}{}", preview.to_curl())),
        (Some(_), Target::Emulator) => {
            let anatomy = Anatomy::new(targets, call, target).await.ok();
            anatomy.map(|anatomy| match anatomy.is_signed() {
                true => format!("{CURL_EMULATOR}{}", anatomy.curl()),
                false => anatomy.curl(),
            })
        }
    };
    let [main, blocking, test] = match (snippet(call, targets), &preview) {
        (Some(Ok(snippet)), _) => {
            [snippet.rust_async, snippet.rust_blocking, snippet.rust_test].map(Some)
        }
        (None, Some(preview)) => {
            let program = program(call, targets, preview);
            let response = call.operation().example.as_ref();
            let response = response.map_or_else(|| json!({}), |example| example.response.clone());
            [
                program.main(Waiting::Async),
                program.main(Waiting::Blocking),
                program.mock_test(&method(call.operation()), &format!("{response:#}")),
            ]
            .map(Some)
        }
        _ => [None, None, None],
    };
    let policy = permissions::policy(std::slice::from_ref(call), None, None);
    Ok(json!({
        "rustAsync": main,
        "rustBlocking": blocking,
        "rustTest": test,
        "curl": curl,
        "aliyun": preview.as_ref().map(Preview::to_aliyun_cli),
        "policy": policy["json"],
        "problems": shown(&call.problems()),
    }))
}

/// A program, with what its package needs.
pub(crate) struct Project {
    pub(crate) main: String,
    /// The crate that calls.
    pub(crate) library: String,
    pub(crate) uses_json: bool,
    /// The variables of the environment that hold secrets, if they are known.
    pub(crate) variables: Option<Vec<String>>,
}

/// Returns the program of a call.
///
/// # Errors
///
/// If a parameter is missing or has another type.
pub(crate) async fn project(call: &Call, targets: &Targets) -> Result<Project, ApiError> {
    let preview = preview(call, targets).await?;
    let Some(snippet) = snippet(call, targets) else {
        return Ok(Project {
            main: program(call, targets, &preview).main(Waiting::Async),
            library: "alibabacloud-core".to_owned(),
            uses_json: true,
            variables: None,
        });
    };
    let snippet = snippet.map_err(|error| ApiError::invalid(error.to_string()))?;
    Ok(Project {
        main: snippet.rust_async,
        library: snippet.crate_name,
        uses_json: snippet.uses_json,
        variables: Some(snippet.variables),
    })
}

/// Returns the code of a call with the crate of its service, if it has one.
fn snippet(call: &Call, targets: &Targets) -> Option<Result<Snippet, SnippetError>> {
    if !call.loaded.has_crate {
        return None;
    }
    let snippet = snippet::Call::new(call.loaded.spec(), &call.operation().name)
        .parameters(&call.parameters)
        .region(region(call, targets));
    Some(snippet.write())
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
