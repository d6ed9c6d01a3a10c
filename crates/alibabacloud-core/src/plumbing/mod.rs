//! What generated code calls. Not for people; it may change in any release.

mod operation;

pub use operation::{
    Answer, Class, EndpointTable, Operation, Param, ParamStyle, Place, Product, Style,
};
