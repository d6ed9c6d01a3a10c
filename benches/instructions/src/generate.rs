//! Generation of the crates of OOS, divided by its operations: from files to files, in memory and
//! on one thread.

use super::{Failure, counted_section};
use alibabacloud_codegen::emit::{Dependencies, Layout};
use alibabacloud_codegen::{Reader, lower_and_emit};
use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::Path;

/// The operations of the specification. Another number is an error, so that counts stay comparable.
pub(super) const OPERATIONS: u32 = 104;

pub(super) fn run(operations: u32) -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let label = "api-specs/oos/2019-06-01";
    let layout = Layout {
        dependencies: Dependencies::Workspace,
        publish: true,
        extended: BTreeSet::new(),
    };
    counted_section(&mut || {
        let service = Reader::new().read(&root.join(label))?;
        if service.operations.len() != operations as usize {
            let found = service.operations.len();
            return Err(format!("expected {operations} operations, found {found}").into());
        }
        black_box(lower_and_emit(&service, label, &layout, 1)?);
        Ok(())
    })
}
