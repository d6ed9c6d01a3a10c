//! A checked specification: plain data in which every reference resolves.
//!
//! `docs/spec-format.md` describes each part in YAML. `alibabacloud-core` has compact counterparts
//! of some types (`plumbing::Operation` and its parts): a user's program contains those and never
//! this crate.

use indexmap::IndexMap;
use serde_json::Value;

/// One version of one product.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Product code in endpoints and RAM actions, lower case (`x-acs-product.code`).
    pub code: String,
    /// API version (`info.version`).
    pub version: String,
    /// Name of the generated operation crate (`x-acs-product.crate`); the model crate has the
    /// suffix `-model`.
    pub crate_name: String,
    /// Version of both generated crates (`x-acs-product.crate-version`); `None` for the first
    /// release, see [`Service::crate_version`].
    pub crate_version: Option<String>,
    /// Product code in RAM actions (`x-acs-product.ram`), if it differs from `code`.
    pub ram_code: Option<String>,
    /// Other names of the product, by which people look for it (`x-acs-product.known-as`).
    pub known_as: Vec<String>,
    /// RPC or ROA (`x-acs-product.style`).
    pub style: ApiStyle,
    /// Display name of the product (`info.title`).
    pub title: String,
    /// Description of the product (`info.description`).
    pub description: String,
    /// Language of the texts, as in `zh` (`info.x-acs-language`); English without it.
    pub language: Option<String>,
    /// Documentation of the product (`externalDocs.url`).
    pub docs_url: Option<String>,
    /// How a region is resolved to a host (`servers`, `x-acs-endpoints`).
    pub endpoints: Endpoints,
    /// Groups of operations on the page of the crate (`tags`), in order.
    pub tags: Vec<Tag>,
    /// Operation that the first example of the generated crate calls (`x-acs-showcase`).
    pub showcase: Option<String>,
    /// All operations, sorted by name.
    pub operations: Vec<Operation>,
    /// Shared parameters by name (`components.parameters`); operations hold copies.
    pub parameters: IndexMap<String, Parameter>,
    /// Shared schemas by name (`components.schemas`).
    pub schemas: IndexMap<String, Schema>,
    /// Waiters of the product (`x-acs-waiters`).
    pub waiters: Vec<Waiter>,
    /// Error codes of all operations (`x-acs-errors`).
    pub errors: Vec<ErrorCode>,
}

/// The API style of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiStyle {
    /// An operation is a name.
    Rpc,
    /// An operation is a method and a path.
    Roa,
}

/// How a region is resolved to a host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoints {
    /// Whether the host of a region that is not listed is `<code>.<region>.aliyuncs.com`; otherwise
    /// the central `<code>.aliyuncs.com`.
    pub regional: bool,
    /// Known regions of the product.
    pub regions: Vec<String>,
    /// Public hosts that differ from the rule, by region.
    pub public: IndexMap<String, String>,
    /// VPC hosts that differ from the rule, by region.
    pub vpc: IndexMap<String, String>,
}

impl Endpoints {
    /// Returns the public host of the product `code` in a region, from the table or by the rule.
    pub fn public_host(&self, code: &str, region: &str) -> String {
        self.host(&self.public, code, region)
    }

    /// Returns the VPC host of the product `code` in a region, from the table or by the rule.
    pub fn vpc_host(&self, code: &str, region: &str) -> String {
        self.host(&self.vpc, &format!("{code}-vpc"), region)
    }

    fn host(&self, table: &IndexMap<String, String>, label: &str, region: &str) -> String {
        match table.get(region) {
            Some(host) => host.clone(),
            None if self.regional => format!("{label}.{region}.aliyuncs.com"),
            None => format!("{label}.aliyuncs.com"),
        }
    }
}

/// A group of operations.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    /// Short name.
    pub name: String,
    /// One sentence.
    pub description: String,
}

/// An operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// `operationId`.
    pub name: String,
    /// Name in Rust that a person chose, in `PascalCase` (`x-acs-name`).
    pub rust_name: Option<String>,
    /// First sentence of the documentation.
    pub summary: String,
    /// The rest of the documentation: when to use it, what to consider. Markdown.
    pub description: String,
    /// Group (`tags[0]`).
    pub tag: Option<String>,
    /// Documentation page (`externalDocs.url`).
    pub docs_url: Option<String>,
    /// `deprecated`.
    pub deprecated: bool,
    /// HTTP method of a request: the key in the path item, upper case.
    pub method: String,
    /// Methods that the gateway accepts, upper case (`x-acs-methods`; default: only `method`).
    pub methods: Vec<String>,
    /// `/`, or the path template of a ROA operation.
    pub path: String,
    /// `x-acs-class`.
    pub class: OperationClass,
    /// `x-acs-arguments`: required parameters that are arguments of the method.
    pub arguments: Vec<String>,
    /// Parameters of all locations, including body and form fields, in order.
    pub parameters: Vec<Parameter>,
    /// The successful response.
    pub response: Response,
    /// `x-acs-pagination`.
    pub pagination: Option<Pagination>,
    /// `x-acs-idempotency`: the parameter that holds the idempotency token.
    pub idempotency: Option<String>,
    /// `x-acs-anonymous`: sent without a signature.
    pub anonymous: bool,
    /// `x-acs-success-field`: field of a 2xx response that reports whether the call succeeded: a
    /// boolean, or one that has the value `success_value`.
    pub success_field: Option<String>,
    /// `x-acs-success-value`: the text of the success field when the call succeeded; `None` if that
    /// is a boolean.
    pub success_value: Option<String>,
    /// `x-acs-unsupported`: why a client cannot send it. Its types are generated, but not the
    /// operation.
    pub unsupported: Option<String>,
    /// `x-acs-ram`.
    pub ram: Option<Ram>,
    /// `x-acs-rate-limit`: how many requests an account can send in a period.
    pub rate_limit: Option<RateLimit>,
    /// `x-acs-asynchronous`: the response arrives before the work is done.
    pub asynchronous: bool,
    /// `x-acs-replaced-by`: the operations to use instead of this one, which is deprecated:
    /// `CreateBox`, or `vpc/2016-04-28 CreateBox` for one of another service or version.
    pub replaced_by: Vec<String>,
    /// `x-acs-errors`.
    pub errors: Vec<ErrorCode>,
    /// `x-acs-changes`: release history, newest first.
    pub changes: Vec<Change>,
    /// `x-acs-provenance`.
    pub provenance: Option<Provenance>,
    /// Example request and response (`x-acs-example`).
    pub example: Option<Example>,
}

/// The kind of an operation's effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationClass {
    /// Reads one resource.
    Get,
    /// Reads several resources.
    List,
    /// Creates a resource.
    Create,
    /// Changes a resource.
    Update,
    /// Deletes a resource.
    Delete,
    /// Starts, stops or triggers something.
    Action,
}

impl OperationClass {
    /// Returns whether the operation only reads, so that it can always be retried.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Get | Self::List)
    }
}

/// The location of a parameter in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterPlace {
    /// `in: query`.
    Query,
    /// A property of the `application/x-www-form-urlencoded` request body.
    Form,
    /// `in: path`.
    Path,
    /// `in: header`.
    Header,
    /// The request body itself.
    Body,
}

/// The notation of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterStyle {
    /// A scalar, unchanged.
    Plain,
    /// `Name.1`, `Name.1.Field` (`x-acs-array-style: repeatList`).
    RepeatList,
    /// The same on the wire; the published metadata distinguishes the two
    /// (`x-acs-array-style: flat`).
    Flat,
    /// Comma separated (`x-acs-array-style: simple`).
    Simple,
    /// One value that holds JSON (`content: application/json`).
    Json,
    /// Unchanged: a body of `application/octet-stream` or `text/plain`, or a path parameter with
    /// slashes (`x-acs-raw`).
    Raw,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name on the wire.
    pub name: String,
    /// Where it is in the request.
    pub place: ParameterPlace,
    /// How it is written on the wire.
    pub style: ParameterStyle,
    /// Whether the service requires it.
    pub required: bool,
    /// Type, description, limits, example.
    pub schema: Schema,
}

impl Parameter {
    /// Returns whether a client fills in its region: `RegionId`, which a few operations spell
    /// `regionId` or `RegionID`.
    pub fn is_region(&self) -> bool {
        self.name.eq_ignore_ascii_case("RegionId")
    }
}

/// A successful response.
#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    /// JSON of this schema; an object, a reference to one, or an array.
    Json(Schema),
    /// An empty body.
    Empty,
    /// Text, unchanged.
    Text,
    /// Bytes, unchanged.
    Binary,
    /// Server-sent events, each holding JSON of this schema.
    Events(Schema),
}

/// A type with its documentation and limits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// The kind of value.
    pub kind: Kind,
    /// Name in Rust that a person chose for the parameter, the field or the shared schema
    /// (`x-acs-name`).
    pub rust_name: Option<String>,
    /// Documentation. Markdown.
    pub description: String,
    /// `deprecated`.
    pub deprecated: bool,
    /// `x-acs-sensitive`: never shown.
    pub sensitive: bool,
    /// `example`.
    pub example: Option<Value>,
    /// `default`: what the service uses when the value is absent.
    pub default: Option<Value>,
    /// `minimum`.
    pub minimum: Option<i64>,
    /// `maximum`.
    pub maximum: Option<i64>,
    /// `minLength` in characters.
    pub min_length: Option<u64>,
    /// `maxLength` in characters.
    pub max_length: Option<u64>,
    /// `minItems`.
    pub min_items: Option<u64>,
    /// `maxItems`.
    pub max_items: Option<u64>,
    /// `pattern`, documentation only.
    pub pattern: Option<String>,
    /// `x-acs-values`: known values of a number; documentation only.
    pub values: Vec<i64>,
    /// `x-acs-unit`: the unit of a number, or of a text that is one, such as `GiB`; documentation
    /// only.
    pub unit: Option<String>,
    /// `x-acs-from-text`: the rules that found a fact of this schema in a text of the metadata, and
    /// that nobody has reviewed.
    pub from_text: Vec<String>,
}

/// The kind of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Kind {
    /// No `type`: any JSON.
    #[default]
    Any,
    /// `type: string`.
    String,
    /// `type: string, contentMediaType: application/json`: text that holds JSON.
    JsonText,
    /// `type: string, format: acs-date-time`: a timestamp in any form that services use.
    DateTime,
    /// `type: string, format: binary`: bytes.
    Binary,
    /// `type: string` with `enum`: an open enum.
    Enum(Vec<EnumValue>),
    /// `type: integer, format: int32`.
    Int32,
    /// `type: integer` with `format: int64` or none.
    Int64,
    /// `type: number`.
    Number,
    /// `type: boolean`.
    Boolean,
    /// `type: array`.
    Array(Box<Schema>),
    /// `type: object` with `additionalProperties` (or without any property): free keys.
    Map(Box<Schema>),
    /// `type: object` with `properties`.
    Object(IndexMap<String, Property>),
    /// `$ref` to a shared schema.
    Ref(String),
}

/// A known value of an open enum.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    /// The value on the wire.
    pub value: String,
    /// Name in Rust that a person chose, in `PascalCase` (`x-acs-enum-names`).
    pub rust_name: Option<String>,
    /// Documentation (`x-acs-enum-descriptions`).
    pub description: String,
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// The type.
    pub schema: Schema,
    /// Listed in `required`: the service requires it in a request; in a response it is always
    /// present, as confirmed by a person.
    pub required: bool,
}

/// The pagination of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Pagination {
    /// A page token of the response is sent in the next request (`kind: token`).
    Token {
        /// Request parameter.
        input: String,
        /// Dotted path in the response.
        output: String,
        /// Request parameter with the page size.
        limit: Option<String>,
        /// Dotted path of the total number of items in the response.
        total: Option<String>,
        /// Dotted path of the array in the response.
        items: String,
        /// The parameters that make the service page by token, and the values that a client sends
        /// for them unless the caller does.
        first: IndexMap<String, Value>,
        /// The other way to page, by number.
        numbered: Option<NumberedPages>,
    },
    /// Pages are counted from 1 (`kind: page-number`).
    PageNumber {
        /// Request parameter with the page number.
        page: String,
        /// Request parameter with the page size.
        limit: Option<String>,
        /// Dotted path of the page number in the response.
        number: Option<String>,
        /// Dotted path of the total number of items in the response.
        total: Option<String>,
        /// Dotted path of the array in the response.
        items: String,
        /// The parameters that the service requires for pages, and the values that a client sends
        /// for them unless the caller does.
        first: IndexMap<String, Value>,
    },
}

impl Pagination {
    /// Returns what a paginator sends unless the caller does.
    pub fn first(&self) -> &IndexMap<String, Value> {
        match self {
            Self::Token { first, .. } | Self::PageNumber { first, .. } => first,
        }
    }
}

/// How an operation that is paged by token pages by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NumberedPages {
    /// Request parameter with the page number.
    pub page: String,
    /// Request parameter with the page size.
    pub limit: Option<String>,
    /// Dotted path of the page number in the response.
    pub number: Option<String>,
}

impl NumberedPages {
    /// Returns the request parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        [Some(&self.page), self.limit.as_ref()]
            .into_iter()
            .flatten()
            .map(String::as_str)
    }
}

/// The permissions that a caller needs, and how they are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Ram {
    /// Whether they are documented, not needed, or unknown.
    pub status: RamStatus,
    /// The page that says so; `None` for the published metadata.
    pub page: Option<RamPage>,
    /// What is known of an unknown permission, in our own words.
    pub note: Option<String>,
    /// The actions; the first is that of the operation itself. Only a documented permission has
    /// some.
    pub actions: Vec<RamAction>,
}

/// What is known about the permissions that a caller needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RamStatus {
    /// A page or the published metadata lists the actions.
    Documented,
    /// A caller needs no permission.
    None,
    /// No source lists the actions.
    Unknown,
}

impl RamStatus {
    /// Returns the word of the specification.
    pub fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}

/// A page that documents permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RamPage {
    /// Its address.
    pub url: String,
    /// The day on which it was read.
    pub read: String,
    /// The day of the page itself, if it shows one.
    pub updated: Option<String>,
}

/// A RAM action.
#[derive(Clone, Debug, PartialEq)]
pub struct RamAction {
    /// `oos:ListInstancePackageStates`.
    pub action: String,
    /// `create`, `list`, `get`, `update` or `delete`, or what else the source says; empty if it
    /// does not say.
    pub access: String,
    /// Resources it applies to; empty for all resources.
    pub resources: Vec<RamResource>,
    /// Condition keys.
    pub conditions: Vec<String>,
    /// Further actions that the caller needs.
    pub dependents: Vec<String>,
}

/// A type of resource of an action.
#[derive(Clone, Debug, PartialEq)]
pub struct RamResource {
    /// `Template`.
    pub kind: String,
    /// Whether a resource-level permission is required (marked `*` in the documentation).
    pub required: bool,
    /// `acs:oos:{#regionId}:{#accountId}:template/{#templateNames}`.
    pub arn: String,
}

/// How many requests of an operation an account can send in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The number of requests.
    pub requests: u32,
    /// The length of the period.
    pub seconds: u32,
}

/// A documented error code.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorCode {
    /// `EntityNotExists.Execution`.
    pub code: String,
    /// HTTP status.
    pub status: Option<u16>,
    /// Meaning and fix.
    pub description: String,
}

/// An entry of the release history: all that changed on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// `2025-09-30`.
    pub date: String,
    /// The kinds of changes, at least one.
    pub kinds: Vec<ChangeKind>,
    /// Where the entry comes from; `None` if a person wrote it.
    pub source: Option<ChangeSource>,
    /// What changed.
    pub description: String,
}

impl Change {
    /// Returns whether the text is a day of the calendar, `2025-09-30`.
    pub fn is_date(text: &str) -> bool {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return false;
        }
        let number = |part: &str| {
            let digits = part.bytes().all(|b| b.is_ascii_digit());
            part.parse::<u32>().ok().filter(|_| digits)
        };
        let parts = (
            text.get(..4).and_then(number),
            text.get(5..7).and_then(number),
            text.get(8..).and_then(number),
        );
        let (Some(year), Some(month), Some(day)) = parts else {
            return false;
        };
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if is_leap => 29,
            2 => 28,
            _ => 0,
        };
        (1..=days).contains(&day)
    }
}

/// Declares an enum whose values have a name in specifications.
macro_rules! named {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $variant:ident => $text:literal,)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl $name {
            /// All values.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// Returns the name in specifications.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }
        }
    };
}

named! {
    /// The kind of a change in the release history.
    ChangeKind {
        /// The operation is new.
        OperationAdded => "operation-added",
        /// The operation is no longer offered.
        OperationRemoved => "operation-removed",
        /// The operation is deprecated.
        OperationDeprecated => "operation-deprecated",
        /// The operation is called in another way: method, path, signature.
        OperationChanged => "operation-changed",
        /// A parameter, or a field in a request, is new.
        ParameterAdded => "parameter-added",
        /// A parameter, or a field in a request, was removed.
        ParameterRemoved => "parameter-removed",
        /// A parameter, or a field in a request, has another type, limits or values.
        ParameterChanged => "parameter-changed",
        /// A field of the response is new.
        ResponseAdded => "response-added",
        /// A field of the response was removed.
        ResponseRemoved => "response-removed",
        /// A field of the response has another type or values.
        ResponseChanged => "response-changed",
        /// An error code is new.
        ErrorAdded => "error-added",
        /// An error code was removed.
        ErrorRemoved => "error-removed",
        /// Error codes changed.
        ErrorChanged => "error-changed",
        /// The permissions that a caller needs changed.
        PermissionChanged => "permission-changed",
        /// The rate limit changed.
        RateLimitChanged => "rate-limit-changed",
        /// The published documentation was revised; nothing else changed.
        Documentation => "documentation",
        /// The service changed its configuration; callers are not affected.
        Internal => "internal",
    }
}

named! {
    /// Where an entry of the release history comes from.
    ChangeSource {
        /// A comparison of two dated versions of the metadata, by `cargo xtask changes`.
        Metadata => "metadata",
        /// The list of changes in the metadata itself.
        ChangeSet => "change-set",
        /// A published page.
        Page => "page",
    }
}

/// The sources of the facts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    /// Sources, newest first.
    pub sources: Vec<String>,
    /// Where sources disagree and which one was followed, one sentence each.
    pub notes: Vec<String>,
}

/// An example call.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Parameters by wire name; a body by its name in Rust, or `body`.
    pub request: Value,
    /// The response.
    pub response: Value,
}

/// A waiter, which polls an operation until a state is reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waiter {
    /// `ExecutionFinished`.
    pub name: String,
    /// Description.
    pub description: String,
    /// Operation that is polled.
    pub operation: String,
    /// The parameters that identify the resource, in the order of the waiter's arguments.
    pub parameters: Vec<String>,
    /// Dotted path of the state in the response; `[]` enters each element.
    pub state: String,
    /// The parameters that are sent with the same value in every poll, with these values.
    pub fixed: IndexMap<String, Value>,
    /// The parameters whose values an element of the list with the states repeats, and the dotted
    /// path of each in the element.
    pub identity: IndexMap<String, String>,
    /// Dotted path in the response of the reason for a failure or for attention.
    pub message: Option<String>,
    /// States of success.
    pub success: Vec<String>,
    /// States of failure.
    pub failure: Vec<String>,
    /// States in which someone must act; the waiter reports them.
    pub attention: Vec<String>,
    /// Other states, in which the wait continues, as it does in states that are in no list.
    pub pending: Vec<String>,
    /// Error codes of the polled operation that mean success.
    pub success_errors: Vec<String>,
    /// Whether it means success that the list with the states does not have the resource.
    pub success_if_absent: bool,
}
