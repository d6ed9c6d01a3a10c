//! Overwrites secrets before their memory is freed.

use super::{Field, Slot};
use serde_json::Value;
use std::mem;
use zeroize::Zeroize;

/// Overwrites everything in the field, then clears it.
///
/// This reaches only what the value owns now, not copies that a growing buffer left behind or an
/// HTTP library made.
pub fn wipe(field: &mut dyn Field) {
    // A slot creates what is absent, which would not end in a type that contains itself.
    if field.value().is_absent() {
        return;
    }
    match field.slot() {
        Slot::Text(text) => text.zeroize(),
        Slot::I32(number) => number.zeroize(),
        Slot::I64(number) => number.zeroize(),
        Slot::F64(number) => number.zeroize(),
        Slot::Bool(flag) => flag.zeroize(),
        Slot::Bytes(bytes) => bytes.zeroize(),
        Slot::Json(value) => wipe_json(value),
        // A known value is not a secret; an unknown one is dropped but not overwritten.
        Slot::Enum(_) => {}
        Slot::Record(record) => {
            let mut names = Vec::new();
            record.visit(&mut |name, _| names.push(name.to_owned()));
            for name in names {
                if let Some(inner) = record.field(&name) {
                    wipe(inner);
                }
            }
        }
        Slot::List(list) => {
            let mut index = 0;
            while let Some(element) = list.get_mut(index) {
                wipe(element);
                index += 1;
            }
        }
        Slot::Map(map) => map.drain(&mut |mut key, value| {
            key.zeroize();
            wipe(value);
        }),
    }
    field.clear();
}

fn wipe_json(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe_json),
        Value::Object(entries) => {
            for (mut key, mut value) in mem::take(entries) {
                key.zeroize();
                wipe_json(&mut value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    *value = Value::Null;
}
