//! No published metadata makes the import panic, and what it infers can be generated or is refused.

#![no_main]

use alibabacloud_codegen::emit::{Dependencies, Layout, VERSION};
use alibabacloud_codegen::generate;
use alibabacloud_fuzz::generated::shapes;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use xtask::import::{Missing, merge, read};

fuzz_target!(|text: &str| {
    let imported = read(text);
    let mut report = imported.report;
    assert!(!report.to_text(true).is_empty());
    let Some(service) = imported.service else {
        return;
    };
    // An import of the same metadata into the result changes nothing.
    for missing in [Missing::Keep, Missing::Prune] {
        let merged = merge(service.clone(), service.clone(), missing, &mut report);
        let again = merge(merged.clone(), service.clone(), missing, &mut report);
        assert_eq!(again, merged);
    }
    let layout = Layout {
        dependencies: Dependencies::Version(VERSION.to_owned()),
        publish: true,
        extended: BTreeSet::new(),
    };
    if let Ok(files) = generate(&service, "fuzz", &layout) {
        shapes(&files);
    }
});
