//! `Cargo.toml` of the generated crates.

use crate::codegen::ir::Service;
use crate::codegen::render::HEADER;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Where generated crates go and what they depend on.
#[derive(Clone, Debug)]
pub struct Layout {
    /// How `alibabacloud-core` and `alibabacloud-types` are named.
    pub dependencies: Dependencies,
    /// Whether the crates may go to a registry.
    pub publish: bool,
    /// Operation crates that have a hand-written module `ext`, which their root then declares.
    pub extended: BTreeSet<String>,
}

/// How a manifest names the hand-written crates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependencies {
    /// By inheritance, for crates of this workspace.
    Workspace,
    /// By version, for crates elsewhere.
    Version,
    /// By path, as seen from the directory of a generated crate.
    Path(String),
}

/// The version of all crates of this workspace, which generated crates share.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The features of `alibabacloud-core` that the operation crate passes on, with what stands above each in the manifest.
const FEATURES: &[(&str, &str)] = &[
    ("rustls", "TLS by rustls with ring: no cmake, no OpenSSL."),
    (
        "aws-lc",
        "TLS by rustls with AWS-LC; needs a C compiler, on some targets also cmake.",
    ),
    (
        "native-tls",
        "TLS by the library of the system: OpenSSL, Schannel, Secure Transport.",
    ),
    ("http2", "HTTP/2 where the server speaks it; else HTTP/1.1."),
    (
        "blocking",
        "Methods that wait for a call instead of giving a future, for programs without an async runtime.",
    ),
    (
        "tracing",
        "Spans and events about calls, with the names of OpenTelemetry.",
    ),
    (
        "test-util",
        "Stand-ins for the network and the clock, for tests of programs that use the SDK.",
    ),
];

/// The line behind which a manifest belongs to people.
const KEPT_BELOW: &str =
    "# What follows is written by hand; `cargo xtask codegen` leaves it alone.";

/// The manifest of the model crate.
pub(super) fn model(service: &Service, layout: &Layout) -> String {
    let mut text = package(
        service,
        layout,
        &service.model_crate(),
        &format!(
            "Inputs and outputs of {} for the Alibaba Cloud SDK for Rust.",
            service.title
        ),
    );
    text.push_str("\n[features]\n");
    text.push_str("# `Serialize` and `Deserialize` for all types, with the names of the wire.\n");
    text.push_str("serde = [\"alibabacloud-types/serde\"]\n");
    text.push_str("\n[dependencies]\n");
    dependency(&mut text, layout, "alibabacloud-types", "");
    end(&mut text, layout);
    text
}

/// The manifest of the operation crate, up to the part that is kept.
pub(super) fn operations(service: &Service, layout: &Layout) -> String {
    let mut text = package(
        service,
        layout,
        &service.crate_name,
        &format!(
            "{} client of the Alibaba Cloud SDK for Rust.",
            service.title
        ),
    );
    text.push_str("\n[features]\ndefault = [\"rustls\"]\n");
    for (feature, what) in FEATURES {
        let _ = writeln!(
            text,
            "# {what}\n{feature} = [\"alibabacloud-core/{feature}\"]"
        );
    }
    text.push_str(
        "# `Serialize` and `Deserialize` for the types of the model, with the names of the wire.\n",
    );
    let _ = writeln!(text, "serde = [\"{}/serde\"]", service.model_crate());
    text.push_str("\n[dependencies]\n");
    dependency(
        &mut text,
        layout,
        "alibabacloud-core",
        "default-features = false, features = [\"client\"]",
    );
    let model = service.model_crate();
    let _ = writeln!(
        text,
        "{model} = {{ path = \"../{model}\", version = \"{VERSION}\" }}"
    );
    end(&mut text, layout);
    let _ = writeln!(text, "\n{KEPT_BELOW}");
    text
}

/// What stands in the kept part of a new manifest: what the README's program needs.
pub(super) fn kept(layout: &Layout) -> String {
    let tokio = match layout.dependencies {
        Dependencies::Workspace => {
            "tokio = { workspace = true, features = [\"macros\", \"rt-multi-thread\"] }"
        }
        _ => "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }",
    };
    format!("\n[dev-dependencies]\n{tokio}\n")
}

fn package(service: &Service, layout: &Layout, name: &str, description: &str) -> String {
    let mut text = format!(
        "{} from {}. Do not edit.\n\n[package]\nname = \"{name}\"\ndescription = {description:?}\n",
        HEADER.replacen("//", "#", 1),
        service.source,
    );
    if layout.dependencies == Dependencies::Workspace {
        for key in [
            "version",
            "edition",
            "rust-version",
            "license",
            "repository",
            "keywords",
            "categories",
        ] {
            let _ = writeln!(text, "{key}.workspace = true");
        }
    } else {
        let _ = writeln!(
            text,
            "version = \"{VERSION}\"\nedition = \"2024\"\nrust-version = \"1.85\""
        );
        let _ = writeln!(text, "license = \"MIT OR Apache-2.0\"");
    }
    if !layout.publish {
        text.push_str("publish = false\n");
    }
    text.push_str("readme = \"README.md\"\n");
    text
}

fn dependency(text: &mut String, layout: &Layout, name: &str, more: &str) {
    let mut parts = match &layout.dependencies {
        Dependencies::Workspace => vec!["workspace = true".to_owned()],
        Dependencies::Version => vec![format!("version = \"{VERSION}\"")],
        Dependencies::Path(path) => vec![
            format!("path = {:?}", format!("{path}/{name}")),
            format!("version = \"{VERSION}\""),
        ],
    };
    // The workspace turns default features off already.
    let more = match layout.dependencies {
        Dependencies::Workspace => more.trim_start_matches("default-features = false, "),
        _ => more,
    };
    if !more.is_empty() {
        parts.push(more.to_owned());
    }
    let _ = writeln!(text, "{name} = {{ {} }}", parts.join(", "));
}

fn end(text: &mut String, layout: &Layout) {
    text.push_str("\n[package.metadata.docs.rs]\nall-features = true\n\n");
    if layout.dependencies == Dependencies::Workspace {
        text.push_str("[lints]\nworkspace = true\n");
    } else {
        text.push_str("[lints.rust]\nunsafe_code = \"forbid\"\nmissing_docs = \"warn\"\n");
    }
}
