//! Names: all rules that turn a name of the API into a Rust name.
//!
//! API names have many forms: `VPCId`, `ecs_x`, `X-Total-Count`, `CityName.zh_CN`, `405Pv`, `type`,
//! `_`. The rules are deterministic and consider a single scope, so a new field in one place never
//! renames an item in another.

use std::collections::BTreeSet;

/// Spellings with inner capitals that are a single word.
const ONE_WORD: &[(&str, &str)] = &[
    ("GitHub", "github"),
    ("GitLab", "gitlab"),
    ("IDaaS", "idaas"),
    ("IPsec", "ipsec"),
    ("IPv4", "ipv4"),
    ("IPv6", "ipv6"),
    ("MySQL", "mysql"),
    ("NoSQL", "nosql"),
    ("OAuth", "oauth"),
    ("PConn", "pconn"),
    ("PostgreSQL", "postgresql"),
    ("QoS", "qos"),
    ("UnTag", "untag"),
    ("VRouter", "vrouter"),
    ("VRouters", "vrouters"),
    ("VServer", "vserver"),
    ("VSwitch", "vswitch"),
    ("VSwitches", "vswitches"),
];

/// Words for symbols, used for names without letters and digits, and for signs before a digit.
const SYMBOLS: &[(char, &str)] = &[
    ('!', "not"),
    ('#', "hash"),
    ('$', "dollar"),
    ('%', "percent"),
    ('&', "and"),
    ('*', "star"),
    ('+', "plus"),
    (',', "comma"),
    ('-', "minus"),
    ('.', "dot"),
    ('/', "slash"),
    (':', "colon"),
    (';', "semicolon"),
    ('<', "less"),
    ('=', "equal"),
    ('>', "greater"),
    ('?', "question"),
    ('@', "at"),
    ('^', "caret"),
    ('_', "underscore"),
    ('|', "or"),
    ('~', "tilde"),
];

/// Type names that generated models use for the prelude and for imports.
const TAKEN_TYPES: &[&str] = &[
    "BTreeMap",
    "Blob",
    "Box",
    "Clone",
    "DateTime",
    "Debug",
    "Default",
    "Err",
    "From",
    "Into",
    "IntoIterator",
    "Iterator",
    "JsonText",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Result",
    "Self",
    "Sensitive",
    "Some",
    "String",
    "Value",
    "Vec",
];

/// Further type names that the modules of request builders, the client and waiters use.
const TAKEN_BUILDERS: &[&str] = &[
    "Access",
    "BlockingEvents",
    "BlockingItems",
    "BlockingPages",
    "Call",
    "CallOptions",
    "Client",
    "Config",
    "Cursor",
    "EndpointTable",
    "EventStream",
    "Ids",
    "Items",
    "Method",
    // clippy reserves it for types without a constructor `new`.
    "New",
    "Operation",
    "Outcome",
    "Pages",
    "Paginated",
    "Param",
    "Preview",
    "Product",
    "Progress",
    "RawCall",
    "Response",
    "ResponseBody",
    "States",
    "Waiter",
    "WaiterDefinition",
    "WaiterStatus",
];

/// Whether a type of a model cannot have this name.
pub fn is_taken_type(name: &str) -> bool {
    TAKEN_TYPES.binary_search(&name).is_ok()
}

/// Whether a request builder cannot have this name.
pub fn is_taken_builder(name: &str) -> bool {
    is_taken_type(name) || TAKEN_BUILDERS.binary_search(&name).is_ok()
}

/// Splits an API name into lower-case words of ASCII letters and digits.
///
/// A capital starts a word; a run of capitals is one word (`VPCId`: `vpc`, `id`), including a
/// plural `s` (`InstanceIDs`: `instance`, `ids`), and a version after it is a word (`TLSv1`: `tls`,
/// `v1`). Digits belong to the word before them. Any other
/// character is a separator. A letter that is not ASCII becomes its code point (`u4e2d`), so that
/// names are stable and easy to type.
pub fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let letters = rest.bytes().take_while(u8::is_ascii_alphanumeric);
        let length = letters.count();
        if length > 0 {
            split_chunk(&rest[..length], &mut words);
        } else if c.is_alphanumeric() {
            words.push(format!("u{:x}", u32::from(c)));
        }
        rest = &rest[length.max(c.len_utf8())..];
    }
    words
}

/// Splits a run of ASCII letters and digits at its capitals.
fn split_chunk(chunk: &str, words: &mut Vec<String>) {
    let bytes = chunk.as_bytes();
    let (mut start, mut at) = (0, 0);
    let mut push = |word: &str| {
        if !word.is_empty() {
            words.push(word.to_ascii_lowercase());
        }
    };
    while at < bytes.len() {
        if let Some((spelling, known)) = known_word(chunk, at) {
            push(&chunk[start..at]);
            push(known);
            at += spelling.len();
            start = at;
            continue;
        }
        if begins_word(bytes, at) {
            push(&chunk[start..at]);
            start = at;
        }
        at += 1;
    }
    push(&chunk[start..]);
}

fn known_word(chunk: &str, at: usize) -> Option<&'static (&'static str, &'static str)> {
    let rest = &chunk[at..];
    let first = *rest.as_bytes().first()?;
    // All of them begin with a capital, and most letters are small.
    if !first.is_ascii_uppercase() {
        return None;
    }
    ONE_WORD.iter().find(|(spelling, _)| {
        spelling.as_bytes().first() == Some(&first)
            && rest
                .strip_prefix(spelling)
                .is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_lowercase()))
    })
}

fn begins_word(bytes: &[u8], at: usize) -> bool {
    let here = bytes[at];
    if is_version(bytes, at) {
        return true;
    }
    if at == 0 || !here.is_ascii_uppercase() {
        return false;
    }
    if !bytes[at - 1].is_ascii_uppercase() {
        return true;
    }
    // In a run of capitals, the last one starts the next word if a lower-case letter follows.
    match bytes.get(at + 1) {
        Some(next) if next.is_ascii_lowercase() => {
            !is_plural_s(bytes, at + 1) && !is_version(bytes, at + 1)
        }
        _ => false,
    }
}

/// Whether this is the `s` of `IDs` or `VMsList`: a single lower-case `s` after two or more
/// capitals.
fn is_plural_s(bytes: &[u8], at: usize) -> bool {
    bytes[at] == b's'
        && at >= 2
        && bytes[at - 1].is_ascii_uppercase()
        && bytes[at - 2].is_ascii_uppercase()
        && !bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase)
}

/// Whether this is the `v` of `TLSv1.2`: between two or more capitals and a digit.
fn is_version(bytes: &[u8], at: usize) -> bool {
    bytes[at] == b'v'
        && at >= 2
        && bytes[at - 1].is_ascii_uppercase()
        && bytes[at - 2].is_ascii_uppercase()
        && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
}

/// Splits a name that may consist of symbols only.
fn words_or_symbols(name: &str) -> Vec<String> {
    let mut words = words(name);
    if words.is_empty() {
        return name.chars().filter_map(symbol).map(str::to_owned).collect();
    }
    let signed = name.trim_start().strip_prefix(['-', '+']);
    if signed.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        if let Some(sign) = name.trim_start().chars().next().and_then(symbol) {
            words.insert(0, sign.to_owned());
        }
    }
    words
}

fn symbol(c: char) -> Option<&'static str> {
    SYMBOLS.iter().find(|(s, _)| *s == c).map(|(_, word)| *word)
}

/// Returns a name in `snake_case`, for fields, setters, methods and modules. Keywords are left to
/// [`ident`], but those that cannot be raw get an underscore.
pub fn snake(name: &str) -> String {
    let mut snake = words_or_symbols(name).join("_");
    if snake.is_empty() {
        snake.push_str("field");
    }
    if snake.starts_with(|c: char| c.is_ascii_digit()) {
        snake.insert(0, 'n');
    }
    if matches!(snake.as_str(), "self" | "super" | "crate") {
        snake.push('_');
    }
    snake
}

/// Returns a name in `PascalCase`, for types. Acronyms are words: `VPCId` becomes `VpcId`.
pub fn pascal(name: &str) -> String {
    pascal_words(&words_or_symbols(name), 'N', "Field")
}

/// Returns a name in `PascalCase`, for variants of an enum. A leading digit gets the prefix `V`;
/// the empty string becomes `Empty`.
pub fn variant(value: &str) -> String {
    match pascal_words(&words_or_symbols(value), 'V', "Empty").as_str() {
        "Self" => "SelfValue".to_owned(),
        // Every enum has this variant, for values that the specification does not have.
        "Unknown" => "UnknownValue".to_owned(),
        name => name.to_owned(),
    }
}

fn pascal_words(words: &[String], before_digit: char, empty: &str) -> String {
    let mut pascal = String::new();
    for word in words {
        let digit_follows = word.starts_with(|c: char| c.is_ascii_digit());
        if pascal.is_empty() && digit_follows {
            pascal.push(before_digit);
        } else if digit_follows && pascal.ends_with(|c: char| c.is_ascii_digit()) {
            // `5.0` is `V5_0` and `50` is `V50`.
            pascal.push('_');
        }
        let mut chars = word.chars();
        pascal.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        pascal.push_str(chars.as_str());
    }
    if pascal.is_empty() {
        pascal.push_str(empty);
    }
    pascal
}

/// Returns a name in `SCREAMING_SNAKE_CASE`, for constants.
pub fn screaming(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// Returns the name of an operation's types. It has the spelling of the API if that is a valid type
/// name, so that it can be found by searching.
pub fn operation_type(name: &str) -> String {
    let is_type_name = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric());
    if is_type_name {
        name.to_owned()
    } else {
        pascal(name)
    }
}

/// Returns the name of an array's element: `Execution` for `Executions`, `Policy` for `Policies`,
/// `User` for `UserList`. `Status` and `Data` stay as they are.
pub fn singular(name: &str) -> String {
    let words = words_or_symbols(name);
    let Some((last, before)) = words.split_last() else {
        return pascal(name);
    };
    let mut words = before.to_vec();
    let collection = matches!(last.as_str(), "list" | "set" | "array");
    let listed = before.last().map(String::as_str);
    let a_list_by_nature = matches!(
        listed,
        None | Some("white" | "black" | "allow" | "deny" | "access" | "block" | "wait" | "check")
    );
    if collection && !a_list_by_nature {
        let listed = words.pop().unwrap_or_default();
        words.push(singular_word(&listed));
    } else if is_acronym(name, last) {
        words.push(last.clone());
    } else {
        words.push(singular_word(last));
    }
    pascal_words(&words, 'N', "Item")
}

/// Whether the name ends in this word in capitals: the `DNS` of `PrivateDNS` is not a plural.
fn is_acronym(name: &str, last: &str) -> bool {
    name.ends_with(&last.to_ascii_uppercase()) && last.len() > 1
}

/// Words that only look like a plural, or whose singular is irregular.
const IRREGULAR: &[(&str, &str)] = &[
    ("alias", "alias"),
    ("aliases", "alias"),
    ("buses", "bus"),
    ("caches", "cache"),
    ("canvas", "canvas"),
    ("children", "child"),
    ("cookies", "cookie"),
    ("criteria", "criterion"),
    ("dns", "dns"),
    ("ecs", "ecs"),
    ("gas", "gas"),
    ("headers", "header"),
    ("https", "https"),
    ("indices", "index"),
    ("kubernetes", "kubernetes"),
    ("matrices", "matrix"),
    ("movies", "movie"),
    ("nas", "nas"),
    ("news", "news"),
    ("os", "os"),
    ("oss", "oss"),
    ("people", "person"),
    ("rds", "rds"),
    ("series", "series"),
    ("sls", "sls"),
    ("species", "species"),
    ("tls", "tls"),
    ("vertices", "vertex"),
    ("zombies", "zombie"),
];

/// Returns the singular of a word in lower case.
pub(crate) fn singular_word(word: &str) -> String {
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == word) {
        return (*singular).to_owned();
    }
    if word.len() < 3 || ["ss", "us", "is"].iter().any(|end| word.ends_with(end)) {
        return word.to_owned();
    }
    let replaced = [
        ("ies", "y"),
        ("sses", "ss"),
        ("tuses", "tus"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("s", ""),
    ]
    .iter()
    .find_map(|(end, with)| word.strip_suffix(end).map(|stem| format!("{stem}{with}")));
    replaced.unwrap_or_else(|| word.to_owned())
}

/// An API name, and the name in Rust that a person chose for it.
#[derive(Clone, Debug)]
pub struct ApiName<'a> {
    /// Name in the API.
    pub wire: &'a str,
    /// Chosen name in Rust.
    pub chosen: Option<String>,
    /// Whether the service deprecates it, so that it leaves its name to others.
    pub deprecated: bool,
}

impl<'a> ApiName<'a> {
    /// Returns an API name without a chosen name.
    pub fn new(wire: &'a str) -> Self {
        Self {
            wire,
            chosen: None,
            deprecated: false,
        }
    }
}

/// Applies a rule to the names of a scope, in the order of the specification, and numbers equal
/// ones.
///
/// Chosen names stay as they are; of equal ones, the first. If several other API names become the
/// same Rust name, one keeps it: one that is not deprecated; of these, the one that is its
/// `PascalCase` spelling, else the first. The others get the prefix `deprecated_` if they are
/// deprecated, else, or if that is taken, `_2`, `_3` and so on.
pub fn distinct(names: &[ApiName<'_>], rule: fn(&str) -> String) -> Vec<String> {
    let chosen: BTreeSet<&String> = names.iter().filter_map(|n| n.chosen.as_ref()).collect();
    let wanted: Vec<String> = names
        .iter()
        .map(|name| name.chosen.clone().unwrap_or_else(|| rule(name.wire)))
        .collect();
    let mut taken: BTreeSet<String> = wanted.iter().cloned().collect();
    // Most scopes have no equal names.
    if taken.len() == wanted.len() {
        return wanted;
    }
    let winner = |name: &String| {
        let same = (0..names.len()).filter(|&i| wanted[i] == *name);
        same.min_by_key(|&i| (names[i].deprecated, names[i].wire != pascal(name)))
    };
    let first_chosen = |name: &String| {
        let mut same = (0..names.len()).filter(|&i| wanted[i] == *name);
        same.find(|&i| names[i].chosen.is_some())
    };
    let mut distinct = Vec::with_capacity(names.len());
    for (i, name) in wanted.iter().enumerate() {
        let keeps = if chosen.contains(name) {
            first_chosen(name) == Some(i)
        } else {
            winner(name) == Some(i)
        };
        if keeps {
            distinct.push(name.clone());
            continue;
        }
        let name = match deprecated(name).filter(|_| names[i].deprecated) {
            Some(name) if !taken.contains(&name) => name,
            _ => numbered(name, &taken),
        };
        taken.insert(name.clone());
        distinct.push(name);
    }
    distinct
}

/// Returns the stand-in of a deprecated field, `deprecated_key`; `None` for a type or variant.
fn deprecated(name: &str) -> Option<String> {
    let is_snake = !name.starts_with(|c: char| c.is_ascii_uppercase());
    is_snake.then(|| format!("deprecated_{}", name.trim_end_matches('_')))
}

/// Appends the lowest number from 2 that makes the name free.
fn numbered(name: &str, taken: &BTreeSet<String>) -> String {
    // The underscore of `self_` only distinguishes it from the keyword.
    let name = name.trim_end_matches('_');
    let pascal_case = name.starts_with(|c: char| c.is_ascii_uppercase());
    let glue = if pascal_case && !name.ends_with(|c: char| c.is_ascii_digit()) {
        ""
    } else {
        "_"
    };
    let mut number = 2_u32;
    loop {
        let candidate = format!("{name}{glue}{number}");
        if !taken.contains(&candidate) {
            return candidate;
        }
        number = number.saturating_add(1);
    }
}

/// The type names of a module.
#[derive(Debug, Default)]
pub struct TypeScope {
    taken: BTreeSet<String>,
}

impl TypeScope {
    /// Reserves a name for a type whose name is fixed.
    pub fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// Claims a free name: the short one, else the short one with the parent's name as prefix, else
    /// that with a number.
    pub fn claim(&mut self, short: &str, parent: &str) -> String {
        let free = |scope: &Self, name: &str| !scope.taken.contains(name) && !is_taken_type(name);
        let name = if free(self, short) {
            short.to_owned()
        } else {
            let long = format!("{parent}{short}");
            if free(self, &long) {
                long
            } else {
                numbered(&long, &self.taken)
            }
        };
        self.taken.insert(name.clone());
        name
    }
}

/// Returns the name of a field's setter, which must not hide a function that generated code calls,
/// such as `new` and `default`.
pub fn setter(field: &str) -> String {
    match field {
        "new" | "default" | "clone" => format!("{field}_"),
        _ => field.to_owned(),
    }
}

/// Returns the name of a request builder's setter, which must not hide another method either:
/// `send_` for the parameter `Send`.
pub fn builder_setter(field: &str) -> String {
    if BUILDER_METHODS.contains(&field) {
        format!("{field}_")
    } else {
        setter(field)
    }
}

/// Names of methods of standard traits that take only `&self`, and with it those of `Clone`.
const METHODS_OF_TRAITS: &[&str] = &[
    "as_ref", "borrow", "clone", "cmp", "deref", "eq", "hash", "index",
];

/// Names of modules that have another meaning in a crate: the module of shared types, files that
/// Cargo and rustc look for, and crates that the root imports from.
const TAKEN_MODULES: &[&str] = &[
    "alibabacloud_core",
    "alibabacloud_types",
    "alloc",
    "build",
    "core",
    "lib",
    "main",
    "mod",
    "operation",
    "proc_macro",
    "shared",
    "std",
];

/// Names of devices. Windows has no files of these names, whatever their extension.
fn is_device(name: &str) -> bool {
    let numbered = ["com", "lpt"]
        .into_iter()
        .filter_map(|device| name.strip_prefix(device))
        .any(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()));
    numbered || matches!(name, "aux" | "con" | "nul" | "prn")
}

/// Whether an operation's module, which is also its method on the client, needs a stand-in.
pub fn is_taken_module(name: &str) -> bool {
    TAKEN_MODULES.contains(&name)
        || CLIENT_METHODS.contains(&name)
        || METHODS_OF_TRAITS.contains(&name)
        || is_device(name)
}

/// The methods that every request builder can have.
pub const BUILDER_METHODS: &[&str] = &[
    "by_item",
    "by_item_blocking",
    "by_page",
    "by_page_blocking",
    "preview",
    "send",
    "send_blocking",
    "send_stream",
    "send_stream_blocking",
    "send_with_response",
    "send_with_response_blocking",
    "with_options",
];

/// The methods that every client has.
pub const CLIENT_METHODS: &[&str] = &[
    "call_raw",
    "call_raw_roa",
    "config",
    "from_env",
    "new",
    "read_only",
    "region",
];

/// The predicates of `alibabacloud_core::Error`, which hide methods of a trait with the same name.
pub const ERROR_PREDICATES: &[&str] = &[
    "is_access_denied",
    "is_already_exists",
    "is_conflict",
    "is_invalid_credentials",
    "is_not_found",
    "is_quota_exceeded",
    "is_retryable",
    "is_throttling",
    "is_timeout",
];

/// Returns the name of the client's method for a waiter: `wait_until_execution_finished`.
pub fn waiter_method(waiter: &str) -> String {
    format!("wait_until_{}", snake(waiter))
}

/// Returns the names of the predicates for error codes, given the constants of the codes:
/// `NO_PERMISSION` becomes `is_no_permission`. If the error has a predicate of that name, `_code`
/// is appended.
pub fn predicates(constants: &[String]) -> Vec<String> {
    let wanted = |constant: &String| format!("is_{}", constant.to_ascii_lowercase());
    let mut taken: BTreeSet<String> = constants.iter().map(wanted).collect();
    let mut free = |name: String| {
        if !ERROR_PREDICATES.contains(&name.as_str()) {
            return name;
        }
        let longer = format!("{name}_code");
        let name = if taken.contains(&longer) {
            numbered(&longer, &taken)
        } else {
            longer
        };
        taken.insert(name.clone());
        name
    };
    constants
        .iter()
        .map(|constant| free(wanted(constant)))
        .collect()
}

/// Returns the token of a name, raw (`r#type`) if the name is a keyword.
pub fn ident(name: &str) -> proc_macro2::Ident {
    let span = proc_macro2::Span::call_site();
    if is_keyword(name) {
        proc_macro2::Ident::new_raw(name, span)
    } else {
        proc_macro2::Ident::new(name, span)
    }
}

/// Returns a name as source text, raw (`r#type`) if the name is a keyword.
pub fn in_source(name: &str) -> String {
    if is_keyword(name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}

/// Keywords of edition 2024 that can be raw identifiers.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

fn is_keyword(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_for_binary_search() {
        assert!(
            ONE_WORD
                .iter()
                .all(|(spelling, _)| spelling.starts_with(char::is_uppercase))
        );
        assert!(KEYWORDS.is_sorted());
        assert!(TAKEN_TYPES.is_sorted());
        assert!(TAKEN_BUILDERS.is_sorted());
    }

    #[test]
    fn snake_case() {
        for (wire, rust) in [
            ("InstanceId", "instance_id"),
            ("VPCId", "vpc_id"),
            ("DBInstanceId", "db_instance_id"),
            ("VSwitchId", "vswitch_id"),
            ("DescribeVSwitches", "describe_vswitches"),
            ("VRouterId", "vrouter_id"),
            ("CreateVServerGroup", "create_vserver_group"),
            ("QoSName", "qos_name"),
            ("IPsecServers", "ipsec_servers"),
            ("IDaaSInstanceId", "idaas_instance_id"),
            ("UnTagResources", "untag_resources"),
            ("IPv6", "ipv6"),
            ("VpcIPv6CidrBlock", "vpc_ipv6_cidr_block"),
            ("HTTPSListenerPort", "https_listener_port"),
            ("InstanceIDs", "instance_ids"),
            ("VMsList", "vms_list"),
            ("IDs", "ids"),
            ("AsId", "as_id"),
            ("IsDefault", "is_default"),
            ("RR", "rr"),
            ("ecs_x", "ecs_x"),
            ("nextToken", "next_token"),
            ("X-Total-Count", "x_total_count"),
            ("CityName.zh_CN", "city_name_zh_cn"),
            ("SystemDisk.Category", "system_disk_category"),
            ("AddGroup.1", "add_group_1"),
            ("__context", "context"),
            ("Tag1Key", "tag1_key"),
            ("Base64Encoded", "base64_encoded"),
            ("K8sVersion", "k8s_version"),
            ("TLSv1_2Enabled", "tls_v1_2_enabled"),
            ("TLSversion", "tl_sversion"),
            ("405Pv", "n405_pv"),
            ("type", "type"),
            ("Self", "self_"),
            ("super", "super_"),
            ("crate", "crate_"),
            ("_", "underscore"),
            ("*", "star"),
            ("", "field"),
            ("\u{4e2d}Name", "u4e2d_name"),
            ("x\u{2011}oss\u{2011}tag", "x_oss_tag"),
        ] {
            assert_eq!(snake(wire), rust, "{wire}");
        }
    }

    #[test]
    fn pascal_case() {
        for (wire, rust) in [
            ("package_state", "PackageState"),
            ("VPCId", "VpcId"),
            ("IPv6Set", "Ipv6Set"),
            ("data_disk", "DataDisk"),
            ("404Page", "N404Page"),
            ("", "Field"),
            ("type", "Type"),
        ] {
            assert_eq!(pascal(wire), rust, "{wire}");
        }
    }

    #[test]
    fn enum_variants() {
        for (value, rust) in [
            ("Running", "Running"),
            ("all-clusters", "AllClusters"),
            ("8Core64GB", "V8Core64Gb"),
            ("5.0", "V5_0"),
            ("50", "V50"),
            ("-1", "Minus1"),
            ("1", "V1"),
            (">=", "GreaterEqual"),
            ("", "Empty"),
            (" ", "Empty"),
            (" left", "Left"),
            ("Unknown", "UnknownValue"),
            ("self", "SelfValue"),
            ("IDEMPOTENT_WRITE", "IdempotentWrite"),
            ("\u{6b63}\u{5e38}", "U6b63U5e38"),
        ] {
            assert_eq!(variant(value), rust, "{value}");
        }
    }

    #[test]
    fn one_of_many() {
        for (plural, one) in [
            ("Executions", "Execution"),
            ("Policies", "Policy"),
            ("Addresses", "Address"),
            ("Statuses", "Status"),
            ("Status", "Status"),
            ("Data", "Data"),
            ("Databases", "Database"),
            ("Licenses", "License"),
            ("Boxes", "Box"),
            ("Batches", "Batch"),
            ("Caches", "Cache"),
            ("Series", "Series"),
            ("Indices", "Index"),
            ("Children", "Child"),
            ("Archives", "Archive"),
            ("InstanceIDs", "InstanceId"),
            ("PrivateDNS", "PrivateDns"),
            ("dns", "Dns"),
            ("UserList", "User"),
            ("UsersList", "User"),
            ("IpWhiteList", "IpWhiteList"),
            ("List", "List"),
            ("Tag", "Tag"),
            ("package_states", "PackageState"),
        ] {
            assert_eq!(singular(plural), one, "{plural}");
        }
    }

    #[test]
    fn operation_names_stay_as_the_service_spells_them() {
        assert_eq!(operation_type("DescribeVPCs"), "DescribeVPCs");
        assert_eq!(operation_type("createInstance"), "CreateInstance");
        assert_eq!(operation_type("Get_Thing"), "GetThing");
    }

    #[test]
    fn equal_names_get_numbers_and_the_canonical_spelling_wins() {
        let distinct = |wire: &[&str], rule| {
            let names: Vec<_> = wire.iter().map(|wire| ApiName::new(wire)).collect();
            distinct(&names, rule)
        };
        assert_eq!(
            distinct(&["key", "Key", "KEY"], snake),
            ["key_2", "key", "key_3"]
        );
        assert_eq!(
            distinct(&["HealthCheckURL", "HealthCheckUrl"], snake),
            ["health_check_url_2", "health_check_url"]
        );
        assert_eq!(distinct(&["a_2", "A", "a"], snake), ["a_2", "a", "a_3"]);
        assert_eq!(
            distinct(&["IDEMPOTENT_WRITE", "IdempotentWrite"], variant),
            ["IdempotentWrite2", "IdempotentWrite"]
        );
        assert_eq!(distinct(&["V1", "1"], variant), ["V1", "V1_2"]);
        assert_eq!(distinct(&["self", "Self"], snake), ["self_2", "self_"]);
    }

    #[test]
    fn deprecated_names_leave_the_good_one_to_others() {
        let names = |wires: &[(&'static str, bool)]| {
            let names: Vec<_> = wires
                .iter()
                .map(|&(wire, deprecated)| ApiName {
                    deprecated,
                    ..ApiName::new(wire)
                })
                .collect();
            distinct(&names, snake)
        };
        let (live, old) = (false, true);
        assert_eq!(
            names(&[("key", old), ("Key", live)]),
            ["deprecated_key", "key"]
        );
        // Even if it has the canonical spelling, or comes first.
        assert_eq!(
            names(&[("Key", old), ("key", live)]),
            ["deprecated_key", "key"]
        );
        assert_eq!(
            names(&[("Key", old), ("key", old), ("KEY", old)]),
            ["key", "deprecated_key", "key_2"]
        );
        assert_eq!(
            names(&[
                ("key", live),
                ("Key", live),
                ("deprecated_key", live),
                ("KEY", old)
            ]),
            ["key_2", "key", "deprecated_key", "key_3"]
        );
        assert_eq!(
            names(&[("Self", live), ("self", old)]),
            ["self_", "deprecated_self"]
        );
    }

    #[test]
    fn chosen_names_stay_and_others_give_way() {
        let chosen = |wire, name: &str| ApiName {
            chosen: Some(name.to_owned()),
            ..ApiName::new(wire)
        };
        let names = [
            ApiName::new("PageSize"),
            chosen("Limit", "page_size"),
            ApiName::new("page_size_2"),
        ];
        assert_eq!(
            distinct(&names, snake),
            ["page_size_3", "page_size", "page_size_2"]
        );
        // `VPCs` and `Vpcs` are two types, but one module.
        let names = [chosen("A", "vpcs"), chosen("B", "vpcs")];
        assert_eq!(distinct(&names, snake), ["vpcs", "vpcs_2"]);
    }

    #[test]
    fn modules_avoid_files_with_a_meaning() {
        for name in [
            "lib", "mod", "con", "com1", "lpt9", "config", "std", "clone",
        ] {
            assert!(is_taken_module(name), "{name}");
        }
        for name in ["comb", "com10", "type", "client", "library"] {
            assert!(!is_taken_module(name), "{name}");
        }
        assert_eq!(builder_setter("send"), "send_");
        assert_eq!(builder_setter("new"), "new_");
        assert_eq!(builder_setter("sender"), "sender");
    }

    #[test]
    fn predicates_of_codes_leave_those_of_the_error_alone() {
        let constants = ["NO_PERMISSION", "TIMEOUT", "TIMEOUT_CODE", "NOT_FOUND"];
        assert_eq!(
            predicates(&constants.map(str::to_owned)),
            [
                "is_no_permission",
                "is_timeout_code_2",
                "is_timeout_code",
                "is_not_found_code"
            ]
        );
    }

    #[test]
    fn the_predicates_of_the_error_are_all_known() {
        let directory = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../alibabacloud-core/src/error"
        );
        let items = std::fs::read_dir(directory).unwrap().flat_map(|entry| {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            syn::parse_file(&text).unwrap().items
        });
        let of_error = |item: syn::Item| match item {
            syn::Item::Impl(block) if block.trait_.is_none() => {
                let syn::Type::Path(ty) = &*block.self_ty else {
                    return Vec::new();
                };
                if !ty.path.is_ident("Error") {
                    return Vec::new();
                }
                block.items
            }
            _ => Vec::new(),
        };
        let mut found: Vec<String> = items
            .flat_map(of_error)
            .filter_map(|item| match item {
                syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            })
            .filter(|name| name.starts_with("is_"))
            .collect();
        found.sort();
        assert_eq!(found, ERROR_PREDICATES);
    }

    #[test]
    fn taken_types_get_the_name_of_their_parent() {
        let mut scope = TypeScope::default();
        assert_eq!(scope.claim("Tag", "Input"), "Tag");
        assert_eq!(scope.claim("Tag", "Output"), "OutputTag");
        assert_eq!(scope.claim("Tag", "Output"), "OutputTag2");
        assert_eq!(scope.claim("Option", "Launch"), "LaunchOption");
    }

    #[test]
    fn keywords_are_raw() {
        assert_eq!(ident("type").to_string(), "r#type");
        assert_eq!(in_source("gen"), "r#gen");
        assert_eq!(in_source("kind"), "kind");
        assert_eq!(setter("default"), "default_");
    }
}
