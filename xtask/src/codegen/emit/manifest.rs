//! `Cargo.toml` of the generated crates.

use super::features::{DEFAULT_FEATURES, FEATURES, SERDE};
use crate::codegen::ir::Service;
use crate::codegen::render::HEADER;
use std::collections::BTreeSet;
use std::fmt::Write;

/// How to write the manifests of generated crates, and which hand-written modules they have.
#[derive(Clone, Debug)]
pub struct Layout {
    /// How manifests refer to `alibabacloud-core` and `alibabacloud-types`.
    pub dependencies: Dependencies,
    /// Whether the crates can be published to a registry.
    pub publish: bool,
    /// Operation crates with a hand-written module `ext`, which their root declares.
    pub extended: BTreeSet<String>,
}

/// How a manifest refers to the hand-written crates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependencies {
    /// By inheritance, for crates of this workspace.
    Workspace,
    /// By version, for crates elsewhere.
    Version,
    /// By path, relative to the directory of a generated crate.
    Path(String),
}

/// The version of all crates of this workspace, including generated ones.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The last generated line of a manifest; a hand-written part follows.
const SEPARATOR: &str = "# What follows is written by hand; `cargo xtask codegen` leaves it alone.";

/// Returns the manifest of the model crate.
pub(super) fn model(service: &Service, layout: &Layout) -> String {
    let mut text = package(
        service,
        layout,
        &service.model_crate(),
        &format!(
            "Types of {} for the Alibaba Cloud SDK for Rust (unofficial).",
            service.title
        ),
    );
    let _ = writeln!(
        text,
        "\n[features]\n# {SERDE}\nserde = [\"alibabacloud-types/serde\"]"
    );
    text.push_str("\n[dependencies]\n");
    dependency(&mut text, layout, "alibabacloud-types", "");
    end(&mut text, layout);
    text
}

/// Returns the generated part of the operation crate's manifest.
pub(super) fn operations(service: &Service, layout: &Layout) -> String {
    let mut text = package(
        service,
        layout,
        &service.crate_name,
        &format!(
            "Client for {}, part of the Alibaba Cloud SDK for Rust (unofficial).",
            service.title
        ),
    );
    let _ = writeln!(text, "\n[features]\ndefault = {DEFAULT_FEATURES:?}");
    for (feature, description) in FEATURES {
        let _ = writeln!(
            text,
            "# {description}\n{feature} = [\"alibabacloud-core/{feature}\"]"
        );
    }
    let _ = writeln!(
        text,
        "# {SERDE}\nserde = [\"{}/serde\"]",
        service.model_crate()
    );
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
    let _ = writeln!(text, "\n{SEPARATOR}");
    text
}

/// Returns the initial hand-written part of a new manifest: the dependencies of the README's
/// example.
pub(super) fn hand_written(layout: &Layout) -> String {
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
        "{}. Do not edit.\n# Source: {}\n\n[package]\nname = \"{name}\"\ndescription = {description:?}\n",
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
    // The workspace already disables default features.
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
    text.push_str(
        "\n[package.metadata.docs.rs]\nall-features = true\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n\n",
    );
    if layout.dependencies == Dependencies::Workspace {
        text.push_str("[lints]\nworkspace = true\n");
    } else {
        text.push_str("[lints.rust]\nunsafe_code = \"forbid\"\nmissing_docs = \"warn\"\n");
    }
}
