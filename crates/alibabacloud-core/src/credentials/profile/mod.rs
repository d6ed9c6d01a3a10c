//! Profiles in the files of the command line interface and of the official libraries.

mod cli;
mod cloud_sso;
mod document;
mod ini;
mod modes;
mod oauth;
mod selection;

pub use cli::CliProfileProvider;
pub use ini::IniProfileProvider;

pub(super) use modes::{expiration, printed_profile};
