//! Checks that the documentation of every operation of OOS has an example that calls the operation
//! and that the doctests of the crate compile.
//!
//! The documentation of public items needs no test: the workspace denies `missing_docs`, which the
//! generated crates inherit.

use alibabacloud_spec::Service;
use sdk_tests::repository;
use std::path::PathBuf;

/// Attributes of a code block that rustdoc compiles.
const COMPILED: [&str; 8] = [
    "rust",
    "no_run",
    "should_panic",
    "standalone_crate",
    "edition2015",
    "edition2018",
    "edition2021",
    "edition2024",
];

#[test]
fn every_operation_has_a_compiled_example() {
    let service = Service::load(&repository().join("api-specs/oos/2019-06-01")).unwrap();
    let modules = modules();
    assert!(!service.operations.is_empty());
    let without: Vec<&str> = service
        .operations
        .iter()
        .map(|operation| operation.name.as_str())
        .filter(|name| !modules.iter().any(|module| module.shows(name)))
        .collect();
    assert!(
        without.is_empty(),
        "{} of {} operations have no compiled example: {}",
        without.len(),
        service.operations.len(),
        without.join(", ")
    );
}

#[test]
fn the_crate_runs_its_doctests() {
    let manifest = std::fs::read_to_string(oos().join("Cargo.toml")).unwrap();
    // Both `doctest = false` and `test = false` disable the doctests.
    let off = manifest.replace(' ', "").contains("test=false");
    assert!(!off, "{manifest}");
}

#[test]
fn only_blocks_that_rustdoc_compiles_count() {
    let shown = |words: &str| {
        shows(&format!(
            "/// ```{words}\n/// client.stop_it(1);\n/// ```\npub struct StopIt {{\n"
        ))
    };
    for words in ["", "rust", "no_run", "rust,no_run", "rust, no_run"] {
        assert!(shown(words), "{words}");
    }
    for words in ["text", "ignore", "no_run,ignore", "compile_fail", "json"] {
        assert!(!shown(words), "{words}");
    }
}

#[test]
fn an_example_belongs_to_the_builder_and_calls_the_operation() {
    let example = "/// ```\n/// client.stop_it(1);\n/// ```\n";
    let head = "pub struct StopIt {\n";
    assert!(shows(&format!("{example}#[derive(Debug)]\n{head}")));
    assert!(!shows(&format!("{example}pub struct Other;\n{head}")));
    assert!(!shows(&format!(
        "{}{head}",
        example.replace("stop", "start")
    )));
    assert!(!shows(&format!("/// Calls `client.stop_it(1)`.\n{head}")));
}

fn shows(text: &str) -> bool {
    let module = Module {
        method: "stop_it".to_owned(),
        text: text.to_owned(),
    };
    module.shows("StopIt")
}

/// Module of an operation. Its name is the name of the client's method.
struct Module {
    method: String,
    text: String,
}

impl Module {
    /// Returns whether the module defines the builder and a compiled code block in the builder's
    /// documentation calls the method.
    fn shows(&self, builder: &str) -> bool {
        let call = format!(".{}(", self.method);
        let lines: Vec<&str> = self.text.lines().collect();
        let head = format!("pub struct {builder} {{");
        let Some(end) = lines.iter().position(|line| *line == head) else {
            return false;
        };
        let attached = lines[..end]
            .iter()
            .rev()
            .take_while(|line| line.starts_with("///") || line.starts_with("#["))
            .count();
        let documentation: Vec<&str> = lines[end - attached..end]
            .iter()
            .filter_map(|line| line.strip_prefix("///"))
            .map(str::trim)
            .collect();
        compiled_code(&documentation)
            .iter()
            .any(|line| line.contains(&call))
    }
}

/// Returns the lines of the code blocks that rustdoc compiles.
fn compiled_code<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut inside = None;
    let mut code = Vec::new();
    for line in lines {
        match (line.strip_prefix("```"), inside) {
            (Some(words), None) => inside = Some(is_compiled(words)),
            (Some(_), Some(_)) => inside = None,
            (None, Some(true)) => code.push(*line),
            (None, _) => {}
        }
    }
    code
}

fn is_compiled(words: &str) -> bool {
    words
        .split([',', ' '])
        .filter(|word| !word.is_empty())
        .all(|word| COMPILED.contains(&word))
}

fn modules() -> Vec<Module> {
    let files = std::fs::read_dir(oos().join("src/operation")).unwrap();
    let files = files
        .map(|file| file.unwrap().path())
        .filter(|file| !file.ends_with("mod.rs"));
    let module = |file: PathBuf| Module {
        method: file.file_stem().unwrap().to_str().unwrap().to_owned(),
        text: std::fs::read_to_string(&file).unwrap(),
    };
    files.map(module).collect()
}

fn oos() -> PathBuf {
    repository().join("crates/alibabacloud-oos")
}
