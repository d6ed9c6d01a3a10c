//! The module of error codes: a constant and a predicate for each documented code.

use crate::ir::{ErrorCode, Service};
use crate::render::{Docs, Source, import, line};

/// Returns the documentation of the module.
pub(super) fn docs(service: &Service) -> Vec<String> {
    let mut lines = vec![
        "Error codes that the service documents.".to_owned(),
        String::new(),
        "Compare the constants with [`Error::code`](crate::Error::code), or import [`ErrorCodeExt`] \
         for a predicate per code. The list is not complete: the service can return other codes."
            .to_owned(),
    ];
    let shared = service.errors.iter().filter(|error| error.shared);
    let links: Vec<String> = shared
        .map(|error| format!("[`{}`]", error.constant))
        .collect();
    if !links.is_empty() {
        lines.push(String::new());
        lines.push(format!(
            "Any operation can return these common codes: {}.",
            links.join(", ")
        ));
    }
    lines
}

/// Returns the source of `error_code.rs`.
pub(super) fn module(service: &Service) -> Source {
    let mut source = Source::default();
    source.text(import("alibabacloud_core::plumbing", &["HasCode"]));
    for error in &service.errors {
        let docs = source.docs.line(&error.docs);
        let (name, code) = (&error.constant, &error.code);
        source.text(format!("{docs}\npub const {name}: &str = {code:?};\n"));
    }
    let docs: Vec<String> = trait_docs(service).lines().map(str::to_owned).collect();
    let docs = source.docs.line(&docs);
    let predicates = service.errors.iter();
    let predicates = predicates.map(|error| predicate(error, &source.docs));
    let predicates: Vec<String> = predicates.collect();
    source.text(format!(
        "{docs}\npub trait ErrorCodeExt: HasCode {{\n{}}}\n",
        predicates.join("\n")
    ));
    source.text("impl ErrorCodeExt for alibabacloud_core::Error {}\n".to_owned());
    source
}

/// Returns a method of the trait, as the formatter would write it.
fn predicate(error: &ErrorCode, docs: &Docs) -> String {
    let (name, constant) = (&error.predicate, &error.constant);
    let docs = docs.line(&[format!("Returns whether the code is [`{constant}`].")]);
    let head = with_argument(&format!("    fn {name}"), "&self", " -> bool {");
    let body = with_argument("        self.has_code", constant, "");
    format!("    {docs}\n{head}\n{body}\n    }}\n")
}

/// Returns a line with one argument, which has a line of its own if it does not fit.
fn with_argument(start: &str, argument: &str, end: &str) -> String {
    line(format!("{start}({argument}){end}")).unwrap_or_else(|| {
        let indent = &start[..start.len() - start.trim_start().len()];
        format!("{start}(\n{indent}    {argument},\n{indent}){end}")
    })
}

fn trait_docs(service: &Service) -> String {
    let library = service.lib_name();
    let example = |error: &ErrorCode| {
        format!(
            r#"

# Examples

```
use {library}::{{Error, ErrorCodeExt, ServiceError}};

let error = Error::from(ServiceError::new(400, {code:?}, ""));
assert!(error.{predicate}());
```"#,
            code = error.code,
            predicate = error.predicate
        )
    };
    let example = service.errors.first().map(example).unwrap_or_default();
    format!(
        "Extends [`Error`](crate::Error) with a predicate for each documented error code.{example}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_written_as_by_the_formatter() {
        for length in 1..130 {
            let name = format!("is_{}", "a".repeat(length));
            let head = with_argument(&format!("    fn {name}"), "&self", " -> bool {");
            let body = with_argument("        self.has_code", &"A".repeat(length), "");
            let text = format!("trait T {{\n{head}\n{body}\n    }}\n}}\n");
            let file = syn::parse_file(&text).unwrap();
            assert_eq!(text, prettyplease::unparse(&file), "{length}");
        }
    }
}
