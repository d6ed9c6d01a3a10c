//! No text makes the reader of specifications panic, as YAML or as a bundle, and errors can be
//! displayed.

#![no_main]

use alibabacloud_spec::Loader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let loader = Loader::new().lint(true);
    for read in [loader.from_yaml("fuzz", text), loader.from_bundle(text)] {
        if let Err(errors) = read {
            assert!(errors.count() > 0);
            assert!(!errors.to_string().is_empty());
        }
    }
});
