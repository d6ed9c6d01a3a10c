#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod access;
mod act;
mod anatomy;
mod assets;
mod call;
mod catalog;
mod code;
mod describe;
mod emulator_panel;
mod error;
mod explorer;
mod export;
mod naming;
mod observer;
mod outcome;
mod permissions;
mod program;
mod reply;
mod routes;
mod schema_json;
mod search;
mod secrets;
mod server;
mod targets;
mod zip;

pub use error::Error;
pub use explorer::{Builder, Explorer};
pub use targets::Target;
