//! `README.md` of the generated crates.

use super::library;
use crate::codegen::docs;
use crate::codegen::ir::{Operation, Service};
use crate::codegen::render::HEADER;
use std::fmt::Write;

/// The line below which the README of an operation crate belongs to people.
const KEPT_BELOW: &str =
    "<!-- What follows is written by hand; `cargo xtask codegen` leaves it alone. -->";

/// The README of the model crate.
pub(super) fn model(service: &Service) -> String {
    let (name, title, version) = (service.model_crate(), &service.title, &service.version);
    let mut text = head(service, &name);
    let paragraphs = [
        format!("Inputs and outputs of {title}, API version {version}, for the unofficial Alibaba Cloud SDK for Rust."),
        format!(
            "This crate comes with `{}`, which makes the calls and has it as its module `model`. It knows no HTTP and no async \
             runtime, so that it compiles beside them.",
            service.crate_name
        ),
        "With feature `serde` all types are `Serialize` and `Deserialize`, with the names of the wire.".to_owned(),
    ];
    let paragraphs = paragraphs.map(|text| docs::paragraph(&text).join("\n"));
    text.push_str(&paragraphs.join("\n\n"));
    text.push('\n');
    text
}

/// The README of the operation crate, up to the part that is kept.
pub(super) fn operations(service: &Service) -> String {
    let mut text = head(service, &service.crate_name);
    let _ = writeln!(
        text,
        "A client for {}, API version {}, of the unofficial Alibaba Cloud SDK for Rust.",
        service.title, service.version
    );
    if !service.description.is_empty() {
        let _ = writeln!(text, "\n{}", service.description.join("\n"));
    }
    let _ = write!(
        text,
        "\n```sh\ncargo add {}\ncargo add tokio --features macros,rt-multi-thread\n```\n",
        service.crate_name
    );
    if let Some(operation) = library::shown(service) {
        text.push_str(&program(operation));
    }
    text.push_str(
        "
Credentials come from the environment, as the official clients look for them: `ALIBABA_CLOUD_ACCESS_KEY_ID` and
`ALIBABA_CLOUD_ACCESS_KEY_SECRET` first; the region from `ALIBABA_CLOUD_REGION_ID`.
",
    );
    let _ = writeln!(text, "\n{KEPT_BELOW}");
    text
}

fn head(service: &Service, name: &str) -> String {
    format!(
        "<!-- {} from {}. Do not edit. -->\n\n# {name}\n\n",
        HEADER.trim_start_matches("// "),
        service.source
    )
}

/// The example of an operation as a whole program.
fn program(operation: &Operation) -> String {
    let mut text = "\n```rust,no_run\n".to_owned();
    for line in &operation.example {
        match line.as_str() {
            "```no_run" | "# Ok(())" | "# }" | "```" => {}
            line if line.starts_with("# use ") => {
                let _ = writeln!(text, "{}\n\n#[tokio::main]", &line[2..]);
                text.push_str(
                    "async fn main() -> Result<()> {\n    let client = Client::from_env()?;\n",
                );
            }
            line if line.starts_with("# ") => {}
            line => {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    let _ = write!(text, "    Ok(())\n}}\n```\n");
    text
}
