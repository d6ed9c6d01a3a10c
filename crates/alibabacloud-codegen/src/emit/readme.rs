//! `README.md` of the generated crates.

use super::features::SERDE;
use crate::header::HEADER;
use crate::ir::{Operation, Service};
use crate::render::in_comment;
use crate::wrap::{COLUMNS, fill};

/// The last generated line of a file in Markdown that a hand-written part follows.
const SEPARATOR: &str =
    "<!-- What follows is written by hand; `cargo xtask codegen` leaves it alone. -->";

/// Returns the README of the model crate.
pub(super) fn model(service: &Service) -> String {
    let mut lines = head(service, &service.model_crate());
    lines.extend([
        format!(
            "Types of {}, for the unofficial Alibaba Cloud SDK for Rust.",
            service.title_and_version
        ),
        String::new(),
        format!(
            "The crate `{}` calls the service with these types and re-exports this crate as its \
             module `model`. This crate does not depend on an HTTP client or an async runtime, so \
             it compiles in parallel with them.",
            service.crate_name
        ),
        String::new(),
        format!("The feature `serde` implements {SERDE}"),
    ]);
    text(&lines)
}

/// Returns the generated part of the operation crate's README.
pub(super) fn operations(service: &Service) -> String {
    let mut lines = head(service, &service.crate_name);
    lines.push(format!(
        "Client for {}, part of the unofficial Alibaba Cloud SDK for Rust.",
        service.title_and_version
    ));
    if !service.description.is_empty() {
        lines.push(String::new());
        lines.extend(service.description.iter().cloned());
    }
    lines.extend([
        String::new(),
        "```sh".to_owned(),
        format!("cargo add {}", service.crate_name),
        "cargo add tokio --features macros,rt-multi-thread".to_owned(),
        "```".to_owned(),
    ]);
    if let Some(operation) = service.first_call() {
        lines.extend(program(operation));
    }
    lines.extend([
        String::new(),
        "The example reads the region from `ALIBABA_CLOUD_REGION_ID`. It takes credentials from the \
         default provider chain, which starts with `ALIBABA_CLOUD_ACCESS_KEY_ID` and \
         `ALIBABA_CLOUD_ACCESS_KEY_SECRET`."
            .to_owned(),
        String::new(),
        SEPARATOR.to_owned(),
    ]);
    text(&lines)
}

/// Returns the changelog of the model crate, which has the version of the operation crate.
pub(super) fn model_changelog(service: &Service) -> String {
    let mut lines = head(service, "Changelog");
    lines.push(format!(
        "This crate has the version of [`{name}`](https://docs.rs/{name}), whose changelog covers \
         both.",
        name = service.crate_name
    ));
    text(&lines)
}

/// Returns the generated part of the operation crate's changelog.
pub(super) fn changelog(service: &Service) -> String {
    let mut lines = head(service, "Changelog");
    lines.extend([
        format!(
            "Changes of `{}` and `{}`, which have the same version, newest first. The format \
             follows [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).",
            service.crate_name,
            service.model_crate()
        ),
        String::new(),
        SEPARATOR.to_owned(),
    ]);
    text(&lines)
}

/// Returns the initial hand-written part of a changelog.
pub(super) fn first_release() -> String {
    "\n## Unreleased\n\nFirst release.\n".to_owned()
}

fn head(service: &Service, name: &str) -> Vec<String> {
    let header = HEADER.trim_start_matches("// ");
    vec![
        format!("<!-- {header}. Do not edit. Source: {} -->", service.source),
        String::new(),
        format!("# {name}"),
        String::new(),
    ]
}

fn text(lines: &[String]) -> String {
    let mut text = String::new();
    for line in fill(lines, COLUMNS) {
        text.push_str(&in_comment(&line));
        text.push('\n');
    }
    text
}

/// Returns the example of an operation as a complete program.
fn program(operation: &Operation) -> Vec<String> {
    let mut lines = vec![String::new(), "```rust,no_run".to_owned()];
    for line in &operation.example {
        match line.as_str() {
            "```no_run" | "# Ok(())" | "# }" | "```" => {}
            line if line.starts_with("# use ") => lines.extend([
                line[2..].to_owned(),
                String::new(),
                "#[tokio::main]".to_owned(),
                "async fn main() -> Result<()> {".to_owned(),
                "    let client = Client::from_env()?;".to_owned(),
            ]),
            line if line.starts_with("# ") => {}
            line => lines.push(format!("    {line}")),
        }
    }
    lines.extend(["    Ok(())", "}", "```"].map(str::to_owned));
    lines
}
