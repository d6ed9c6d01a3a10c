//! The resource files that are built in, each with the cargo feature of its service.

use super::model::Model;
use std::sync::OnceLock;

/// Lists resource files by product.
macro_rules! files {
    ($($product:tt)*) => {
        /// The product and the text of each file.
        const FILES: &[(&str, &str)] = &[
            $(
                #[cfg(feature = $product)]
                ($product, include_str!(concat!("../../resources/", $product, ".yaml"))),
            )*
        ];
    };
}

files!(
    "alb" "cr" "cs" "dysmsapi" "ecs" "ess" "kms" "nlb" "r-kvstore" "ram" "rds" "slb" "vpc"
);

/// The files that were read, once per process because tests start many emulators.
static READ: [OnceLock<Result<Model, String>>; FILES.len()] =
    [const { OnceLock::new() }; FILES.len()];

/// Returns the resources of a product; `None` if it has no file.
///
/// # Errors
///
/// Describes what is invalid in the file, which a test excludes.
pub(crate) fn model(product: &str) -> Option<Result<&'static Model, String>> {
    let index = FILES.iter().position(|(known, _)| *known == product)?;
    let (product, text) = FILES.get(index)?;
    let read = READ.get(index)?;
    let read = read.get_or_init(|| Model::from_yaml(product, text));
    Some(read.as_ref().map_err(Clone::clone))
}

/// Returns the products that have a file.
pub(super) fn products() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(product, _)| *product)
}
