//! Writes the Rust samples of the guide's page about browsers, so that they are compiled for this
//! target: the tests of other pages compile them for the system.

use std::path::Path;
use std::{env, fs};

const PAGE: &str = "../../docs/guide/src/wasm.md";

fn main() {
    println!("cargo::rerun-if-changed={PAGE}");
    let page = fs::read_to_string(PAGE).expect("the page of the guide");
    let mut samples = String::new();
    let mut is_sample = false;
    for line in page.lines() {
        match line {
            "```rust" => is_sample = true,
            _ if line.starts_with("```") => is_sample = false,
            _ if is_sample => {
                samples.push_str(line.strip_prefix("# ").unwrap_or(line));
                samples.push('\n');
            }
            _ => {}
        }
    }
    assert!(!samples.is_empty(), "{PAGE} has no samples");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("guide.rs"), samples).expect("the samples are written");
}
