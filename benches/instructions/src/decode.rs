//! Decoding of a page of 50 packages.

use super::{Failure, counted_section, page};
use alibabacloud_oos::model::ListInstancePackageStatesOutput;
use alibabacloud_types::plumbing::decode;
use std::hint::black_box;

pub(super) fn run(times: u32) -> Result<(), Failure> {
    let page = page(50);
    counted_section(&mut || {
        for _ in 0..times {
            let mut output = ListInstancePackageStatesOutput::default();
            decode(black_box(page.as_bytes()), &mut output)?;
            black_box(output);
        }
        Ok(())
    })
}
