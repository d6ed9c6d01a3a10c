//! The lists of all services in files that are otherwise written by hand.
//!
//! Each list is between two marker lines, so that a new service needs no edit of these files.

use crate::cli::Failure;
use crate::{decisions, policy};
use alibabacloud_codegen::files::{FileChange, Plan};
use alibabacloud_codegen::ir;
use alibabacloud_codegen::markdown::{escape_bars, inline, link, one_line};
use alibabacloud_spec::{Pagination, Service};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// What the lists say about a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedService {
    /// Product code.
    code: String,
    /// Display name, as Markdown.
    title: String,
    /// Link to its documentation.
    docs_url: Option<String>,
    /// API version, as Markdown.
    version: String,
    /// Name of the operation crate.
    pub(super) crate_name: String,
    /// Number of operations.
    operations: usize,
    /// Other names, as Markdown.
    known_as: Vec<String>,
    /// Waiters.
    waiters: Vec<ListedWaiter>,
    /// Operations with pages.
    lists: Vec<ListedPages>,
    /// The lines about its operations in the table of permissions.
    permissions: String,
    /// The decisions against upstream's word, as [`against_upstream`] returns them.
    pub(super) against_upstream: String,
}

/// What the lists say about a waiter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedWaiter {
    /// Method with its arguments: `wait_until_instance_running(instance_ids)`.
    method: String,
    /// Name of the operation that is polled.
    operation: String,
    /// Whether it waits for several resources at once.
    several: bool,
    /// Summary, as Markdown.
    summary: String,
}

/// What the lists say about an operation with pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedPages {
    /// Name of the operation.
    operation: String,
    /// Method with its arguments: `describe_instances()`.
    method: String,
    /// Path of the items in the response.
    items: String,
    /// Parameter with the page size.
    limit: Option<String>,
    /// What identifies a page.
    by: String,
}

impl ListedService {
    /// Takes what the lists say from a specification.
    pub(super) fn new(service: &Service) -> Self {
        Self {
            code: service.code.clone(),
            title: escape_bars(&inline(&service.title)),
            docs_url: service.docs_url.as_deref().map(link),
            version: escape_bars(&inline(&service.version)),
            crate_name: service.crate_name.clone(),
            operations: service.operations.len(),
            known_as: service
                .known_as
                .iter()
                .map(|name| escape_bars(&inline(name)))
                .collect(),
            waiters: Vec::new(),
            lists: Vec::new(),
            permissions: policy::service_permissions(service).lines(),
            against_upstream: String::new(),
        }
    }

    /// Adds what the lists say about methods of the client.
    pub(super) fn add_methods(&mut self, service: &Service, lowered: &ir::Service) {
        self.waiters = lowered
            .waiters
            .iter()
            .map(|waiter| {
                let operation = &lowered.operations[waiter.operation];
                let paragraph = waiter.docs.iter().take_while(|line| !line.is_empty());
                let summary: Vec<&str> = paragraph.map(String::as_str).collect();
                ListedWaiter {
                    method: method(&waiter.method, operation, &waiter.parameters),
                    operation: operation.name.clone(),
                    several: waiter.ids.is_some(),
                    summary: summary.join(" "),
                }
            })
            .collect();
        self.lists = lowered
            .operations
            .iter()
            .filter(|operation| operation.unsupported.is_none())
            .filter_map(|operation| {
                let pagination = service.operation(&operation.name)?.pagination.as_ref()?;
                let (by, limit, items) = match pagination {
                    Pagination::Token {
                        limit,
                        items,
                        numbered,
                        ..
                    } => match numbered {
                        Some(_) => ("token, or number", limit, items),
                        None => ("token", limit, items),
                    },
                    Pagination::PageNumber { limit, items, .. } => ("number", limit, items),
                };
                Some(ListedPages {
                    operation: operation.name.clone(),
                    method: method(&operation.module, operation, &operation.arguments),
                    items: items.clone(),
                    limit: limit.clone(),
                    by: by.to_owned(),
                })
            })
            .collect();
    }

    fn linked_title(&self) -> String {
        match &self.docs_url {
            Some(url) => format!("[{}]({url})", self.title),
            None => self.title.clone(),
        }
    }
}

/// Returns a method with the names of its arguments, which are fields of the operation's input.
fn method(name: &str, operation: &ir::Operation, arguments: &[usize]) -> String {
    let names: Vec<&str> = arguments
        .iter()
        .map(|&index| operation.input.fields[index].name.as_str())
        .collect();
    format!("{name}({})", names.join(", "))
}

/// A list in a file.
struct MarkedList {
    /// Path below the root of the repository.
    path: &'static str,
    /// The line before the list.
    begin: &'static str,
    /// The line after the list.
    end: &'static str,
    /// Returns the lines between them.
    lines: fn(&[ListedService]) -> String,
}

const BEGIN_TABLE: &str = "<!-- Services. `cargo xtask codegen` writes this table. -->";
const END_TABLE: &str = "<!-- End of services. -->";

static LISTS: &[MarkedList] = &[
    MarkedList {
        path: "Cargo.toml",
        begin: "# Generated crates. `cargo xtask codegen` writes this list.",
        end: "# End of generated crates.",
        lines: dependencies,
    },
    MarkedList {
        path: "crates/alibabacloud-emulator/Cargo.toml",
        begin: "# The built-in specifications, by product. `cargo xtask codegen` writes this list.",
        end: "# End of built-in specifications.",
        lines: features,
    },
    MarkedList {
        path: "crates/alibabacloud-explorer/Cargo.toml",
        begin: "# The built-in services, by product. `cargo xtask codegen` writes these lists.",
        end: "# End of built-in services.",
        lines: forwarded_features,
    },
    MarkedList {
        path: "crates/cargo-acs-policy/permissions.txt",
        begin: "# Permissions. `cargo xtask codegen` writes these lines.",
        end: "# End of permissions.",
        lines: |services| services.iter().map(|s| s.permissions.as_str()).collect(),
    },
    MarkedList {
        path: "README.md",
        begin: BEGIN_TABLE,
        end: END_TABLE,
        lines: |services| table(services, "crates/"),
    },
    MarkedList {
        path: "docs/guide/src/introduction.md",
        begin: BEGIN_TABLE,
        end: END_TABLE,
        lines: |services| table(services, "https://docs.rs/"),
    },
    MarkedList {
        path: "docs/guide/src/which-crate.md",
        begin: BEGIN_TABLE,
        end: END_TABLE,
        lines: names,
    },
    MarkedList {
        path: "docs/guide/src/waiters.md",
        begin: "<!-- Waiters. `cargo xtask codegen` writes these tables. -->",
        end: "<!-- End of waiters. -->",
        lines: waiters,
    },
    MarkedList {
        path: "docs/guide/src/lists.md",
        begin: "<!-- Lists. `cargo xtask codegen` writes these tables. -->",
        end: "<!-- End of lists. -->",
        lines: lists,
    },
    MarkedList {
        path: "docs/decisions.md",
        begin: "<!-- Decisions. `cargo xtask codegen` writes these tables. -->",
        end: "<!-- End of decisions. -->",
        lines: decisions_of,
    },
];

/// Returns the dependencies of the workspace on generated crates. They have no version, because no
/// published crate depends on them by inheritance.
fn dependencies(services: &[ListedService]) -> String {
    let mut names: Vec<&str> = services.iter().map(|s| s.crate_name.as_str()).collect();
    names.sort_unstable();
    let mut text = String::new();
    for name in names {
        let _ = writeln!(
            text,
            "{name} = {{ path = \"crates/{name}\", default-features = false }}\n\
             {name}-model = {{ path = \"crates/{name}-model\" }}"
        );
    }
    text
}

/// Returns the features of the emulator, one for each product.
fn features(services: &[ListedService]) -> String {
    let codes: BTreeSet<&str> = services.iter().map(|s| s.code.as_str()).collect();
    codes.iter().map(|code| format!("{code} = []\n")).collect()
}

/// Returns the features of the Explorer: its default, and those that build a service into its
/// emulator.
fn forwarded_features(services: &[ListedService]) -> String {
    let codes: BTreeSet<&str> = services.iter().map(|s| s.code.as_str()).collect();
    let mut text = String::from("default = [\n    \"cli\",\n");
    for code in &codes {
        let _ = writeln!(text, "    {code:?},");
    }
    text.push_str("]\n");
    for code in &codes {
        let _ = writeln!(text, "{code} = [\"alibabacloud-emulator/{code}\"]");
    }
    text
}

/// Returns a table whose crates have links to `below`.
fn table(services: &[ListedService], below: &str) -> String {
    let mut text =
        String::from("\n| Service | API version | Operations | Crate |\n|---|---|---|---|\n");
    for service in services {
        let _ = writeln!(
            text,
            "| {} | {} | {} | [`{name}`]({below}{name}) |",
            service.linked_title(),
            service.version,
            service.operations,
            name = service.crate_name
        );
    }
    text.push('\n');
    text
}

/// Returns the table of what people call the services, sorted by that.
fn names(services: &[ListedService]) -> String {
    // The code and another name may differ in case only.
    let mut rows = BTreeMap::new();
    for service in services {
        let own = [&service.title, &service.code];
        for name in own.into_iter().chain(&service.known_as) {
            let row = rows.entry((name.to_lowercase(), &service.crate_name));
            row.or_insert(name);
        }
    }
    let mut text = String::from("\n| You look for | Add |\n|---|---|\n");
    for ((_, crate_name), name) in rows {
        let _ = writeln!(
            text,
            "| {name} | [`{crate_name}`](https://docs.rs/{crate_name}) |"
        );
    }
    text.push('\n');
    text
}

/// Returns a heading with the service and its crate.
fn heading(service: &ListedService) -> String {
    format!(
        "## {}\n\nCrate [`{name}`](https://docs.rs/{name}).\n\n",
        service.title,
        name = service.crate_name
    )
}

/// Returns the waiters, a table for each service that has some.
fn waiters(services: &[ListedService]) -> String {
    let mut text = String::from("\n");
    for service in services
        .iter()
        .filter(|service| !service.waiters.is_empty())
    {
        text.push_str(&heading(service));
        text.push_str("| Method | Summary | Several at once | Polls |\n|---|---|---|---|\n");
        for waiter in &service.waiters {
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | `{}` |",
                waiter.method,
                escape_bars(&waiter.summary),
                if waiter.several { "yes" } else { "" },
                waiter.operation
            );
        }
        text.push('\n');
    }
    text
}

/// Returns the operations with pages, a table for each service that has some.
fn lists(services: &[ListedService]) -> String {
    let mut text = String::from("\n");
    for service in services.iter().filter(|service| !service.lists.is_empty()) {
        text.push_str(&heading(service));
        text.push_str(
            "| Operation | Method | Items | Pages by | Page size |\n|---|---|---|---|---|\n",
        );
        for list in &service.lists {
            let limit = list.limit.as_ref().map(|name| format!("`{name}`"));
            let _ = writeln!(
                text,
                "| `{}` | `{}` | `{}` | {} | {} |",
                list.operation,
                list.method,
                list.items,
                list.by,
                limit.unwrap_or_default()
            );
        }
        text.push('\n');
    }
    text
}

/// Returns the decisions against upstream's word, each service with its heading.
fn decisions_of(services: &[ListedService]) -> String {
    let mut text = String::from("\n");
    for service in services {
        let _ = writeln!(text, "## {}\n", service.title);
        text.push_str(&service.against_upstream);
    }
    text
}

/// Returns the decisions against upstream's word in the directory of a specification, as a table.
///
/// # Errors
///
/// Returns an error if the file of the decisions is invalid.
pub(super) fn against_upstream(directory: &Path) -> Result<String, Failure> {
    let rows = decisions::upstream_rows(directory)?;
    if rows.is_empty() {
        return Ok("Nothing was decided against upstream's word.\n\n".to_owned());
    }
    let mut text = "| Where | Upstream | Decision | Reason |\n|---|---|---|---|\n".to_owned();
    let cell = |text: &str| escape_bars(&inline(&one_line(text)));
    for row in rows {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            cell(&row.place),
            cell(&row.upstream),
            cell(&row.decision),
            cell(&row.reason)
        );
    }
    text.push('\n');
    Ok(text)
}

/// Compares the lists below `root` with the services. Files that do not exist are left out.
///
/// # Errors
///
/// Returns an error if a file cannot be read, or has no place for its list.
pub(super) fn plan(root: &Path, services: &[ListedService]) -> Result<Plan, Failure> {
    let mut changes = Vec::new();
    for list in LISTS {
        let path = root.join(list.path);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Failure::error(format!("{}: {error}", path.display()))),
        };
        let lines = (list.lines)(services);
        let Some(after) = replaced(&text, list, &lines) else {
            return Err(Failure::error(format!(
                "{} has no place for the list of services: expected the line `{}` and below it \
                 `{}`",
                path.display(),
                list.begin,
                list.end
            )));
        };
        if after != text {
            changes.push(FileChange {
                path: list.path.to_owned(),
                before: Some(text),
                after: Some(after),
            });
        }
    }
    Ok(Plan {
        root: root.to_owned(),
        changes,
    })
}

/// Returns the text with the lines between the markers of a list replaced; `None` without markers.
fn replaced(text: &str, list: &MarkedList, lines: &str) -> Option<String> {
    let begin = format!("{}\n", list.begin);
    let (head, rest) = text.split_once(&begin)?;
    let end = rest.find(&format!("{}\n", list.end))?;
    Some(format!("{head}{begin}{lines}{}", &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(name: &str) -> ListedService {
        ListedService {
            code: name.to_owned(),
            title: name.to_uppercase(),
            docs_url: None,
            version: "2020-01-01".to_owned(),
            crate_name: format!("alibabacloud-{name}"),
            operations: 3,
            known_as: Vec::new(),
            permissions: String::new(),
            against_upstream: String::new(),
            waiters: Vec::new(),
            lists: Vec::new(),
        }
    }

    #[test]
    fn services_without_waiters_or_lists_have_no_table() {
        let mut shop = service("shop");
        shop.waiters.push(ListedWaiter {
            method: "wait_until_order_paid(order_ids)".to_owned(),
            operation: "ListOrders".to_owned(),
            several: true,
            summary: "Waits until orders are paid | or cancelled.".to_owned(),
        });
        shop.lists.push(ListedPages {
            operation: "ListOrders".to_owned(),
            method: "list_orders()".to_owned(),
            items: "Orders.Order".to_owned(),
            limit: None,
            by: "token, or number".to_owned(),
        });
        let services = [service("tea"), shop];
        let text = waiters(&services);
        assert!(!text.contains("TEA"), "{text}");
        let row = "| `wait_until_order_paid(order_ids)` | Waits until orders are paid \\| or \
                   cancelled. | yes | `ListOrders` |\n";
        assert!(text.contains(row), "{text}");
        let text = lists(&services);
        assert!(!text.contains("TEA"), "{text}");
        let row = "| `ListOrders` | `list_orders()` | `Orders.Order` | token, or number |  |\n";
        assert!(text.contains(row), "{text}");
    }

    #[test]
    fn lists_are_replaced_and_the_rest_stays() {
        let root = std::env::temp_dir().join(format!("acs-lists-{}", std::process::id()));
        std::fs::create_dir_all(&root).unwrap();
        let readme = format!("# Title\n\n{BEGIN_TABLE}\nold\n{END_TABLE}\n\nMore.\n");
        std::fs::write(root.join("README.md"), readme).unwrap();
        let services = [service("tea"), service("shop")];
        plan(&root, &services).unwrap().apply().unwrap();
        let text = std::fs::read_to_string(root.join("README.md")).unwrap();
        let row = "| SHOP | 2020-01-01 | 3 | [`alibabacloud-shop`](crates/alibabacloud-shop) |\n";
        assert!(text.contains(row), "{text}");
        assert!(text.starts_with("# Title\n\n"), "{text}");
        assert!(text.ends_with(&format!("{END_TABLE}\n\nMore.\n")), "{text}");
        assert!(plan(&root, &services).unwrap().changes.is_empty());

        std::fs::write(root.join("Cargo.toml"), "[workspace]\n").unwrap();
        let Err(Failure::Failed(message)) = plan(&root, &services) else {
            panic!("accepted")
        };
        assert!(message.contains("Cargo.toml has no place"), "{message}");
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn versions_of_a_product_share_a_feature() {
        let services = [service("tea"), service("shop"), service("tea")];
        assert_eq!(features(&services), "shop = []\ntea = []\n");
        assert_eq!(
            forwarded_features(&services),
            "default = [\n    \"cli\",\n    \"shop\",\n    \"tea\",\n]\n\
             shop = [\"alibabacloud-emulator/shop\"]\ntea = [\"alibabacloud-emulator/tea\"]\n"
        );
    }

    #[test]
    fn dependencies_are_sorted_and_have_no_version() {
        let text = dependencies(&[service("tea"), service("shop")]);
        let names: Vec<&str> = text.lines().filter_map(|l| l.split(' ').next()).collect();
        assert_eq!(
            names,
            [
                "alibabacloud-shop",
                "alibabacloud-shop-model",
                "alibabacloud-tea",
                "alibabacloud-tea-model"
            ]
        );
        assert!(!text.contains("version"), "{text}");
    }
}
