//! What to emit: every name settled, every type chosen, every document written. No tokens here, and no decision after this.

/// Everything of one product version.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Where the specification lies, for the header of each file: `api-specs/oos/2019-06-01`.
    pub source: String,
    /// `alibabacloud-oos`; the model crate is this and `-model`.
    pub crate_name: String,
    /// Product code, lower case.
    pub code: String,
    /// API version.
    pub version: String,
    /// Name of the product for people.
    pub title: String,
    /// What the product is: lines of Markdown.
    pub description: Vec<String>,
    /// Where its documentation is.
    pub docs_url: Option<String>,
    /// How a region becomes a host.
    pub endpoints: Endpoints,
    /// Operations by theme, for the crate page.
    pub groups: Vec<Group>,
    /// All operations, sorted by name.
    pub operations: Vec<Operation>,
    /// Index of the operation that the crate page and the README show.
    pub shown: Option<usize>,
    /// Types of the `shared` module.
    pub shared: Vec<TypeDef>,
    /// Error codes, sorted by constant.
    pub errors: Vec<ErrorCode>,
    /// Waiters, in the order of the specification.
    pub waiters: Vec<Waiter>,
}

impl Service {
    /// The operations that a client can send; the others have types only.
    pub fn callable(&self) -> impl Iterator<Item = &Operation> + Clone {
        self.operations
            .iter()
            .filter(|operation| operation.unsupported.is_none())
    }

    /// The name of the operation crate as Rust sees it: `alibabacloud_oos`.
    pub fn lib_name(&self) -> String {
        self.crate_name.replace('-', "_")
    }

    /// The name of the model crate.
    pub fn model_crate(&self) -> String {
        format!("{}-model", self.crate_name)
    }

    /// The name of the model crate as Rust sees it.
    pub fn model_lib_name(&self) -> String {
        format!("{}_model", self.lib_name())
    }
}

/// How a region becomes a host.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoints {
    /// `true`: one host per region; `false`: a central one.
    pub regional: bool,
    /// Exceptions, sorted by region.
    pub public: Vec<(String, String)>,
    /// Exceptions inside a VPC, sorted by region.
    pub vpc: Vec<(String, String)>,
}

/// A theme of the crate page.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its heading.
    pub name: String,
    /// One sentence.
    pub description: String,
    /// Indices into [`Service::operations`].
    pub operations: Vec<usize>,
}

/// One operation: a module in each of the two crates.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// As on the wire.
    pub name: String,
    /// Its module, and its method of the client: `list_instance_package_states`.
    pub module: String,
    /// Type of the request builder: `ListInstancePackageStates`.
    pub builder: String,
    /// Its specification, for the header of each file.
    pub source: String,
    /// First sentence of the documentation.
    pub summary: String,
    /// Documentation of the client's method.
    pub method_docs: Vec<String>,
    /// Documentation of the request builder.
    pub builder_docs: Vec<String>,
    /// The program that stands in the builder's documentation.
    pub example: Vec<String>,
    /// What the service says about using it no more.
    pub deprecated: bool,
    /// ROA: the path template.
    pub roa_path: Option<String>,
    /// Variant of `http::Method`.
    pub method: &'static str,
    /// Variant of `plumbing::Access`.
    pub class: &'static str,
    /// Wire name of the idempotency token.
    pub idempotency: Option<String>,
    /// Sent without a signature.
    pub anonymous: bool,
    /// Boolean of the answer that tells a failure.
    pub success_field: Option<String>,
    /// Why no client can send it. Then there are types only.
    pub unsupported: Option<String>,
    /// Parameters, one for each field of the input.
    pub params: Vec<Param>,
    /// The input.
    pub input: Struct,
    /// Indices of the input's fields that are arguments of the client's method.
    pub arguments: Vec<usize>,
    /// What comes back.
    pub output: Output,
    /// Types that only this operation uses, in order of appearance.
    pub types: Vec<TypeDef>,
    /// How it is paged.
    pub pagination: Option<Pagination>,
    /// What a caller must be allowed to do.
    pub ram: Ram,
}

/// How one parameter travels.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// As on the wire.
    pub name: String,
    /// Constructor of `plumbing::Param`: `query`, `form`, `path`, `header` or `body`.
    pub place: &'static str,
    /// Style method of `plumbing::Param`: `json`, `simple` or `raw`.
    pub style: Option<&'static str>,
    /// Checked before anything is sent.
    pub required: bool,
    /// Whether `{}` is sent when it is not set.
    pub object: bool,
}

/// What comes back.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Its name in the model crate: `ListInstancePackageStatesOutput`.
    pub name: String,
    /// How it is read.
    pub answer: Answer,
    /// What the name stands for.
    pub shape: OutputShape,
}

/// Variant of `plumbing::ResponseBody`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// JSON.
    Json,
    /// Text or bytes.
    Raw,
    /// Server-sent events.
    Events,
}

/// What the name of an output stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum OutputShape {
    /// A struct of its own.
    Struct(Struct),
    /// Another name of a type, for roots that are no object or are shared.
    Alias {
        /// The type.
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
    /// Its name.
    pub name: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// Fields in the order of the specification.
    pub fields: Vec<Field>,
    /// Whether callers build it, and so it has setters.
    pub setters: bool,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// In Rust, without `r#`.
    pub name: String,
    /// Its setter, without `r#`.
    pub setter: String,
    /// On the wire.
    pub wire: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// The type, without the option.
    pub ty: Type,
    /// Whether the field is `Option<ty>`.
    pub optional: bool,
    /// Whether the specification says not to use it any more.
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

/// The name of a generated type, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeName {
    /// In the module `shared`, and not in the operation's own.
    pub shared: bool,
    /// The name.
    pub name: String,
}

/// An open enum.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// Its name.
    pub name: String,
    /// Documentation.
    pub docs: Vec<String>,
    /// Known values.
    pub variants: Vec<Variant>,
}

/// A known value.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// In Rust.
    pub name: String,
    /// On the wire.
    pub value: String,
    /// Documentation.
    pub docs: Vec<String>,
}

/// How an operation is paged.
#[derive(Clone, Debug, PartialEq)]
pub struct Pagination {
    /// What moves from page to page.
    pub cursor: CursorKind,
    /// Field of the input that takes the cursor.
    pub input: usize,
    /// Field of the input with the page size.
    pub limit: Option<usize>,
    /// The array in the output.
    pub items: Vec<Step>,
    /// Type of an element.
    pub item: Type,
}

/// What moves from page to page.
#[derive(Clone, Debug, PartialEq)]
pub enum CursorKind {
    /// A token of the answer.
    Token {
        /// Where it is in the answer.
        output: Vec<Step>,
        /// Its type there.
        ty: Type,
    },
    /// A number, counted from 1.
    Number {
        /// Where the number of all items is in the answer, and its type there.
        total: Option<(Vec<Step>, Type)>,
    },
}

/// One step of a path into an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The field.
    pub field: String,
    /// Whether it is an option.
    pub optional: bool,
}

/// What a caller must be allowed to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Ram {
    /// It follows from the naming rule and is not documented.
    pub derived: bool,
    /// The actions; the first is the operation's own. None when the operation is called without credentials.
    pub actions: Vec<RamAction>,
}

/// One RAM action.
#[derive(Clone, Debug, PartialEq)]
pub struct RamAction {
    /// `oos:ListInstancePackageStates`.
    pub action: String,
    /// `list`.
    pub access: String,
    /// Resource types: kind, mandatory, ARN pattern.
    pub resources: Vec<(String, bool, String)>,
    /// Condition keys.
    pub conditions: Vec<String>,
    /// Further actions.
    pub dependents: Vec<String>,
}

/// Waits until something reaches a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiter {
    /// `ExecutionFinished`.
    pub name: String,
    /// The client's method: `wait_until_execution_finished`.
    pub method: String,
    /// Name of its static.
    pub constant: String,
    /// Documentation of the method.
    pub docs: Vec<String>,
    /// The operation that is polled.
    pub operation: usize,
    /// The fields of its input that are arguments of the method.
    pub parameters: Vec<usize>,
    /// Path of the state in the answer, by wire names.
    pub state: String,
    /// Path of the text that says why.
    pub message: Option<String>,
    /// Whether the answer is a list of which all pages count.
    pub paged: bool,
    /// States that end it well.
    pub success: Vec<String>,
    /// States that end it badly.
    pub failure: Vec<String>,
    /// States in which somebody must act.
    pub attention: Vec<String>,
    /// Error codes that end it well.
    pub success_errors: Vec<String>,
}

/// A documented error code.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorCode {
    /// Name of the constant.
    pub constant: String,
    /// Whether any operation can answer with it.
    pub shared: bool,
    /// Name of the method that tells whether an error has the code.
    pub predicate: String,
    /// The code.
    pub code: String,
    /// Documentation.
    pub docs: Vec<String>,
}
