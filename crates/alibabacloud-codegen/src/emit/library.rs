//! The operation crate: its files, its root, and the documentation of the root.

use super::features::{DEFAULT_FEATURES, FEATURES, SERDE};
use super::links::Links;
use super::manifest::Layout;
use super::{client, error_code, manifest, operation, ram, readme, rules, waiter};
use crate::files::FileSet;
use crate::ir::{Group, Service};
use crate::names::in_source;
use crate::render::{Source, public_import};
use std::fmt::Write;

/// Adds all files of the operation crate.
pub(super) fn crate_files(
    service: &Service,
    layout: &Layout,
    threads: usize,
    files: &mut FileSet,
) -> Result<(), String> {
    let root = &service.crate_name;
    let from = &service.source;
    let hand_written = manifest::hand_written(layout);
    files.add_kept(
        format!("{root}/Cargo.toml"),
        manifest::operations(service, layout),
        hand_written,
    );
    manifest::licenses(root, layout, files);
    files.add_kept(
        format!("{root}/README.md"),
        readme::operations(service),
        String::new(),
    );
    if layout.publish {
        files.add_kept(
            format!("{root}/CHANGELOG.md"),
            readme::changelog(service),
            readme::first_release(),
        );
    }
    let page = crate_page(service);
    let extended = layout.extended.contains(root);
    files.add_rust(
        format!("{root}/src/lib.rs"),
        from,
        &page,
        library(service, extended),
    )?;
    files.add_rust(
        format!("{root}/src/client.rs"),
        from,
        &[],
        client::module(service),
    )?;
    files.add(format!("{root}/src/checks.txt"), rules::text(service));
    files.add_rust(
        format!("{root}/src/operation/mod.rs"),
        from,
        &["Request builders, returned by the methods of [`Client`](crate::Client).".to_owned()],
        operations(service),
    )?;
    let links = Links::of(service);
    let callable: Vec<_> = service.callable().collect();
    files.add_each(&callable, threads, |files, operation| {
        let path = format!("{root}/src/operation/{}.rs", operation.module);
        let mut module = operation::module(service, operation);
        module
            .docs
            .change(|lines| links.add(lines, &operation.name));
        files.add_rust(path, &operation.source, &[], module)
    })?;
    if ram::has_module(service) {
        files.add_rust(
            format!("{root}/src/ram.rs"),
            from,
            &ram::docs(service),
            ram::module(service),
        )?;
    }
    if !service.waiters.is_empty() {
        let path = format!("{root}/src/waiter.rs");
        files.add_rust(path, from, &waiter::docs(service), waiter::module(service))?;
    }
    if !service.errors.is_empty() {
        let path = format!("{root}/src/error_code.rs");
        files.add_rust(
            path,
            from,
            &error_code::docs(service),
            error_code::module(service),
        )?;
    }
    Ok(())
}

fn library(service: &Service, extended: bool) -> Source {
    let has_errors = !service.errors.is_empty();
    let modules = [
        ("mod client", true),
        ("pub mod error_code", has_errors),
        ("pub mod ext", extended),
        ("pub mod operation", true),
        ("pub mod ram", ram::has_module(service)),
        ("pub mod waiter", !service.waiters.is_empty()),
    ];
    let modules = modules.iter().filter(|(_, is_there)| *is_there);
    let modules = modules.map(|(module, _)| format!("{module};\n")).collect();
    let mut exports = EXPORTS.to_owned();
    let model = service.model_lib_name();
    let _ = write!(
        exports,
        "#[doc(inline)]\npub use {model} as model;\npub use client::Client;\n"
    );
    if has_errors {
        exports.push_str("#[doc(no_inline)]\npub use error_code::ErrorCodeExt;\n");
    }
    let mut source = Source::crate_root();
    source.text(modules);
    source.text(exports);
    source.text(README.to_owned());
    source
}

/// What every crate exports from the core.
const EXPORTS: &str = r#"#[doc(inline)]
pub use alibabacloud_core::{
    AccessDenied, CallOptions, Config, Error, ErrorKind, Response, Result, ServiceError,
    credentials, credentials::Credentials, types,
};
#[cfg(feature = "test-util")]
#[doc(no_inline)]
pub use alibabacloud_core::test_util;
#[cfg(
    any(
        feature = "hyper",
        feature = "rustls",
        feature = "aws-lc",
        feature = "http2",
        feature = "reqwest",
        feature = "native-tls"
    )
)]
#[doc(no_inline)]
pub use alibabacloud_core::transport;
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
#[doc(no_inline)]
pub use alibabacloud_core::wasm;
#[doc(no_inline)]
pub use alibabacloud_core::{
    FanOut, FanOutResults, Preview, RawCall, SendFuture, endpoint, fan_out, http,
    interceptor, metrics, paginator, retry, safety, time,
};
"#;

/// Tests the examples of the README.
const README: &str = r#"#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;
"#;

fn operations(service: &Service) -> Source {
    let (mut modules, mut exports) = (String::new(), String::new());
    for operation in service.callable() {
        let module = in_source(&operation.module);
        let _ = writeln!(modules, "mod {module};");
        exports.push_str(&public_import(&module, &[&operation.builder]));
    }
    let mut source = Source::default();
    if !modules.is_empty() {
        source.text(modules);
        source.text(exports);
    }
    source
}

/// The user guide of the SDK.
const GUIDE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/tree/main/docs/guide/src");

/// Returns the documentation of the crate root.
fn crate_page(service: &Service) -> Vec<String> {
    let mut lines = vec![
        format!("Client for {}.", service.title_and_version),
        String::new(),
    ];
    lines.extend(service.description.iter().cloned());
    if let Some(operation) = service.first_call() {
        lines.extend([String::new(), "# First call".to_owned(), String::new()]);
        lines.extend(program(service, &operation.example));
    }
    lines.extend([String::new(), "# Next steps".to_owned(), String::new()]);
    lines.extend(next_steps(service));
    lines.extend([String::new(), "# Operations".to_owned()]);
    for group in &service.groups {
        lines.extend(list(service, group));
    }
    if !service.waiters.is_empty() {
        lines.extend([
            String::new(),
            "# Waiters".to_owned(),
            String::new(),
            format!(
                "Each waiter polls an operation until a resource reaches a state; `wait` returns \
                 the outcome. The guide explains [waiting]({GUIDE}/waiting.md)."
            ),
            String::new(),
        ]);
        lines.extend(waiter::list(service, "Client"));
    }
    lines.extend([String::new(), "# Features".to_owned(), String::new()]);
    lines.extend(features());
    if let Some(url) = &service.docs_url {
        lines.extend([
            String::new(),
            "# See also".to_owned(),
            String::new(),
            format!("Documentation of the service: {url}"),
        ]);
    }
    lines
}

/// Returns links to errors, credentials, permissions, testing, features and the guide.
fn next_steps(service: &Service) -> Vec<String> {
    let codes = if service.errors.is_empty() {
        ""
    } else {
        " [`error_code`] lists the codes that the service documents."
    };
    let mut steps = vec![
        "- Requests: methods of [`Client`] return request builders. [`CallOptions`] override the \
         client's configuration for a single call."
            .to_owned(),
        format!(
            "- Errors: calls return an [`Error`] with predicates such as \
             [`is_throttling`](Error::is_throttling) and \
             [`is_access_denied`](Error::is_access_denied).{codes}"
        ),
        "- Credentials: [`credentials`] has the default provider chain and further providers."
            .to_owned(),
    ];
    if ram::has_module(service) {
        steps.push(
            "- Permissions: [`ram`] lists the permissions that operations require, and builds \
             least-privilege policies."
                .to_owned(),
        );
    }
    steps.extend([
        "- Testing: the feature `test-util` enables the module `test_util`, which has a mock HTTP \
         client and a manual clock."
            .to_owned(),
        format!(
            "- Guide: the [guide]({GUIDE}) has chapters on pagination, waiting, retries, logging and \
             more."
        ),
    ]);
    steps
}

/// Returns a table of the crate's features.
fn features() -> Vec<String> {
    let row = |(feature, description): (&str, &str)| {
        let default = if DEFAULT_FEATURES.contains(&feature) {
            "yes"
        } else {
            "no"
        };
        format!("| `{feature}` | {default} | {description} |")
    };
    let rows = FEATURES.iter().copied().chain([("serde", SERDE)]).map(row);
    ["| Feature | Default | Description |", "|---|---|---|"]
        .map(str::to_owned)
        .into_iter()
        .chain(rows)
        .collect()
}

/// Returns the example of an operation, with the creation of the client.
fn program(service: &Service, example: &[String]) -> Vec<String> {
    let (library, mut lines) = (service.lib_name(), Vec::new());
    for line in example {
        if line == "# async fn example(client: &Client) -> Result<()> {" {
            lines.push("# async fn example() -> Result<()> {".to_owned());
            lines.push("// Reads the region and credentials from the environment.".to_owned());
            lines.push("let client = Client::from_env()?;".to_owned());
        } else if let Some(imports) = line.strip_prefix(&format!("# use {library}::")) {
            lines.push(format!("use {library}::{imports}"));
            lines.push(String::new());
        } else {
            lines.push(line.clone());
        }
    }
    lines
}

/// Returns the list of a group's operations.
fn list(service: &Service, group: &Group) -> Vec<String> {
    let mut lines = vec![String::new(), format!("## {}", group.name), String::new()];
    if !group.description.is_empty() {
        lines.extend([group.description.clone(), String::new()]);
    }
    for &index in &group.operations {
        let operation = &service.operations[index];
        let summary = if operation.summary.is_empty() {
            String::new()
        } else {
            format!(": {}", operation.summary)
        };
        lines.push(match &operation.unsupported {
            None => format!("- [`{0}`](Client::{0}){summary}", operation.module),
            Some(reason) => format!(
                "- [Types only](model::{}){summary} The client cannot call it: {}.",
                operation.module,
                reason.trim_end_matches('.')
            ),
        });
    }
    lines
}
