//! How each kind of change is judged, and the version bump that follows.

/// What a change means for callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Noise; nothing changes.
    None,
    /// Callers need not change anything.
    Compatible,
    /// The API stays the same, the request changes.
    Wire,
    /// A person must decide.
    Review,
    /// Callers compile, but the service refuses calls that it accepted.
    Behaviour,
    /// Callers no longer compile, or lose data.
    Breaking,
}

impl Verdict {
    /// Returns the name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Compatible => "compatible",
            Self::Wire => "wire",
            Self::Review => "review",
            Self::Behaviour => "behaviour",
            Self::Breaking => "breaking",
        }
    }

    /// Returns the smallest version bump for a change of this verdict.
    pub fn bump(self) -> Bump {
        match self {
            Self::None => Bump::None,
            Self::Wire => Bump::Patch,
            Self::Compatible | Self::Review | Self::Behaviour => Bump::Minor,
            Self::Breaking => Bump::Major,
        }
    }
}

/// The smallest version bump that a change allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// Nothing to release.
    None,
    /// Bug fixes and changed requests.
    Patch,
    /// Additions.
    Minor,
    /// Breaking changes; before version 1.0 the second number.
    Major,
}

impl Bump {
    /// Returns the name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $about:literal])+ $variant:ident => $name:literal, $verdict:ident, $predicate:literal;)+) => {
        /// The kind of a change. `docs/versioning.md` explains each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ChangeCode {
            $($(#[doc = $about])+ $variant,)+
        }

        impl ChangeCode {
            /// All codes, in the order of `docs/versioning.md`.
            pub const ALL: &'static [ChangeCode] = &[$(ChangeCode::$variant,)+];

            /// Returns the name in reports: `op_added`.
            pub fn name(self) -> &'static str {
                match self { $(ChangeCode::$variant => $name,)+ }
            }

            /// Returns what it means for callers.
            pub fn verdict(self) -> Verdict {
                match self { $(ChangeCode::$variant => Verdict::$verdict,)+ }
            }

            /// Returns what happened, as the predicate of a sentence about the place.
            pub fn predicate(self) -> &'static str {
                match self { $(ChangeCode::$variant => $predicate,)+ }
            }
        }
    };
}

codes! {
    /// The two sides are versions of different products.
    ProductChanged => "product_changed", Review, "is another product";
    /// The two sides are different API versions.
    ApiVersionChanged => "api_version_changed", Review, "is another API version";
    /// The style of the gateway changed, and with it how each operation is sent.
    ApiStyleChanged => "api_style_changed", Review, "has another style of API";
    /// An operation was removed.
    OpRemoved => "op_removed", Breaking, "was removed";
    /// An operation is new.
    OpAdded => "op_added", Compatible, "is new";
    /// The methods that the gateway accepts changed.
    MethodsChanged => "methods_changed", Wire, "accepts other methods";
    /// The method that an operation is sent with changed.
    SentMethodChanged => "sent_method_changed", Wire, "is sent with another method";
    /// The path of a ROA operation changed.
    PathChanged => "path_changed", Wire, "has another path";
    /// A parameter was removed.
    ParamRemoved => "param_removed", Breaking, "was removed";
    /// An optional parameter is new.
    OptionalParamAdded => "optional_param_added", Compatible, "is new";
    /// A required parameter is new.
    RequiredParamAdded => "required_param_added", Breaking, "is new and required";
    /// A parameter moved to another place.
    ParamMoved => "param_moved", Wire, "moved";
    /// A parameter is written in another style.
    ParamStyleChanged => "param_style_changed", Wire, "has another style";
    /// A required parameter or field became optional.
    BecameOptional => "became_optional", Compatible, "became optional";
    /// An optional parameter or field became required.
    BecameRequired => "became_required", Behaviour, "became required: a call without it is refused";
    /// `required` is absent on one side and false on the other.
    RequiredNoise => "required_noise", None, "is still optional";
    /// A field of a request was removed.
    RequestFieldRemoved => "request_field_removed", Breaking, "was removed";
    /// A field of a request is new.
    RequestFieldAdded => "request_field_added", Compatible, "is new";
    /// A required field of a request is new.
    RequiredRequestFieldAdded => "required_request_field_added", Review, "is new and required";
    /// A value in a request has another type.
    RequestTypeChanged => "request_type_changed", Breaking, "has another type";
    /// A field of a response was removed.
    ResponseFieldRemoved => "response_field_removed", Breaking, "was removed";
    /// A field of a response is new.
    ResponseFieldAdded => "response_field_added", Compatible, "is new";
    /// A value in a response has another type.
    ResponseTypeChanged => "response_type_changed", Breaking, "has another type";
    /// A field of a response is now always present, or no longer.
    PresenceChanged => "presence_changed", Breaking, "is now always present, or no longer";
    /// An enum has a new value.
    EnumValueAdded => "enum_value_added", Compatible, "has a new value";
    /// A value of an enum was removed.
    EnumValueRemoved => "enum_value_removed", Review, "lost a value";
    /// A value of a generated enum was removed.
    EnumVariantRemoved => "enum_variant_removed", Breaking, "lost a variant";
    /// The values of a string are now listed.
    EnumAdded => "enum_added", Review, "is now an enum";
    /// The values of a string are no longer listed.
    EnumRemoved => "enum_removed", Review, "is no longer an enum";
    /// A limit is wider, or was removed.
    LimitLoosened => "limit_loosened", Compatible, "has a wider limit";
    /// A limit is narrower, or new.
    LimitTightened => "limit_tightened", Review, "has a narrower limit";
    /// Another default is documented.
    DefaultChanged => "default_changed", Review, "has another default";
    /// Another pattern, unit, or set of values is documented.
    DocumentedChanged => "documented_changed", Compatible, "is documented differently";
    /// An error code is new.
    ErrorCodeAdded => "error_code_added", Compatible, "is new";
    /// An error code is no longer documented.
    ErrorCodeRemoved => "error_code_removed", Review, "is no longer documented";
    /// A generated error code was removed.
    ErrorConstantRemoved => "error_constant_removed", Breaking, "was removed";
    /// A shared schema is new.
    SchemaAdded => "schema_added", Compatible, "is new";
    /// A shared schema was removed, and with it a generated type.
    SchemaRemoved => "schema_removed", Breaking, "was removed";
    /// An operation, parameter or field became deprecated.
    DeprecatedSet => "deprecated_set", Compatible, "became deprecated";
    /// An operation, parameter or field is no longer deprecated.
    DeprecatedCleared => "deprecated_cleared", None, "is no longer deprecated";
    /// The arguments of a method changed.
    ArgumentsChanged => "arguments_changed", Breaking, "has other arguments";
    /// An operation has pagination now.
    PaginationAdded => "pagination_added", Compatible, "can be paged";
    /// The pagination of an operation changed, or was removed.
    PaginationChanged => "pagination_changed", Breaking, "has other pagination, or none";
    /// A value became a secret, or no longer is one.
    SensitiveChanged => "sensitive_changed", Breaking, "became a secret, or no longer is one";
    /// The class changed; it decides which calls may be retried.
    ClassChanged => "class_changed", Review, "has another class";
    /// The idempotency token changed; it decides which calls may be retried.
    IdempotencyChanged => "idempotency_changed", Wire, "has another idempotency token";
    /// A call is now signed, or no longer.
    AnonymousChanged => "anonymous_changed", Wire, "is now signed, or no longer";
    /// Other permissions are documented.
    RamChanged => "ram_changed", Review, "needs other permissions";
    /// The product code in RAM actions changed.
    RamCodeChanged => "ram_code_changed", Review, "has another product code in RAM actions";
    /// Another limit of requests is documented.
    RateLimitChanged => "rate_limit_changed", Compatible, "has another limit of requests";
    /// The response arrives before the work is done, or no longer.
    AsynchronousChanged => "asynchronous_changed", Review, "returns before the work is done, or no longer";
    /// Other operations replace a deprecated one.
    ReplacementChanged => "replacement_changed", Compatible, "is replaced by other operations";
    /// Paginators send other parameters, or compare another total.
    PagingChanged => "paging_changed", Review, "is read page by page in another way";
    /// The field that reports the success of a call changed.
    SuccessFieldChanged => "success_field_changed", Review, "reports success in another field";
    /// An operation can now be sent.
    SupportAdded => "support_added", Compatible, "can now be sent";
    /// An operation can no longer be sent.
    SupportRemoved => "support_removed", Breaking, "can no longer be sent";
    /// A waiter is new.
    WaiterAdded => "waiter_added", Compatible, "is new";
    /// A waiter was removed.
    WaiterRemoved => "waiter_removed", Breaking, "was removed";
    /// The arguments or the polled operation of a waiter changed.
    WaiterSignatureChanged => "waiter_signature_changed", Breaking, "has other arguments or polls another operation";
    /// The states that a waiter waits for changed.
    WaiterChanged => "waiter_changed", Review, "waits for other states";
    /// A person chose another name in Rust, or none.
    RustNameChanged => "rust_name_changed", Breaking, "has another name in Rust";
    /// The generated crate has another name.
    CrateRenamed => "crate_renamed", Breaking, "has another name";
    /// A region is new.
    RegionAdded => "region_added", Compatible, "is new";
    /// A region is no longer listed.
    RegionRemoved => "region_removed", Review, "is no longer listed";
    /// A region has another host.
    EndpointChanged => "endpoint_changed", Wire, "has another host";
    /// The metadata no longer has an item; an import keeps it and marks it as deprecated.
    UpstreamRemoved => "upstream_removed", Review, "is no longer in the metadata; it stays";
    /// The metadata changed a fact that the specification decides otherwise; the decision stays.
    DecisionKept => "decision_kept", Review, "stays as decided, although the metadata changed";
    /// A decision contradicts the metadata and cannot stay.
    DecisionDropped => "decision_dropped", Review, "has a decision that no longer fits";
    /// The metadata allows a decision that the specification does not have; an import does not make
    /// it.
    DecisionPossible => "decision_possible", None, "may need a decision";
    /// The metadata has a dated change that it did not have at the last import.
    ReleaseNoteAdded => "release_note_added", None, "has a new entry in its release notes";
    /// The metadata has another text; the specification keeps its own.
    TextChanged => "text_changed", None, "has another text in the metadata";
}
