//! Lists with pages, in the specifications of all services.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use alibabacloud_spec::{Pagination, Service};
use std::path::Path;

/// A paginator sends the page number only after the first page, unless `first` has it.
#[test]
fn paginators_send_the_required_parameters_of_paging() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api-specs");
    let (mut missing, mut lists) = (Vec::new(), 0);
    for product in specs.read_dir().unwrap() {
        let versions = product.unwrap().path().read_dir().into_iter().flatten();
        for version in versions.map(|version| version.unwrap().path()) {
            if !version.join("openapi.yaml").is_file() {
                continue;
            }
            let service = Service::load(&version).unwrap();
            for operation in &service.operations {
                let Some(pagination) = &operation.pagination else {
                    continue;
                };
                lists += 1;
                let (page, limit) = match pagination {
                    Pagination::PageNumber { page, limit, .. } => (Some(page), limit),
                    Pagination::Token { limit, .. } => (None, limit),
                };
                let is_missing = |name: &&String| {
                    operation.parameter(name).is_some_and(|one| one.required)
                        && !operation.arguments.contains(name)
                        && !pagination.first().contains_key(*name)
                };
                let names = page.into_iter().chain(limit).filter(is_missing);
                missing.extend(names.map(|name| format!("{}: {name}", operation.name)));
            }
        }
    }
    assert!(lists > 300, "{lists}");
    assert!(missing.is_empty(), "add to `first`: {missing:?}");
}
