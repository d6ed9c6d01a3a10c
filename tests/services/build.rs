//! Lists the inputs of all operations, by crate and operation: for tests of all of them with their
//! generated types. The services are those that the manifest names.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap());
    let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap();
    println!("cargo::rerun-if-changed=Cargo.toml");
    let mut arms = String::new();
    for line in manifest.lines() {
        let name = line.split(['.', ' ']).next().unwrap_or_default();
        let model = package.join(format!("../../crates/{name}-model/src"));
        if name.starts_with("alibabacloud-") && model.is_dir() {
            println!("cargo::rerun-if-changed={}", model.display());
            add_inputs(name, &model, &mut arms);
        }
    }
    let text = format!(
        "/// Returns the empty input of an operation.\n\
         fn input(package: &str, operation: &str) -> Option<Box<dyn Record>> {{\n    \
         Some(match (package, operation) {{\n{arms}        _ => return None,\n    }})\n}}\n"
    );
    let out = PathBuf::from(env::var("OUT_DIR").unwrap());
    fs::write(out.join("inputs.rs"), text).unwrap();
}

/// Adds an arm for each operation of a model crate.
fn add_inputs(package: &str, model: &Path, arms: &mut String) {
    let mut files: Vec<PathBuf> = model
        .read_dir()
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let between = |start: &str, end: &str| {
            let (_, rest) = text.split_once(start)?;
            rest.split_once(end).map(|(between, _)| between)
        };
        // The first struct of the module of an operation is its input.
        let operation = between("\n//! Input and output of `", "`.\n");
        let input = between("\npub struct ", " {");
        if let Some((operation, input)) = operation.zip(input) {
            let library = package.replace('-', "_");
            let _ = writeln!(
                arms,
                "        ({package:?}, {operation:?}) => \
                 Box::new({library}::model::{input}::default()),"
            );
        }
    }
}
