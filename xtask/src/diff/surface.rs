//! What a caller sees of a service, in one form for metadata and specifications.

use indexmap::IndexMap;

/// The parts of a service whose changes matter.
#[derive(Debug, Default)]
pub(super) struct Surface {
    /// Whether it is a specification: then generated types are known, and a person decided which
    /// fields of responses are always present.
    pub(super) is_spec: bool,
    /// The product code in lower case.
    pub(super) product: String,
    /// The API version.
    pub(super) version: String,
    /// The style of the gateway in upper case: `RPC`, `ROA`, ...
    pub(super) style: String,
    /// The product code in RAM actions, if it differs.
    pub(super) ram_code: Option<String>,
    /// Error codes that every operation can return.
    pub(super) errors: Vec<String>,
    /// The name of the generated crate; specifications only.
    pub(super) crate_name: Option<String>,
    /// Operations by name, in the order of the document.
    pub(super) operations: IndexMap<String, OperationSurface>,
    /// Shared schemas by name.
    pub(super) components: IndexMap<String, Node>,
    /// Hosts by region; those of a specification also under [`OTHER_REGIONS`].
    pub(super) endpoints: IndexMap<String, Hosts>,
    /// Waiters by name; specifications only.
    pub(super) waiters: IndexMap<String, WaiterSurface>,
}

impl Surface {
    /// Returns whether the product or an operation documents an error code, with any status.
    pub(super) fn has_error_code(&self, code: &str) -> bool {
        let own = self.operations.values().flat_map(|op| &op.errors);
        let mut all = self.errors.iter().chain(own);
        all.any(|error| error.rsplit(' ').next() == Some(code))
    }
}

/// Represents the regions that are not listed, whose host follows the rule.
pub(super) const OTHER_REGIONS: &str = "*";

/// The hosts of a region.
#[derive(Debug)]
pub(super) struct Hosts {
    pub(super) public: String,
    /// Specifications only.
    pub(super) vpc: Option<String>,
}

/// One waiter, as text.
#[derive(Debug)]
pub(super) struct WaiterSurface {
    /// The signature of its method: the arguments and the polled operation.
    pub(super) signature: String,
    /// The states that it waits for.
    pub(super) states: String,
}

/// One operation.
#[derive(Debug, Default)]
pub(super) struct OperationSurface {
    /// Methods in lower case, in the order of the document.
    pub(super) methods: Vec<String>,
    /// The path of a ROA operation.
    pub(super) path: Option<String>,
    pub(super) deprecated: Option<bool>,
    /// Parameters by name.
    pub(super) parameters: IndexMap<String, ParameterSurface>,
    /// Schemas of successful responses by status code.
    pub(super) responses: IndexMap<String, Node>,
    /// Error codes, with the status if it is known: `404 EntityNotExists`.
    pub(super) errors: Vec<String>,
    /// Decisions of a specification: `x-acs-*` keys by name, each as text.
    pub(super) decisions: IndexMap<&'static str, String>,
}

/// One parameter.
#[derive(Debug)]
pub(super) struct ParameterSurface {
    pub(super) place: String,
    pub(super) style: Option<String>,
    pub(super) node: Node,
}

/// One schema; a field is `None` if the document does not set it.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The name in Rust: of a parameter or field that of the generator, of a shared schema that
    /// which a person chose; specifications only.
    pub(super) rust_name: Option<String>,
    /// The names in Rust of the values of its enum, by value; specifications only.
    pub(super) value_names: IndexMap<String, String>,
    /// `string`, `object`, ...; `None` for a reference.
    pub(super) type_name: Option<String>,
    /// `int32`, the format that a specification declares for a string (`json text`, `enum`, ...),
    /// [`EVENTS`] for a response.
    pub(super) format: Option<String>,
    /// The name of the shared schema.
    pub(super) reference: Option<String>,
    pub(super) required: Option<bool>,
    pub(super) deprecated: Option<bool>,
    pub(super) sensitive: bool,
    pub(super) values: Option<Vec<String>>,
    pub(super) default: Option<String>,
    /// Pattern, unit and values of a number, as one text.
    pub(super) documented: Option<String>,
    /// `minimum`, `maxItems`, ... as written.
    pub(super) limits: IndexMap<&'static str, String>,
    pub(super) fields: IndexMap<String, Node>,
    pub(super) items: Option<Box<Node>>,
    /// The values of a map.
    pub(super) entries: Option<Box<Node>>,
}

/// The format of a response that arrives event by event.
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
