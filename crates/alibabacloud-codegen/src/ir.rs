//! The intermediate representation (IR): what to emit.
//!
//! All names, types and documentation are final. It has no tokens, and nothing is decided after it.

use serde_json::Value;

/// One version of a product.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Path of the specification, for the header of each file: `api-specs/oos/2019-06-01`.
    pub source: String,
    /// Name of the operation crate: `alibabacloud-oos`.
    pub crate_name: String,
    /// Version of both crates: `0.1.0`.
    pub crate_version: String,
    /// Product code in lower case.
    pub code: String,
    /// API version.
    pub version: String,
    /// Display name of the product: one line of Markdown.
    pub title: String,
    /// Display name of the product for manifests: one line of plain text.
    pub plain_title: String,
    /// Display name and API version: one line of Markdown.
    pub title_and_version: String,
    /// Description of the product: lines of Markdown.
    pub description: Vec<String>,
    /// Link to the product's documentation.
    pub docs_url: Option<String>,
    /// Hosts by region.
    pub endpoints: Endpoints,
    /// Operations by theme, for the crate root's documentation.
    pub groups: Vec<Group>,
    /// All operations, sorted by name.
    pub operations: Vec<Operation>,
    /// Index of the operation that the crate root's documentation and the README use as example.
    pub first_call: Option<usize>,
    /// Types of the module `shared`.
    pub shared: Vec<TypeDef>,
    /// Error codes, sorted by constant.
    pub errors: Vec<ErrorCode>,
    /// Waiters, in the order of the specification.
    pub waiters: Vec<Waiter>,
    /// Rules about the values of requests: of shared schemas, then of operations, by name.
    pub rules: Vec<Rule>,
    /// Names that a rule replaces, for `cargo xtask check`.
    pub stand_ins: Vec<StandIn>,
}

/// A name in Rust that is not the name in the API in another case, because that has another use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Operation or shared schema, and field: `ListTemplates.Send`.
    pub place: String,
    /// Name in the API.
    pub wire: String,
    /// Name in Rust.
    pub name: String,
    /// Why.
    pub reason: &'static str,
}

impl std::fmt::Display for StandIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            place,
            wire,
            name,
            reason,
        } = self;
        write!(f, "{place}: `{wire}` is `{name}` in Rust: {reason}")
    }
}

impl Service {
    /// Returns the operations that a client can call. The others only have types.
    pub fn callable(&self) -> impl Iterator<Item = &Operation> + Clone {
        self.operations
            .iter()
            .filter(|operation| operation.unsupported.is_none())
    }

    /// Returns the operation that serves as example of a first call.
    pub fn first_call(&self) -> Option<&Operation> {
        self.operations.get(self.first_call?)
    }

    /// Returns the library name of the operation crate: `alibabacloud_oos`.
    pub fn lib_name(&self) -> String {
        self.crate_name.replace('-', "_")
    }

    /// Returns the name of the model crate: `alibabacloud-oos-model`.
    pub fn model_crate(&self) -> String {
        format!("{}-model", self.crate_name)
    }

    /// Returns the library name of the model crate: `alibabacloud_oos_model`.
    pub fn model_lib_name(&self) -> String {
        format!("{}_model", self.lib_name())
    }
}

/// Hosts by region.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoints {
    /// Whether each region has a host of its own; otherwise there is one central host.
    pub regional: bool,
    /// Exceptions to that rule, sorted by region.
    pub public: Vec<(String, String)>,
    /// Hosts within a VPC, sorted by region.
    pub vpc: Vec<(String, String)>,
}

/// A group of operations in the crate root's documentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Heading.
    pub name: String,
    /// Description: one sentence.
    pub description: String,
    /// Indices into [`Service::operations`].
    pub operations: Vec<usize>,
}

/// An operation, which has a module in each of the two crates.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Name in the API.
    pub name: String,
    /// Name of its module and of its method on the client: `list_instance_package_states`.
    pub module: String,
    /// Name of the request builder: `ListInstancePackageStates`.
    pub builder: String,
    /// Path of its specification, for the header of each file.
    pub source: String,
    /// Summary: one sentence.
    pub summary: String,
    /// Documentation of the method on the client.
    pub method_docs: Vec<String>,
    /// Documentation of the request builder.
    pub builder_docs: Vec<String>,
    /// Example in the documentation of the request builder.
    pub example: Vec<String>,
    /// Whether the service deprecates it.
    pub deprecated: bool,
    /// The operations that replace a deprecated one, as in the specification.
    pub replaced_by: Vec<String>,
    /// Path template of a ROA operation.
    pub roa_path: Option<String>,
    /// Variant of `http::Method`.
    pub method: &'static str,
    /// Variant of `plumbing::Access`.
    pub access: &'static str,
    /// Wire name of the idempotency token.
    pub idempotency: Option<String>,
    /// Whether it is called without a signature.
    pub anonymous: bool,
    /// Field of the response that reports whether the call succeeded.
    pub success_field: Option<String>,
    /// The text of that field for a success; `None` if it is a boolean.
    pub success_value: Option<String>,
    /// Why a client cannot call it. Such an operation only has types.
    pub unsupported: Option<String>,
    /// Parameters, one per field of the input.
    pub params: Vec<Param>,
    /// Input.
    pub input: Struct,
    /// Indices of the input's fields that are arguments of the method on the client.
    pub arguments: Vec<usize>,
    /// Output.
    pub output: Output,
    /// Types that only this operation uses, in order of first use.
    pub types: Vec<TypeDef>,
    /// Pagination.
    pub pagination: Option<Pagination>,
    /// Permissions that the caller needs.
    pub ram: Ram,
}

/// Where a parameter is written in the request, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Name in the API.
    pub name: String,
    /// Constructor of `plumbing::Param`: `query`, `form`, `path`, `header` or `body`.
    pub place: &'static str,
    /// Style method of `plumbing::Param`: `json`, `simple` or `raw`.
    pub style: Option<&'static str>,
    /// Whether it must be set, which is checked before the request is sent.
    pub required: bool,
    /// Whether to send `{}` when it is not set.
    pub object: bool,
}

/// The output of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Name in the model crate: `ListInstancePackageStatesOutput`.
    pub name: String,
    /// How the response body is read.
    pub body: ResponseBody,
    /// What the name refers to.
    pub shape: OutputShape,
}

/// Variant of `plumbing::ResponseBody`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseBody {
    /// JSON.
    Json,
    /// Text or bytes.
    Raw,
    /// Server-sent events.
    Events,
}

/// What the name of an output refers to.
#[derive(Clone, Debug, PartialEq)]
pub enum OutputShape {
    /// A struct.
    Struct(Struct),
    /// A type alias, for roots that are shared or not an object.
    Alias {
        /// Aliased type.
        ty: Type,
        /// Documentation.
        docs: Vec<String>,
    },
}

/// A generated type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeDef {
    /// A struct.
    Struct(Struct),
    /// An open enum.
    Enum(Enum),
}

/// A struct with its field table.
#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    /// Name.
    pub name: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// Fields in the order of the specification.
    pub fields: Vec<Field>,
    /// Whether it has setters, because callers build it.
    pub setters: bool,
    /// Indices of its key and its value, if it has nothing else and callers can write it as a
    /// tuple.
    pub pair: Option<(usize, usize)>,
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Name in Rust, without `r#`.
    pub name: String,
    /// Name of its setter, without `r#`.
    pub setter: String,
    /// Name in the API.
    pub wire: String,
    /// Documentation of the setter, or of the field if there is no setter.
    pub docs: Vec<String>,
    /// Documentation of the field if a setter has the complete one: one sentence.
    pub summary: Option<String>,
    /// Type, without the `Option`.
    pub ty: Type,
    /// Whether the field has the type `Option<ty>`.
    pub optional: bool,
    /// Whether the service deprecates it.
    pub deprecated: bool,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// `String`.
    String,
    /// `JsonText`.
    JsonText,
    /// `DateTime`.
    DateTime,
    /// `Blob`.
    Blob,
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `f64`.
    F64,
    /// `bool`.
    Bool,
    /// `Value`.
    Any,
    /// A generated open enum.
    Enum(TypeName),
    /// A generated struct.
    Struct(TypeName),
    /// A generated struct that contains itself.
    Boxed(TypeName),
    /// `Vec`.
    List(Box<Type>),
    /// `BTreeMap<String, _>`.
    Map(Box<Type>),
    /// `Sensitive`.
    Sensitive(Box<Type>),
}

impl Type {
    /// Returns whether it is a list, or a list that is a secret.
    pub fn is_list(&self) -> bool {
        match self {
            Self::Sensitive(inner) => inner.is_list(),
            other => matches!(other, Self::List(_)),
        }
    }
}

/// The name and the module of a generated type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeName {
    /// Whether it is in the module `shared`, and not in the module of the operation.
    pub shared: bool,
    /// Name.
    pub name: String,
    /// Whether it is a struct that a tuple can be converted to.
    pub pair: bool,
}

/// An open enum.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// Name.
    pub name: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// Known values.
    pub variants: Vec<Variant>,
    /// Indices of true and false, if it has no other values, so that callers can write a `bool`.
    pub boolean: Option<(usize, usize)>,
}

/// A known value of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Name in Rust.
    pub name: String,
    /// Value in the API.
    pub value: String,
    /// Documentation.
    pub docs: Vec<String>,
}

/// How an operation returns its items page by page.
#[derive(Clone, Debug, PartialEq)]
pub struct Pagination {
    /// What identifies a page.
    pub cursor: CursorKind,
    /// Index of the input's field that takes the page token or page number.
    pub input: usize,
    /// Index of the input's field with the page size.
    pub limit: Option<usize>,
    /// Path and type of the total number of items in the output.
    pub total: Option<(Vec<PathStep>, Type)>,
    /// Path of the array of items in the output.
    pub items: Vec<PathStep>,
    /// Type of an item.
    pub item: Type,
    /// Indices of the input's fields that the paginator sends, with their values, unless they are
    /// set.
    pub first: Vec<(usize, String)>,
    /// Indices of the input's fields that page by number, the other way.
    pub numbered: Vec<usize>,
}

/// What identifies a page.
#[derive(Clone, Debug, PartialEq)]
pub enum CursorKind {
    /// A token that the previous page contains.
    Token {
        /// Path of the token in the output.
        output: Vec<PathStep>,
        /// Type of the token in the output.
        ty: Type,
    },
    /// A page number, which starts at 1.
    Number {
        /// Path and type of the page number in the output.
        number: Option<(Vec<PathStep>, Type)>,
    },
}

/// A step of a path into an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathStep {
    /// Name of the field.
    pub field: String,
    /// Whether the field is an `Option`.
    pub optional: bool,
}

/// The permissions that an operation requires.
#[derive(Clone, Debug, PartialEq)]
pub struct Ram {
    /// What is known: the variant of `PermissionStatus`.
    pub status: &'static str,
    /// Actions, the operation's own first. Empty if no permission is needed; the usual one if it is
    /// unknown.
    pub actions: Vec<RamAction>,
}

/// A RAM action.
#[derive(Clone, Debug, PartialEq)]
pub struct RamAction {
    /// Name: `oos:ListInstancePackageStates`.
    pub action: String,
    /// Access level: `list`.
    pub access: String,
    /// Resource types: kind, whether it is mandatory, and ARN pattern.
    pub resources: Vec<(String, bool, String)>,
    /// Condition keys.
    pub conditions: Vec<String>,
    /// Further actions that the caller needs.
    pub dependents: Vec<String>,
}

/// A waiter, which polls an operation until a resource reaches a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiter {
    /// Name: `ExecutionFinished`.
    pub name: String,
    /// Name of the method on the client: `wait_until_execution_finished`.
    pub method: String,
    /// Name of the static with its definition.
    pub constant: String,
    /// Documentation of the method.
    pub docs: Vec<String>,
    /// Index of the operation that is polled.
    pub operation: usize,
    /// Indices of the input's fields that are arguments of the method.
    pub parameters: Vec<usize>,
    /// Index of the input's field that names several resources; an argument of the method.
    pub ids: Option<usize>,
    /// Indices of the input's fields that have the same value in every poll, and these values.
    pub fixed: Vec<(usize, Value)>,
    /// Path of the state in the response, by names in the API.
    pub state: String,
    /// Names in the API of parameters that identify the resource in the list with the states, and
    /// the path of each in an element.
    pub identity: Vec<(String, String)>,
    /// Path of the text that explains the state.
    pub message: Option<String>,
    /// Whether the states are in a list, all pages of which count.
    pub paged: bool,
    /// States that end the wait with success.
    pub success: Vec<String>,
    /// States that end the wait with an error.
    pub failure: Vec<String>,
    /// States that require a manual action.
    pub attention: Vec<String>,
    /// Error codes that end the wait with success.
    pub success_errors: Vec<String>,
    /// Whether the wait ends with success when the list does not have the resource.
    pub success_if_absent: bool,
}

/// The rules about a value in a request, for the feature `checks`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// What has the value.
    pub subject: RuleSubject,
    /// Whether it must be set.
    pub required: bool,
    /// The rule about the value itself.
    pub value: Option<ValueRule>,
    /// The rules about what it contains.
    pub inner: Vec<Rule>,
}

/// What a rule is about, with its name in the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleSubject {
    /// All parameters of an operation.
    Operation(String),
    /// A shared schema.
    Schema(String),
    /// A parameter or a field.
    Field(String),
    /// The elements of an array.
    Elements,
    /// The values of a map.
    Entries,
}

impl RuleSubject {
    /// Returns the name in the API; the empty text if there is none.
    pub fn name(&self) -> &str {
        match self {
            Self::Operation(name) | Self::Schema(name) | Self::Field(name) => name,
            Self::Elements | Self::Entries => "",
        }
    }
}

/// A rule about a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueRule {
    /// A minimum and a maximum: of an integer, of the characters of a text, or of the items of an
    /// array.
    Limits {
        /// The minimum.
        least: Option<i128>,
        /// The maximum.
        most: Option<i128>,
    },
    /// The known values of an enum.
    OneOf(Vec<String>),
    /// A text is valid JSON, or empty.
    Json,
    /// The rules of the shared schema with this name.
    Shared(String),
}

/// A documented error code.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorCode {
    /// Name of the constant.
    pub constant: String,
    /// Whether any operation can return it.
    pub shared: bool,
    /// Name of the method that returns whether an error has the code.
    pub predicate: String,
    /// Code in the API.
    pub code: String,
    /// Documentation.
    pub docs: Vec<String>,
}
