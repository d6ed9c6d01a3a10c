//! What generated code and `alibabacloud-core` call. Not public API: it may change in any release.

mod base64;
mod civil;
mod decode;
mod encode;
mod field;
mod flat;
mod impls;
mod json;
mod macros;
mod percent;
mod record;
mod repair;
mod serde_glue;
mod wipe;

pub use crate::{fields, pair, variants};
pub use civil::{ParseDateTimeError, format_http_date, format_utc, parse_http_date, parse_utc};
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(crate) use civil::{format_unix, parse_unix};
pub use decode::{DECODE_LIMIT, DecodeError, decode, decode_root, decode_within};
pub use encode::EncodeError;
pub use field::{Field, FieldReader, List, Map, OpenEnum, Record, Slot, ValueRef, elements};
pub use flat::{flatten, join, write_text};
pub use json::write_json;
pub use percent::{percent_decode, percent_encode, percent_encode_twice};
pub use record::{debug_record, equal_records};
pub use repair::{lossy_text, parse_json, repair_json};
pub use serde_glue::{deserialize, serde, serialize};
pub use wipe::wipe;
