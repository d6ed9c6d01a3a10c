//! Names in Rust.

use alibabacloud_spec::Operation;

/// Returns the name of the method of an operation in Rust.
pub(crate) fn method(operation: &Operation) -> String {
    let name = operation.rust_name.as_ref().unwrap_or(&operation.name);
    let mut method = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && after_lower {
            method.push('_');
        }
        after_lower = c.is_lowercase() || c.is_ascii_digit();
        method.extend(c.to_lowercase());
    }
    method
}
