//! The specifications of this repository are valid.

use alibabacloud_spec::{Loader, Service, find_specs};
use std::path::{Path, PathBuf};

fn own_specs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api-specs");
    let specs = find_specs(&root).unwrap();
    assert!(
        !specs.is_empty(),
        "no specification under {}",
        root.display()
    );
    specs
}

#[test]
fn load_and_have_all_descriptions() {
    for dir in own_specs() {
        let loaded = Loader::new().lint(true).load(&dir);
        loaded.unwrap_or_else(|errors| panic!("{errors}"));
    }
}

#[test]
fn a_bundle_reads_as_its_directory() {
    for dir in own_specs() {
        let bundle = Service::bundle(&dir).unwrap();
        assert_eq!(
            Service::from_bundle(&bundle).unwrap(),
            Service::load(&dir).unwrap()
        );
    }
}
