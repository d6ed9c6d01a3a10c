#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod blocks;
mod error;
mod glossary;
mod json;
mod load;
mod locate;
mod map;
mod model;
mod node;
mod query;
mod reader;
mod redaction;
mod scalar;
mod source;
mod suggest;
pub mod values;
mod vocabulary;
mod yaml;

pub use error::{Error, Errors};
pub use glossary::{Glossary, Term};
pub use load::{COMMON_FILE, GLOSSARY_FILE, Inspection, Loader, find_specs};
pub use locate::Locator;
pub use model::{
    ApiStyle, Change, ChangeKind, ChangeSource, Endpoints, EnumValue, ErrorCode, Example, Kind,
    NumberedPages, Operation, OperationClass, Pagination, Parameter, ParameterPlace,
    ParameterStyle, Property, Provenance, Ram, RamAction, RamPage, RamResource, RamStatus,
    RateLimit, Response, Schema, Service, Tag, Waiter,
};
pub use suggest::{did_you_mean, nearest};
pub use values::{LengthUnit, ValueError, ValueKind, ValueProblem, ValueRule};
