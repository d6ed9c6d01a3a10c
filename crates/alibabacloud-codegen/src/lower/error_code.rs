//! Documented error codes: constants and predicates.

use crate::ir;
use crate::markdown::{code, markdown};
use crate::names::{self, ApiName};
use alibabacloud_spec::{ErrorCode, Service};
use std::collections::{BTreeMap, BTreeSet};

/// Lowers the documented codes of a product and its operations, each once, with the first
/// description that there is. Patterns such as `InvalidParameter.%s` are not codes.
pub(super) fn lower(service: &Service) -> Vec<ir::ErrorCode> {
    let mut codes: BTreeMap<&str, (&ErrorCode, BTreeSet<&str>)> = BTreeMap::new();
    for error in &service.errors {
        codes.entry(&error.code).or_insert((error, BTreeSet::new()));
    }
    for operation in &service.operations {
        for error in &operation.errors {
            let known = codes.entry(&error.code).or_insert((error, BTreeSet::new()));
            if known.0.description.is_empty() && !error.description.is_empty() {
                known.0 = error;
            }
            known.1.insert(&operation.name);
        }
    }
    codes.retain(|code, _| is_error_code(code));
    let wires: Vec<ApiName<'_>> = codes.keys().map(|code| ApiName::new(code)).collect();
    let constants = names::distinct(&wires, names::screaming);
    let predicates = names::predicates(&constants);
    codes
        .into_values()
        .zip(constants.into_iter().zip(predicates))
        .map(|((error, operations), (constant, predicate))| {
            let shared = service.errors.iter().any(|e| e.code == error.code);
            ir::ErrorCode {
                constant,
                predicate,
                shared,
                code: error.code.clone(),
                docs: docs(error, shared, &operations),
            }
        })
        .collect()
}

/// Whether the service has error codes that any operation can return.
pub(super) fn has_shared(service: &Service) -> bool {
    service
        .errors
        .iter()
        .any(|error| is_error_code(&error.code))
}

fn is_error_code(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_alphabetic())
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-_:".contains(&b))
}

/// Maximum number of operations to list in the documentation of a code. A longer list is not
/// helpful.
const LISTED_OPERATIONS: usize = 5;

fn docs(error: &ErrorCode, shared: bool, operations: &BTreeSet<&str>) -> Vec<String> {
    let mut lines = markdown(&error.description);
    if lines.is_empty() {
        lines.push(format!("{}.", code(&error.code)));
    }
    let mut facts = Vec::new();
    facts.extend(error.status.map(|status| format!("HTTP status {status}.")));
    if shared {
        facts.push("Any operation can return this code.".to_owned());
    } else if (1..=LISTED_OPERATIONS).contains(&operations.len()) {
        let names: Vec<String> = operations.iter().map(|name| code(name)).collect();
        facts.push(format!("Documented for {}.", names.join(", ")));
    }
    if !facts.is_empty() {
        lines.extend([String::new(), facts.join(" ")]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::lower;
    use alibabacloud_spec::Loader;

    const SPEC: &str = r#"
openapi: 3.1.0
info: { title: Test, version: "2020-01-01" }
x-acs-product: { code: test, crate: alibabacloud-test, style: rpc }
paths:
  /#Action=CloseKiosk:
    post:
      operationId: CloseKiosk
      x-acs-class: action
      responses: { "200": { description: Done. } }
      x-acs-errors:
        - code: KioskClosed
          status: 400
        - code: NoKey
          description: The key is lost.
  /#Action=OpenKiosk:
    post:
      operationId: OpenKiosk
      x-acs-class: action
      responses: { "200": { description: Done. } }
      x-acs-errors:
        - code: KioskClosed
          status: 409
          description: It is open at eight.
        - code: NoKey
"#;

    #[test]
    fn a_code_has_the_first_description_that_an_operation_has() {
        let service = Loader::new().from_yaml("test", SPEC).unwrap();
        let docs: Vec<String> = lower(&service)
            .into_iter()
            .map(|code| code.docs.join("\n"))
            .collect();
        let documented = "Documented for `CloseKiosk`, `OpenKiosk`.";
        let expected = [
            format!("It is open at eight.\n\nHTTP status 409. {documented}"),
            format!("The key is lost.\n\n{documented}"),
        ];
        assert_eq!(docs, expected);
    }
}
