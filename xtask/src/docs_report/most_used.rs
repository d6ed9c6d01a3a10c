//! The operations that most users call, whose documentation must be complete.

use alibabacloud_codegen::meaning::says_more;
use alibabacloud_spec::{Operation, Service};

/// What the documentation of one of the most used operations does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MostUsedOperation {
    pub(super) name: String,
    /// Nothing if it is complete.
    pub(super) missing: Vec<&'static str>,
}

/// Returns the operations of a list. Names that do not exist are left out: `cargo xtask decisions`
/// reports them.
pub(super) fn most_used(service: &Service, names: &[String]) -> Vec<MostUsedOperation> {
    let operations = names.iter().filter_map(|name| service.operation(name));
    operations
        .map(|operation| MostUsedOperation {
            name: operation.name.clone(),
            missing: missing(service, operation),
        })
        .collect()
}

fn missing(service: &Service, operation: &Operation) -> Vec<&'static str> {
    let has_description = says_more(&operation.description, &operation.name);
    let parts = [
        (has_description, "no description"),
        (names_another(service, operation), "no related operation"),
        (operation.example.is_some(), "no example"),
    ];
    let missing = parts.into_iter().filter(|(is_there, _)| !is_there);
    missing.map(|(_, part)| part).collect()
}

/// Returns whether the texts name another operation between backticks, which becomes a link.
fn names_another(service: &Service, operation: &Operation) -> bool {
    let texts = [&operation.summary, &operation.description];
    texts.into_iter().any(|text| {
        let mut spans = text.split('`').skip(1).step_by(2);
        spans.any(|span| span != operation.name && service.operation(span).is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alibabacloud_spec::Loader;

    const SPEC: &str = r#"
openapi: 3.1.0
info: { title: Test, version: "2020-01-01" }
x-acs-product: { code: test, crate: alibabacloud-test, style: rpc }
paths:
  /#Action=GetKiosk:
    post:
      operationId: GetKiosk
      summary: Returns what `ListKiosks` does not.
      description: Opening hours are those of today.
      x-acs-class: get
      responses: { "200": { description: Done. } }
      x-acs-example: { request: {}, response: {} }
  /#Action=ListKiosks:
    post:
      operationId: ListKiosks
      description: The lists of `ListKiosks` are short, and `Kiosk` is not an operation.
      x-acs-class: list
      responses: { "200": { description: Done. } }
  /#Action=CloseKiosk:
    post:
      operationId: CloseKiosk
      description: Close kiosk.
      x-acs-class: action
      responses: { "200": { description: Done. } }
      x-acs-example: { request: {}, response: {} }
"#;

    #[test]
    fn a_description_another_operation_and_an_example_are_required() {
        let service = Loader::new().from_yaml("test", SPEC).unwrap();
        let names = ["ListKiosks", "GetKiosk", "OpenKiosk", "CloseKiosk"].map(str::to_owned);
        let found = most_used(&service, &names);
        let found: Vec<(&str, &[&str])> = found
            .iter()
            .map(|operation| (operation.name.as_str(), operation.missing.as_slice()))
            .collect();
        let expected: [(&str, &[&str]); 3] = [
            ("ListKiosks", &["no related operation", "no example"]),
            ("GetKiosk", &[]),
            ("CloseKiosk", &["no description", "no related operation"]),
        ];
        assert_eq!(found, expected);
    }
}
