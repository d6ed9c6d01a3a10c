//! What a caller sees of a service, in one form for metadata and specifications alike.

use indexmap::IndexMap;

/// A service as far as changes of it matter.
#[derive(Debug, Default)]
pub(super) struct Surface {
    /// Whether it is a specification: generated types are known, and what is always there in an answer is a person's word.
    pub(super) is_spec: bool,
    /// Name of the generated crate. A specification only.
    pub(super) crate_name: Option<String>,
    /// Operations by name, in the order of the document.
    pub(super) operations: IndexMap<String, OperationSurface>,
    /// Shared schemas by name.
    pub(super) components: IndexMap<String, Node>,
    /// Hosts by region; those of a specification also under [`OTHER_REGIONS`].
    pub(super) endpoints: IndexMap<String, Hosts>,
    /// Waiters by name. A specification only.
    pub(super) waiters: IndexMap<String, WaiterSurface>,
}

/// Stands for the regions that are not listed, which the rule gives a host.
pub(super) const OTHER_REGIONS: &str = "*";

/// Where a region is served.
#[derive(Debug)]
pub(super) struct Hosts {
    pub(super) public: String,
    /// A specification only.
    pub(super) vpc: Option<String>,
}

/// One waiter, written out.
#[derive(Debug)]
pub(super) struct WaiterSurface {
    /// What its method takes and gives: the arguments and the polled operation.
    pub(super) signature: String,
    /// What it waits for.
    pub(super) states: String,
}

/// One operation.
#[derive(Debug, Default)]
pub(super) struct OperationSurface {
    /// Lower case, in the order of the document.
    pub(super) methods: Vec<String>,
    /// The path of a ROA operation.
    pub(super) path: Option<String>,
    pub(super) deprecated: Option<bool>,
    /// Parameters by name.
    pub(super) parameters: IndexMap<String, ParameterSurface>,
    /// Schemas of successful answers by status code.
    pub(super) responses: IndexMap<String, Node>,
    /// What only a specification says: `x-acs-*` keys by name, each written out.
    pub(super) decisions: IndexMap<&'static str, String>,
}

/// One parameter.
#[derive(Debug)]
pub(super) struct ParameterSurface {
    pub(super) place: String,
    pub(super) style: Option<String>,
    pub(super) node: Node,
}

/// One schema. What is absent is what the document does not say.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// `string`, `object`, ...; absent for a reference.
    pub(super) type_name: Option<String>,
    /// `int32`, what a specification knows of a text (`json text`, `enum`, ...), [`EVENTS`] for an answer.
    pub(super) format: Option<String>,
    /// Name of the shared schema.
    pub(super) reference: Option<String>,
    pub(super) required: Option<bool>,
    pub(super) deprecated: Option<bool>,
    pub(super) sensitive: bool,
    pub(super) values: Option<Vec<String>>,
    /// `minimum`, `maxItems`, ... as they are written.
    pub(super) limits: IndexMap<&'static str, String>,
    pub(super) fields: IndexMap<String, Node>,
    pub(super) items: Option<Box<Node>>,
    /// Values of a map.
    pub(super) entries: Option<Box<Node>>,
}

/// The format of an answer that comes piece by piece.
pub(super) const EVENTS: &str = "server-sent events";

/// The limits that are compared. A larger lower bound or a smaller upper bound is tighter.
pub(super) const LIMITS: &[&str] = &[
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
];
