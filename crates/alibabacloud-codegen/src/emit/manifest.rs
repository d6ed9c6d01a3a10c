//! `Cargo.toml` of the generated crates.

use super::features::{DEFAULT_FEATURES, FEATURES, SERDE};
use crate::files::FileSet;
use crate::header::HEADER;
use crate::ir::Service;
use crate::render::in_comment;
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
    Version(String),
    /// By git repository and commit or tag.
    Git {
        /// Address of the repository.
        url: String,
        /// Commit or tag.
        rev: String,
    },
    /// By path, relative to the directory of a generated crate.
    Path(String),
}

/// The version of the hand-written crates, which move together.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

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
            service.plain_title
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
            service.plain_title
        ),
    );
    if layout.publish && layout.dependencies == Dependencies::Workspace {
        text.push_str("# For the repository only.\nexclude = [\"/tests\"]\n");
    }
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
        "{model} = {{ path = \"../{model}\", version = \"{}\" }}",
        service.crate_version
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
        "{}. Do not edit.\n# Source: {}\n\n[package]\nname = \"{name}\"\ndescription = {}\n",
        HEADER.replacen("//", "#", 1),
        in_comment(&service.source),
        string(description),
    );
    let _ = writeln!(text, "version = \"{}\"", service.crate_version);
    if layout.dependencies == Dependencies::Workspace {
        for key in [
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
        text.push_str("edition = \"2024\"\nrust-version = \"1.85\"\n");
        text.push_str("license = \"MIT OR Apache-2.0\"\n");
    }
    if !layout.publish {
        text.push_str("publish = false\n");
    }
    text.push_str("readme = \"README.md\"\n");
    text
}

/// Returns the manifest of a workspace of generated crates. `source` is the directory of their
/// specifications.
pub fn workspace(source: &str, members: &[String]) -> String {
    let mut text = format!(
        "{}. Do not edit.\n# Source: {}\n\n[workspace]\nresolver = \"3\"\nmembers = [\n",
        HEADER.replacen("//", "#", 1),
        in_comment(source),
    );
    for member in members {
        let _ = writeln!(text, "    {},", string(member));
    }
    text.push_str("]\n");
    text
}

/// The texts of the licence that the manifests name, by file name.
const LICENSES: [(&str, &str); 2] = [
    ("LICENSE-APACHE", include_str!("../../LICENSE-APACHE")),
    ("LICENSE-MIT", include_str!("../../LICENSE-MIT")),
];

/// Adds the texts of the licence to a crate. A crate that is not published needs none.
pub(super) fn licenses(name: &str, layout: &Layout, files: &mut FileSet) {
    for (file, text) in LICENSES.iter().filter(|_| layout.publish) {
        files.add(format!("{name}/{file}"), (*text).to_owned());
    }
}

/// Formats a basic string of TOML, whose escapes are not those of Rust.
fn string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            // What Rust shows escaped is invisible, or changes how other text is shown.
            c if c.is_control() || (!c.is_ascii() && c.escape_debug().len() > 1) => {
                let code = u32::from(c);
                let _ = match u16::try_from(code) {
                    Ok(code) => write!(quoted, "\\u{code:04X}"),
                    Err(_) => write!(quoted, "\\U{code:08X}"),
                };
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn dependency(text: &mut String, layout: &Layout, name: &str, more: &str) {
    let mut parts = match &layout.dependencies {
        Dependencies::Workspace => vec!["workspace = true".to_owned()],
        Dependencies::Version(version) => vec![format!("version = {}", string(version))],
        Dependencies::Git { url, rev } => vec![
            format!("git = {}", string(url)),
            format!("rev = {}", string(rev)),
        ],
        Dependencies::Path(path) => vec![
            format!("path = {}", string(&format!("{path}/{name}"))),
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

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn strings_have_the_escapes_of_toml() {
        assert_eq!(string(r#"a "b" \c"#), r#""a \"b\" \\c""#);
        assert_eq!(
            string("a\nb\u{200b}c\u{e0001}"),
            r#""a\u000Ab\u200Bc\U000E0001""#
        );
        assert_eq!(string("\u{e9}\u{4e2d}"), "\"\u{e9}\u{4e2d}\"");
    }
}
