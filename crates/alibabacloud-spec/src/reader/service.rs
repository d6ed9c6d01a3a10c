//! The main document.

use super::rust_name::NameCase;
use super::{Object, Reader};
use crate::model::{ApiStyle, Endpoints, ErrorCode, Operation, Service, Tag, Waiter};
use crate::node::Map;
use crate::suggest::did_you_mean;
use crate::vocabulary::{COMMON, COMPONENTS, INFO, PRODUCT, SERVER, SERVER_VARIABLE, SERVICE, TAG};

const STYLES: &[(&str, ApiStyle)] = &[("rpc", ApiStyle::Rpc), ("roa", ApiStyle::Roa)];

/// The content of `x-acs-product`.
struct Product {
    code: String,
    crate_name: String,
    crate_version: Option<String>,
    ram_code: Option<String>,
    known_as: Vec<String>,
    style: ApiStyle,
}

impl<'a> Reader<'a> {
    /// Reads the whole specification. The result is valid only when there were no errors.
    pub(crate) fn service(&mut self) -> Option<Service> {
        let root = self.sources.main();
        let Some(document) = root.and_then(|root| self.object(root, &SERVICE)) else {
            self.is_main_unknown = true;
            self.are_schemas_uncertain = true;
            self.unlisted_operations();
            return None;
        };
        self.check_openapi_version(&document);
        let product = self.product(&document);
        let tags = self.service_tags(&document);
        let losses = self.losses;
        self.components(&document);
        self.are_schemas_uncertain |= self.losses > losses;
        let operations = self.operations(&document, product.style);
        let waiters = self.waiters(&document, &operations);
        let showcase = self.showcase(&document, &operations);
        self.check_stored_examples();
        let info = document
            .get("info")
            .and_then(|node| self.object(node, &INFO));
        let (title, version, description, language) = match &info {
            Some(info) => (
                self.required_line(info, "title"),
                self.required_line(info, "version"),
                self.prose(info, "description"),
                self.optional_name(info, "x-acs-language"),
            ),
            None => Default::default(),
        };
        Some(Service {
            code: product.code,
            version,
            crate_name: product.crate_name,
            crate_version: product.crate_version,
            ram_code: product.ram_code,
            known_as: product.known_as,
            style: product.style,
            title,
            description,
            language,
            docs_url: self.docs_url(&document),
            endpoints: self.all_endpoints(&document),
            tags,
            showcase,
            operations,
            waiters,
            errors: self.error_codes(&document),
            parameters: std::mem::take(&mut self.parameters),
            schemas: std::mem::take(&mut self.schemas),
        })
    }

    /// Reads the common document: the error codes that all services share.
    pub(crate) fn common(&mut self) -> Vec<ErrorCode> {
        let root = self.sources.main();
        let document = root.and_then(|root| self.object(root, &COMMON));
        let codes = document.map(|document| self.error_codes(&document));
        codes.unwrap_or_default()
    }

    fn check_openapi_version(&mut self, document: &Object<'a>) {
        let Some(node) = document.get("openapi") else {
            return;
        };
        if let Some(version) = self
            .text(node)
            .filter(|version| !version.starts_with("3.1."))
        {
            self.error(node, format!("expected OpenAPI 3.1, found `{version}`"));
        }
    }

    fn product(&mut self, document: &Object<'a>) -> Product {
        let object = document
            .get("x-acs-product")
            .and_then(|node| self.object(node, &PRODUCT));
        let Some(object) = object else {
            return Product {
                code: String::new(),
                crate_name: String::new(),
                crate_version: None,
                ram_code: None,
                known_as: Vec::new(),
                style: ApiStyle::Rpc,
            };
        };
        Product {
            code: self.lower_case_name(&object, "code"),
            crate_name: self.crate_name(&object),
            crate_version: self.crate_version(&object),
            ram_code: object
                .get("ram")
                .map(|_| self.lower_case_name(&object, "ram")),
            known_as: self.names(&object, "known-as"),
            style: self.required_word(&object, "style", STYLES, ApiStyle::Rpc),
        }
    }

    /// Reads the name of the operation crate.
    fn crate_name(&mut self, object: &Object<'a>) -> String {
        let name = self.lower_case_name(object, "crate");
        if let (Some(node), Some(reason)) = (object.get("crate"), reserved_crate(&name)) {
            let message = format!("the crate name `{name}` is not possible: {reason}");
            self.error_with_help(node, message, "choose a name like `alibabacloud-<product>`");
        }
        name
    }

    /// Reads the version of the crates: three numbers.
    fn crate_version(&mut self, object: &Object<'a>) -> Option<String> {
        let node = object.get("crate-version")?;
        let version = self.text(node)?;
        let is_number = |part: &str| {
            !part.is_empty()
                && part.len() <= 9
                && part.bytes().all(|b| b.is_ascii_digit())
                && (part == "0" || !part.starts_with('0'))
        };
        if version.split('.').count() == 3 && version.split('.').all(is_number) {
            return Some(version.to_owned());
        }
        self.error(
            node,
            format!("expected three numbers like `0.1.0`, found `{version}`"),
        );
        None
    }

    /// Reads a name that becomes part of a host or a crate name.
    fn lower_case_name(&mut self, object: &Object<'a>, key: &str) -> String {
        let name = self.required_name(object, key);
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        if let Some(node) = object.get(key).filter(|_| !name.is_empty()) {
            if !name.bytes().all(fits) || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
                let message =
                    format!("expected lower-case letters, digits, `-` and `_`, found `{name}`");
                self.error(node, message);
            }
        }
        name
    }

    fn service_tags(&mut self, document: &Object<'a>) -> Vec<Tag> {
        let Some(node) = document.get("tags") else {
            return Vec::new();
        };
        let mut tags: Vec<Tag> = Vec::new();
        for item in self.list(node, "tags") {
            let Some(object) = self.object(item, &TAG) else {
                continue;
            };
            let tag = Tag {
                name: self.required_line(&object, "name"),
                description: self.prose(&object, "description"),
            };
            self.require_description(item, &tag.description, "tag", &tag.name);
            if tags.iter().any(|known| known.name == tag.name) {
                self.error(item, format!("duplicate tag `{}`", tag.name));
            }
            self.tags.push(tag.name.clone());
            tags.push(tag);
        }
        tags
    }

    /// Reads shared schemas first, then shared parameters, which refer to them.
    fn components(&mut self, document: &Object<'a>) {
        let Some(components) = document
            .get("components")
            .and_then(|node| self.object(node, &COMPONENTS))
        else {
            return;
        };
        if let Some(map) = components
            .get("schemas")
            .and_then(|node| self.map(node, "schemas"))
        {
            self.check_component_names(map);
            self.schema_names = map.keys().map(String::as_str).collect();
            for (name, entry) in map {
                let schema = self.named_schema(&entry.value, Some(NameCase::Pascal));
                self.require_description(&entry.value, &schema.description, "schema", name);
                self.schemas.insert(name.clone(), schema);
            }
            self.check_recursion(map);
            let schemas = std::mem::take(&mut self.schemas);
            self.check_rust_names(schemas.iter().filter_map(|(name, schema)| {
                Some((
                    name.as_str(),
                    schema.rust_name.as_deref(),
                    &map.get(name)?.value,
                ))
            }));
            self.schemas = schemas;
        }
        if let Some(map) = components
            .get("parameters")
            .and_then(|node| self.map(node, "parameters"))
        {
            self.check_component_names(map);
            for (name, entry) in map {
                match self.parameter(&entry.value) {
                    Some(parameter) => _ = self.parameters.insert(name.clone(), parameter),
                    None => _ = self.broken_parameters.insert(name.clone()),
                }
            }
        }
    }

    /// Checks names of components, in which OpenAPI allows few characters.
    fn check_component_names(&mut self, map: &'a Map) {
        for (name, entry) in map {
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            if name.is_empty() || !name.chars().all(fits) {
                let message = format!("expected letters, digits, `.`, `_` and `-`, found `{name}`");
                self.error_at_key(entry, message, None);
            }
        }
    }

    fn operations(&mut self, document: &Object<'a>, style: ApiStyle) -> Vec<Operation> {
        let mut operations: Vec<Operation> = Vec::new();
        let paths = document
            .get("paths")
            .and_then(|node| self.map(node, "`paths`"));
        for (key, entry) in paths.into_iter().flatten() {
            let Some(operation) = self.path(key, entry, style) else {
                continue;
            };
            if operations.iter().any(|known| known.name == operation.name) {
                self.error_at_key(
                    entry,
                    format!("duplicate operation `{}`", operation.name),
                    None,
                );
            }
            operations.push(operation);
        }
        for operation in self.unlisted_operations() {
            if operations.iter().all(|known| known.name != operation.name) {
                operations.push(operation);
            }
        }
        if let Some(node) = document.get("paths") {
            self.check_rust_names(operations.iter().map(|operation| {
                let key = format!("{}#Action={}", operation.path, operation.name);
                let place = node.get(&key).unwrap_or(node);
                (
                    operation.name.as_str(),
                    operation.rust_name.as_deref(),
                    place,
                )
            }));
        }
        operations.sort_by(|a, b| a.name.cmp(&b.name));
        operations
    }

    fn showcase(&mut self, document: &Object<'a>, operations: &[Operation]) -> Option<String> {
        let node = document.get("x-acs-showcase")?;
        let name = self.name(node)?;
        let found = operations.iter().find(|operation| operation.name == name);
        match found {
            Some(operation) if operation.unsupported.is_some() => self.error(
                node,
                format!("no client can send `{name}`: it has `x-acs-unsupported`"),
            ),
            None if !self.broken.contains(name) => {
                let names = operations.iter().map(|operation| operation.name.as_str());
                let message = format!("unknown operation `{name}`");
                self.error_with_help(node, message, did_you_mean(name, names));
            }
            _ => return Some(name.to_owned()),
        }
        None
    }

    fn waiters(&mut self, document: &Object<'a>, operations: &[Operation]) -> Vec<Waiter> {
        let mut waiters = Vec::new();
        let map = document
            .get("x-acs-waiters")
            .and_then(|node| self.map(node, "waiters"));
        for (name, entry) in map.into_iter().flatten() {
            let losses = self.losses;
            let Some(waiter) = self.waiter(name, entry) else {
                continue;
            };
            self.check_waiter(&entry.value, &waiter, operations);
            let is_known = operations.iter().any(|o| o.name == waiter.operation);
            if self.losses == losses && is_known {
                waiters.push(waiter);
            }
        }
        waiters
    }

    /// Reads rule and tables of `x-acs-endpoints`. The regions may be in `servers` instead, as in
    /// OpenAPI.
    fn all_endpoints(&mut self, document: &Object<'a>) -> Endpoints {
        let regions = self.server_regions(document);
        let Some(node) = document.get("x-acs-endpoints") else {
            return Endpoints {
                regional: true,
                regions,
                ..Endpoints::default()
            };
        };
        let mut endpoints = self.endpoints(node);
        if endpoints.regions.is_empty() {
            endpoints.regions = regions;
        } else if !regions.is_empty() {
            let place = node.get("regions").unwrap_or(node);
            self.error_with_help(
                place,
                "`servers` also lists regions",
                "remove one of the two lists",
            );
        }
        endpoints
    }

    /// Reads the values of the variable `region` of the first server.
    fn server_regions(&mut self, document: &Object<'a>) -> Vec<String> {
        let mut regions = Vec::new();
        let Some(node) = document.get("servers") else {
            return regions;
        };
        for (index, item) in self.list(node, "servers").iter().enumerate() {
            let Some(server) = self.object(item, &SERVER) else {
                continue;
            };
            self.check_server_url(&server);
            let variables = server
                .get("variables")
                .and_then(|node| self.map(node, "server variables"));
            for (name, entry) in variables.into_iter().flatten() {
                if name != "region" {
                    self.error_at_key(
                        entry,
                        format!("expected the variable `region`, found `{name}`"),
                        None,
                    );
                }
                if let Some(variable) = self.object(&entry.value, &SERVER_VARIABLE) {
                    self.required_name(&variable, "default");
                    let names = self.names(&variable, "enum");
                    if index == 0 {
                        regions = names;
                    }
                }
            }
        }
        regions
    }

    fn check_server_url(&mut self, server: &Object<'a>) {
        let url = self.required_name(server, "url");
        let Some(node) = server.get("url").filter(|_| !url.is_empty()) else {
            return;
        };
        if !url.starts_with("https://") {
            self.error(
                node,
                format!("expected a URL with `https://`, found `{url}`"),
            );
        }
        if url.contains("{region}") != server.get("variables").is_some() {
            self.error(
                node,
                "`{region}` in the URL and the variable `region` require each other",
            );
        }
    }
}

/// Longest name of a crate that registries accept; the model crate adds `-model`.
const LONGEST_CRATE_NAME: usize = 64 - "-model".len();

/// Hand-written crates of this SDK.
const OWN_CRATES: &[&str] = &[
    "alibabacloud_core",
    "alibabacloud_dynamic",
    "alibabacloud_emulator",
    "alibabacloud_explorer",
    "alibabacloud_spec",
    "alibabacloud_types",
    "sdk_tests",
    "xtask",
];

/// Names that Cargo and rustc use: crates of the standard library, and directories of builds.
const CARGO_NAMES: &[&str] = &[
    "alloc",
    "build",
    "core",
    "deps",
    "examples",
    "incremental",
    "proc_macro",
    "std",
    "test",
];

/// Keywords of Rust 2024.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names of devices, which Windows does not allow for files and directories.
const DEVICES: &[&str] = &["aux", "con", "nul", "prn"];

/// Returns why a crate cannot have a name; `None` if it can.
fn reserved_crate(name: &str) -> Option<&'static str> {
    // The library has `_` in place of `-`.
    let library = name.replace('-', "_");
    let library = library.as_str();
    let numbered_device = ["com", "lpt"].into_iter().any(|device| {
        library
            .strip_prefix(device)
            .is_some_and(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()))
    });
    if OWN_CRATES.contains(&library) {
        Some("a hand-written crate of this SDK has it")
    } else if CARGO_NAMES.contains(&library) {
        Some("Cargo or the standard library uses it")
    } else if KEYWORDS.contains(&library) {
        Some("it is a keyword of Rust")
    } else if DEVICES.contains(&library) || numbered_device {
        Some("Windows reserves it for a device")
    } else if name.len() > LONGEST_CRATE_NAME {
        Some("registries accept at most 64 characters, with `-model` for the model crate")
    } else {
        None
    }
}
