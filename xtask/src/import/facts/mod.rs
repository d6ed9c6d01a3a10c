//! Published metadata to facts: each module reads one part of `api-docs.json` and repairs it by
//! named rules. [`product`] reads the document and calls the others.

mod change;
mod context;
mod endpoint;
mod error_code;
mod literal;
mod operation;
mod parameter;
mod path_template;
pub(super) mod product;
mod ram;
mod rate_limit;
mod raw_schema;
mod response;
pub(super) mod schema;
mod shared_schemas;
mod text;
