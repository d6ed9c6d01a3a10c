//! A checked specification: plain data, every reference known to resolve.
//!
//! `docs/spec-format.md` says how each part looks in YAML.

use indexmap::IndexMap;
use serde_json::Value;

/// One version of one product.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Product code as in endpoints and RAM actions, lower case (`x-acs-product.code`).
    pub code: String,
    /// API version (`info.version`).
    pub version: String,
    /// Name of the generated operation crate (`x-acs-product.crate`); the model crate is this and `-model`.
    pub crate_name: String,
    /// RPC or ROA (`x-acs-product.style`).
    pub style: Style,
    /// Name of the product for people (`info.title`).
    pub title: String,
    /// What the product is (`info.description`).
    pub description: String,
    /// Where its documentation is (`externalDocs.url`).
    pub docs_url: Option<String>,
    /// How a region becomes a host (`servers`, `x-acs-endpoints`).
    pub endpoints: Endpoints,
    /// Operation groups for the crate page (`tags`), in order.
    pub tags: Vec<Tag>,
    /// All operations, sorted by name.
    pub operations: Vec<Operation>,
    /// Shared parameters by name (`components.parameters`); operations hold copies.
    pub parameters: IndexMap<String, Parameter>,
    /// Shared schemas by name (`components.schemas`).
    pub schemas: IndexMap<String, Schema>,
    /// Waiters of the product (`x-acs-waiters`).
    pub waiters: Vec<Waiter>,
    /// Error codes of the whole product (`x-acs-errors`).
    pub errors: Vec<ErrorCode>,
}

/// The two gateway styles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The operation is a name.
    Rpc,
    /// The operation is a method and a path.
    Roa,
}

/// How a region becomes a host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoints {
    /// Whether the rule for unlisted regions is `<code>.<region>.aliyuncs.com` (else the central `<code>.aliyuncs.com`).
    pub regional: bool,
    /// Regions known to be served.
    pub regions: Vec<String>,
    /// Public hosts that do not follow the rule, by region.
    pub public: IndexMap<String, String>,
    /// VPC hosts that do not follow the rule, by region.
    pub vpc: IndexMap<String, String>,
}

impl Endpoints {
    /// The public host of the product `code` in a region: the table's, else the rule's.
    pub fn public_host(&self, code: &str, region: &str) -> String {
        self.host(&self.public, code, region)
    }

    /// The host inside a VPC of the product `code` in a region: the table's, else the rule's.
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

/// A theme that groups operations.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    /// Short name.
    pub name: String,
    /// One sentence.
    pub description: String,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// `operationId`.
    pub name: String,
    /// First sentence of the documentation.
    pub summary: String,
    /// The rest: when to use it, what to look out for. Markdown.
    pub description: String,
    /// Theme (`tags[0]`).
    pub tag: Option<String>,
    /// Public API page (`externalDocs.url`).
    pub docs_url: Option<String>,
    /// `deprecated`.
    pub deprecated: bool,
    /// The method it is sent with: the key in the path item, upper case.
    pub method: String,
    /// Methods the gateway takes, upper case (`x-acs-methods`; default: only `method`).
    pub methods: Vec<String>,
    /// `/`, or the path template of a ROA operation.
    pub path: String,
    /// `x-acs-class`.
    pub class: Class,
    /// `x-acs-arguments`: required parameters that are arguments of the method.
    pub arguments: Vec<String>,
    /// Parameters of every place, body and form fields included, in order.
    pub parameters: Vec<Parameter>,
    /// The successful answer.
    pub response: Response,
    /// `x-acs-pagination`.
    pub pagination: Option<Pagination>,
    /// `x-acs-idempotency`: the parameter that holds the idempotency token.
    pub idempotency: Option<String>,
    /// `x-acs-anonymous`: sent without a signature.
    pub anonymous: bool,
    /// `x-acs-success-field`: boolean field of a 2xx answer that says whether the call succeeded.
    pub success_field: Option<String>,
    /// `x-acs-unsupported`: why a client cannot send it. Its types are generated, the operation is not.
    pub unsupported: Option<String>,
    /// `x-acs-ram`.
    pub ram: Option<Ram>,
    /// `x-acs-errors`.
    pub errors: Vec<ErrorCode>,
    /// `x-acs-changes`: release history, newest first.
    pub changes: Vec<Change>,
    /// `x-acs-provenance`.
    pub provenance: Option<Provenance>,
    /// Request and answer examples (`x-acs-example`).
    pub example: Option<Example>,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Reads one thing.
    Get,
    /// Reads many things.
    List,
    /// Makes a thing.
    Create,
    /// Changes a thing.
    Update,
    /// Removes a thing.
    Delete,
    /// Starts, stops or triggers something.
    Action,
}

impl Class {
    /// Whether the operation only reads, and so may be repeated freely.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Get | Self::List)
    }
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
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

/// How a parameter that is no scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamStyle {
    /// A scalar as it is.
    Plain,
    /// `Name.1`, `Name.1.Field` (`x-acs-array-style: repeatList`).
    RepeatList,
    /// The same on the wire; upstream tells the two apart (`x-acs-array-style: flat`).
    Flat,
    /// Comma separated (`x-acs-array-style: simple`).
    Simple,
    /// One value that holds JSON (`content: application/json`).
    Json,
    /// As it is: a body of `application/octet-stream` or `text/plain`, or a path parameter with slashes (`x-acs-raw`).
    Raw,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name on the wire.
    pub name: String,
    /// Where it travels.
    pub place: Place,
    /// How it is written.
    pub style: ParamStyle,
    /// Whether the service demands it.
    pub required: bool,
    /// Type, description, limits, example.
    pub schema: Schema,
}

/// A successful answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    /// JSON of this schema; an object, a reference to one, or an array.
    Json(Schema),
    /// Nothing to read.
    Empty,
    /// Text as it is.
    Text,
    /// Bytes as they are.
    Binary,
    /// Server-sent events, each holding JSON of this schema.
    Events(Schema),
}

/// A type with its documentation and limits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// What it is.
    pub kind: Kind,
    /// What it means. Markdown.
    pub description: String,
    /// `deprecated`.
    pub deprecated: bool,
    /// `x-acs-sensitive`: never shown.
    pub sensitive: bool,
    /// `example`.
    pub example: Option<Value>,
    /// `default`: what the service assumes.
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
}

/// What a value is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Kind {
    /// No `type`: any JSON.
    #[default]
    Any,
    /// `type: string`.
    String,
    /// `type: string, contentMediaType: application/json`: text that holds JSON.
    JsonText,
    /// `type: string, format: acs-date-time`: a timestamp in any of the services' forms.
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
    /// As on the wire.
    pub value: String,
    /// What it means (`x-acs-enum-descriptions`).
    pub description: String,
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Its type.
    pub schema: Schema,
    /// Listed in `required`: in a request the service demands it; in an answer a person has marked it as always present.
    pub required: bool,
}

/// How an operation is paged.
#[derive(Clone, Debug, PartialEq)]
pub enum Pagination {
    /// A token of the last answer goes into the next request (`kind: token`).
    Token {
        /// Request parameter.
        input: String,
        /// Dotted path in the answer.
        output: String,
        /// Request parameter with the page size.
        limit: Option<String>,
        /// Dotted path of the array in the answer.
        items: String,
    },
    /// Pages are counted from 1 (`kind: page-number`).
    PageNumber {
        /// Request parameter with the page number.
        page: String,
        /// Request parameter with the page size.
        limit: Option<String>,
        /// Dotted path of the total number of items in the answer.
        total: Option<String>,
        /// Dotted path of the array in the answer.
        items: String,
    },
}

/// What a caller must be allowed to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Ram {
    /// `documented` when a page says so, `derived` when it follows from the rule `<code>:<Operation>`.
    pub derived: bool,
    /// The actions; the first is the operation's own.
    pub actions: Vec<RamAction>,
}

/// One RAM action.
#[derive(Clone, Debug, PartialEq)]
pub struct RamAction {
    /// `oos:ListInstancePackageStates`.
    pub action: String,
    /// `create`, `list`, `get`, `update` or `delete`.
    pub access: String,
    /// Resources it applies to; empty for all resources.
    pub resources: Vec<RamResource>,
    /// Condition keys.
    pub conditions: Vec<String>,
    /// Further actions the caller needs.
    pub dependents: Vec<String>,
}

/// A resource type of an action.
#[derive(Clone, Debug, PartialEq)]
pub struct RamResource {
    /// `Template`.
    pub kind: String,
    /// Whether resource-level permission is mandatory (marked `*` on the page).
    pub required: bool,
    /// `acs:oos:{#regionId}:{#accountId}:template/{#templateNames}`.
    pub arn: String,
}

/// A documented error code.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorCode {
    /// `EntityNotExists.Execution`.
    pub code: String,
    /// HTTP status.
    pub status: Option<u16>,
    /// What it means and what to do.
    pub description: String,
}

/// An entry of the release history.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// `2025-09-30`.
    pub date: String,
    /// What changed.
    pub description: String,
}

/// Where facts come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    /// Sources, newest first.
    pub sources: Vec<String>,
    /// Where sources disagree and what was taken, sentence by sentence.
    pub notes: Vec<String>,
}

/// An example call.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Parameters by wire name.
    pub request: Value,
    /// The answer.
    pub response: Value,
}

/// Waits until something reaches a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiter {
    /// `ExecutionFinished`.
    pub name: String,
    /// What it waits for.
    pub description: String,
    /// Operation that is polled.
    pub operation: String,
    /// Its parameters that say what is waited for, in the order of the waiter's arguments.
    pub parameters: Vec<String>,
    /// Dotted path of the state in the answer; `[]` walks into every element.
    pub state: String,
    /// Dotted path of the text in the answer that says why it ended badly or needs somebody.
    pub message: Option<String>,
    /// States that end it well.
    pub success: Vec<String>,
    /// States that end it badly.
    pub failure: Vec<String>,
    /// States that need somebody to act; the waiter reports them.
    pub attention: Vec<String>,
    /// Error codes of the polled operation that end it well.
    pub success_errors: Vec<String>,
}
