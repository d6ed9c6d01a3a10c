//! Archives to keep: a test of a call with its response, and a project that makes the call.

use crate::act::Recording;
use crate::call::Call;
use crate::code;
use crate::naming::method;
use crate::program::Program;
use crate::reply::{ApiError, Reply};
use crate::targets::Targets;
use crate::zip::Zip;
use serde_json::{Value, json};

/// The version of the core in manifests: its next compatible ones.
const CORE: &str = concat!(
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);

/// Returns an archive with a cassette and a test that reads it.
///
/// # Errors
///
/// If the recording is of another operation, or holds no response.
pub(crate) fn test(
    call: &Call,
    targets: &Targets,
    recording: &Recording,
) -> Result<Reply, ApiError> {
    let (spec, operation) = (call.loaded.spec(), call.operation());
    if recording.operation != [&spec.code, &spec.version, &operation.name].map(String::as_str) {
        return Err(ApiError::invalid(format!(
            "the response is not one of {}",
            operation.name
        )));
    }
    let nothing = || ApiError::new(400, "nothing_recorded", "no response has arrived");
    let cassette: Value = serde_json::from_str(&recording.cassette).map_err(|_| nothing())?;
    let exchanges = cassette["exchanges"].as_array();
    let mut exchange = exchanges.and_then(|all| all.last()).cloned();
    let exchange = exchange.as_mut().ok_or_else(nothing)?;
    if spec.style == alibabacloud_spec::ApiStyle::Rpc {
        // The test calls by name, and then the method is always this one.
        exchange["request"]["method"] = "POST".into();
    }
    let response = exchange["response"]["body"].as_str().ok_or_else(nothing)?;
    let code = match exchange["response"]["status"].as_u64() {
        Some(status) if status >= 400 => error_code(response),
        _ => None,
    };
    let region = code::region(call, targets);
    let program = Program::from_recording(spec, operation, &exchange["request"], region);
    let program = program.ok_or_else(nothing)?;
    // Retries are over: the test has the last response.
    let cassette = json!({"format": cassette["format"], "exchanges": [exchange]});

    let name = method(operation);
    let file = format!("tests/cassettes/{name}.json");
    let text = program.replay_test(&name, &file, code.as_deref());
    let mut zip = Zip::default();
    zip.add(&file, &format!("{cassette:#}\n"));
    zip.add(&format!("tests/{name}.rs"), &text);
    zip.add(
        "README.md",
        &format!(
            "# A recorded test of {name}\n\nCopy `tests` into a package with these dependencies:\n\n\
             ```toml\n[dev-dependencies]\n\
             alibabacloud-core = {{ version = \"{CORE}\", features = [\"test-util\"] }}\n\
             serde_json = \"1\"\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n```\n\n\
             The response is in `{file}`, without the secrets that the specification and the names \
             of fields show. Review it before you commit it.\n",
            name = operation.name
        ),
    );
    Ok(Reply::new("application/zip", zip.finish()))
}

/// Returns an archive with a package whose program makes the call.
///
/// # Errors
///
/// If a parameter is missing or has another type.
pub(crate) async fn project(call: &Call, targets: &Targets) -> Result<Reply, ApiError> {
    let project = code::project(call, targets).await?;
    let (spec, operation) = (call.loaded.spec(), call.operation());
    let name = method(operation).replace('_', "-");
    let library = &project.library;
    let version = match library.as_str() {
        "alibabacloud-core" => CORE,
        _ => compatible(spec.crate_version()),
    };
    let json = match project.uses_json {
        true => "serde_json = \"1\"\n",
        false => "",
    };
    let secrets = match project.variables.as_deref() {
        None => {
            " Secrets among the parameters are read from the variables that `src/main.rs` names."
                .to_owned()
        }
        Some([]) => String::new(),
        Some(names) => format!(
            " Secrets among the parameters are read from the environment: `{}`.",
            names.join("`, `")
        ),
    };
    let mut zip = Zip::default();
    zip.add(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
             publish = false\n\n[dependencies]\n{library} = \"{version}\"\n{json}\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n"
        ),
    );
    zip.add("src/main.rs", &project.main);
    zip.add(
        "README.md",
        &format!(
            "# {}\n\nCalls {} of {} {}: `cargo run`.\n\nThe credentials are those of the machine: \
             variables such as `ALIBABA_CLOUD_ACCESS_KEY_ID`, the profile of the `aliyun` command \
             line interface, or the role of an instance.{secrets}\n",
            operation.name, operation.name, spec.code, spec.version
        ),
    );
    zip.add(".gitignore", "/target\n");
    Ok(Reply::new("application/zip", zip.finish()))
}

/// Returns the first two numbers of a version, which a manifest requires.
fn compatible(version: &str) -> &str {
    let end = version.match_indices('.').nth(1);
    end.map_or(version, |(end, _)| version.get(..end).unwrap_or(version))
}

fn error_code(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    let code = body.get("Code").or_else(|| body.get("code"))?;
    Some(code.as_str()?.to_owned())
}
