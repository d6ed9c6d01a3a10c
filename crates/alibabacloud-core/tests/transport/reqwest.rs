//! The transport on reqwest.

pub(crate) use crate::backends;
pub(crate) use alibabacloud_core::transport::ReqwestClient as Transport;

#[allow(clippy::duplicate_mod, reason = "every transport has the whole suite")]
#[path = "suite.rs"]
mod suite;
