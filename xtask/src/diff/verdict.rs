//! How each kind of change is judged, and the version bump that follows.

/// What a change means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Noise; nothing changes for anyone.
    None,
    /// Callers need to do nothing.
    Compatible,
    /// The same API for callers, another request.
    Wire,
    /// A person should look.
    Review,
    /// Callers stop compiling, or lose data.
    Breaking,
}

impl Verdict {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Compatible => "compatible",
            Self::Wire => "wire",
            Self::Review => "review",
            Self::Breaking => "breaking",
        }
    }

    /// Returns the least version bump for a change of this verdict.
    pub fn bump(self) -> Bump {
        match self {
            Self::None => Bump::None,
            Self::Wire => Bump::Patch,
            Self::Compatible | Self::Review => Bump::Minor,
            Self::Breaking => Bump::Major,
        }
    }
}

/// The least version bump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// Nothing to release.
    None,
    /// Bug fixes and requests that are written otherwise.
    Patch,
    /// Additions.
    Minor,
    /// Breaking changes; before 1.0 that is the second number.
    Major,
}

impl Bump {
    /// The word in reports.
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
    ($($(#[doc = $about:literal])+ $variant:ident => $name:literal, $verdict:ident, $said:literal;)+) => {
        /// What kind of change it is. `docs/versioning.md` explains each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ChangeCode {
            $($(#[doc = $about])+ $variant,)+
        }

        impl ChangeCode {
            /// All codes, in the order of `docs/versioning.md`.
            pub const ALL: &'static [ChangeCode] = &[$(ChangeCode::$variant,)+];

            /// The name in reports: `op_added`.
            pub fn name(self) -> &'static str {
                match self { $(ChangeCode::$variant => $name,)+ }
            }

            /// What it means for a caller.
            pub fn verdict(self) -> Verdict {
                match self { $(ChangeCode::$variant => Verdict::$verdict,)+ }
            }

            /// What happened, for a sentence whose subject is the place.
            pub fn said(self) -> &'static str {
                match self { $(ChangeCode::$variant => $said,)+ }
            }
        }
    };
}

codes! {
    /// An operation is gone.
    OpRemoved => "op_removed", Breaking, "was removed";
    /// An operation is new.
    OpAdded => "op_added", Compatible, "is new";
    /// The methods that the gateway takes.
    MethodsChanged => "methods_changed", Wire, "takes other methods";
    /// The method that an operation is sent with.
    SentMethodChanged => "sent_method_changed", Wire, "is sent with another method";
    /// The path of a ROA operation.
    PathChanged => "path_changed", Wire, "has another path";
    /// A parameter is gone.
    ParamRemoved => "param_removed", Breaking, "was removed";
    /// An optional parameter is new.
    OptionalParamAdded => "optional_param_added", Compatible, "is new";
    /// A required parameter is new.
    RequiredParamAdded => "required_param_added", Breaking, "is new and required";
    /// A parameter travels at another place.
    ParamMoved => "param_moved", Wire, "travels elsewhere";
    /// A parameter is written in another style.
    ParamStyleChanged => "param_style_changed", Wire, "is written otherwise";
    /// Something required is optional now.
    BecameOptional => "became_optional", Compatible, "is optional now";
    /// Something optional is required now.
    BecameRequired => "became_required", Breaking, "is required now";
    /// `required` is absent on one side and false on the other.
    RequiredNoise => "required_noise", None, "is as optional as before";
    /// A field of a request is gone.
    RequestFieldRemoved => "request_field_removed", Breaking, "was removed";
    /// A field of a request is new.
    RequestFieldAdded => "request_field_added", Compatible, "is new";
    /// A required field of a request is new.
    RequiredRequestFieldAdded => "required_request_field_added", Review, "is new and required";
    /// A value in a request has another type.
    RequestTypeChanged => "request_type_changed", Breaking, "has another type";
    /// A field of an answer is gone.
    ResponseFieldRemoved => "response_field_removed", Breaking, "was removed";
    /// A field of an answer is new.
    ResponseFieldAdded => "response_field_added", Compatible, "is new";
    /// A value in an answer has another type.
    ResponseTypeChanged => "response_type_changed", Breaking, "has another type";
    /// A field of an answer is taken to be always there, or no longer.
    PresenceChanged => "presence_changed", Breaking, "is always there now, or no longer";
    /// An enum has a new value.
    EnumValueAdded => "enum_value_added", Compatible, "has a new value";
    /// A value of an enum is gone.
    EnumValueRemoved => "enum_value_removed", Review, "has lost a value";
    /// A value of a generated enum is gone.
    EnumVariantRemoved => "enum_variant_removed", Breaking, "has lost a variant";
    /// The values of a text are listed now.
    EnumAdded => "enum_added", Review, "is an enum now";
    /// The values of a text are no longer listed.
    EnumRemoved => "enum_removed", Review, "is no enum any more";
    /// A limit is wider, or gone.
    LimitLoosened => "limit_loosened", Compatible, "has a wider limit";
    /// A limit is narrower, or new.
    LimitTightened => "limit_tightened", Review, "has a narrower limit";
    /// Something is deprecated now.
    DeprecatedSet => "deprecated_set", Compatible, "is deprecated";
    /// Something is deprecated no longer.
    DeprecatedCleared => "deprecated_cleared", None, "is no longer deprecated";
    /// The arguments of a method.
    ArgumentsChanged => "arguments_changed", Breaking, "takes other arguments";
    /// An operation can be paged now.
    PaginationAdded => "pagination_added", Compatible, "can be paged";
    /// How an operation is paged.
    PaginationChanged => "pagination_changed", Breaking, "is paged otherwise, or not at all";
    /// A value is treated as a secret, or no longer.
    SensitiveChanged => "sensitive_changed", Breaking, "is a secret now, or no longer";
    /// The class decides what may be repeated.
    ClassChanged => "class_changed", Review, "is of another class";
    /// The idempotency token decides what may be repeated.
    IdempotencyChanged => "idempotency_changed", Wire, "has another idempotency token";
    /// Whether a call is signed.
    AnonymousChanged => "anonymous_changed", Wire, "is signed now, or no longer";
    /// The field that tells whether a call succeeded.
    SuccessFieldChanged => "success_field_changed", Review, "tells its success otherwise";
    /// An operation can be sent now.
    SupportAdded => "support_added", Compatible, "can be sent now";
    /// An operation can no longer be sent.
    SupportRemoved => "support_removed", Breaking, "can no longer be sent";
    /// A waiter is new.
    WaiterAdded => "waiter_added", Compatible, "is new";
    /// A waiter is gone.
    WaiterRemoved => "waiter_removed", Breaking, "was removed";
    /// What the method of a waiter takes or gives.
    WaiterSignatureChanged => "waiter_signature_changed", Breaking, "takes other arguments or polls another operation";
    /// A waiter waits for something else.
    WaiterChanged => "waiter_changed", Review, "waits otherwise";
    /// The generated crate has another name.
    CrateRenamed => "crate_renamed", Breaking, "has another name";
    /// A region is served now.
    RegionAdded => "region_added", Compatible, "is served";
    /// A region is no longer listed.
    RegionRemoved => "region_removed", Review, "is no longer listed";
    /// A region has another host.
    EndpointChanged => "endpoint_changed", Wire, "has another host";
}
