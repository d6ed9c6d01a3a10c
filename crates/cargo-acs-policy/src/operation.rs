//! The names of operations.

use std::fmt;
use std::str::FromStr;

/// An operation of a version of a product.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId {
    /// The product code: `ecs`.
    pub product: String,
    /// The API version: `2014-05-26`.
    pub version: String,
    /// The name: `DescribeInstances`.
    pub name: String,
}

/// Writes `ecs/2014-05-26/DescribeInstances`.
impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.product, self.version, self.name)
    }
}

/// Reads `ecs/2014-05-26/DescribeInstances`.
impl FromStr for OperationId {
    type Err = InvalidOperation;

    fn from_str(text: &str) -> Result<Self, InvalidOperation> {
        let mut parts = text.split('/');
        let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
        let [Some(product), Some(version), Some(name), None] = parts else {
            return Err(InvalidOperation);
        };
        let product_fits = is_word(product, b"-") && !product.contains(char::is_uppercase);
        if product_fits && is_word(version, b"-._") && is_word(name, b"_") {
            Ok(Self {
                product: product.to_owned(),
                version: version.to_owned(),
                name: name.to_owned(),
            })
        } else {
            Err(InvalidOperation)
        }
    }
}

/// Returns whether a text consists of ASCII letters, digits and these characters.
fn is_word(text: &str, others: &[u8]) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || others.contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}

/// The error of a text that does not name an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidOperation;

impl fmt::Display for InvalidOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected PRODUCT/VERSION/OPERATION, such as ecs/2014-05-26/DescribeInstances")
    }
}

impl std::error::Error for InvalidOperation {}
