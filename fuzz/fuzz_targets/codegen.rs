//! Whatever is in a specification, the generator reports a problem or writes Rust and TOML that can
//! be parsed.

#![no_main]

use alibabacloud_codegen::emit::{Dependencies, Layout, VERSION};
use alibabacloud_codegen::generate;
use alibabacloud_fuzz::generated::shapes;
use alibabacloud_spec::Loader;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;

fuzz_target!(|text: &str| {
    let layout = Layout {
        dependencies: Dependencies::Version(VERSION.to_owned()),
        publish: true,
        extended: BTreeSet::new(),
    };
    let loader = Loader::new();
    for read in [loader.from_yaml("fuzz", text), loader.from_bundle(text)] {
        let Ok(service) = read else { continue };
        match generate(&service, "fuzz", &layout) {
            Ok(files) => drop(shapes(&files)),
            Err(error) => {
                let shown = error.to_string();
                assert!(!shown.contains("bug in the generator"), "{shown}");
            }
        }
    }
});
