//! Pages of lists, and page tokens.

use crate::api_error::ApiError;
use crate::ids;
use alibabacloud_spec::{Kind, Operation, Pagination};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Map, Value};

/// Items on a page by default.
const DEFAULT_SIZE: usize = 50;
/// Maximum items on a page, whatever the request says.
const MAX_SIZE: usize = 1000;

/// Returns the requested page, with token, size and total in the fields where the operation has
/// them.
///
/// Page tokens are bound to the operation and to `scope`.
///
/// # Errors
///
/// Refuses a token of another list.
pub(crate) fn page(
    operation: &Operation,
    parameters: &Map<String, Value>,
    scope: &str,
    items: Vec<Value>,
) -> Result<Map<String, Value>, ApiError> {
    let mut fields = Map::new();
    let total = items.len();
    match &operation.pagination {
        None => {}
        Some(Pagination::Token {
            input,
            output,
            limit,
            items: path,
        }) => {
            let tokens = PageTokens {
                operation,
                scope,
                input,
            };
            let size = size(operation, parameters, limit.as_deref());
            let start = match parameters.get(input) {
                Some(token) if !is_empty(token) => tokens
                    .read(token)
                    .filter(|start| *start <= total)
                    .ok_or_else(|| {
                        ApiError::invalid(input, "the token does not belong to this list")
                    })?,
                _ => 0,
            };
            let end = start.saturating_add(size).min(total);
            if end < total {
                put(&mut fields, output, tokens.write(end));
            }
            if let Some(limit) = limit {
                put(&mut fields, limit, Value::from(size));
            }
            put(&mut fields, path, cut(items, start, end));
            put(&mut fields, "TotalCount", Value::from(total));
        }
        Some(Pagination::PageNumber {
            page,
            limit,
            total: total_path,
            items: path,
        }) => {
            let size = size(operation, parameters, limit.as_deref());
            let number = parameters.get(page).and_then(integer).unwrap_or(1).max(1);
            let start = size.saturating_mul(number - 1).min(total);
            let end = start.saturating_add(size).min(total);
            put(&mut fields, page, Value::from(number));
            if let Some(limit) = limit {
                put(&mut fields, limit, Value::from(size));
            }
            if let Some(total_path) = total_path {
                put(&mut fields, total_path, Value::from(total));
            }
            put(&mut fields, path, cut(items, start, end));
        }
    }
    Ok(fields)
}

fn cut(items: Vec<Value>, start: usize, end: usize) -> Value {
    items
        .into_iter()
        .skip(start)
        .take(end.saturating_sub(start))
        .collect()
}

fn size(operation: &Operation, parameters: &Map<String, Value>, limit: Option<&str>) -> usize {
    let Some(limit) = limit else {
        return DEFAULT_SIZE;
    };
    let declared = || {
        let mut all = operation.parameters.iter();
        let schema = &all.find(|parameter| parameter.name == limit)?.schema;
        schema.default.as_ref().and_then(integer)
    };
    let size = parameters.get(limit).and_then(integer).or_else(declared);
    size.unwrap_or(DEFAULT_SIZE).clamp(1, MAX_SIZE)
}

fn integer(value: &Value) -> Option<usize> {
    let number = match value {
        Value::String(text) => text.parse().ok()?,
        other => other.as_u64()?,
    };
    usize::try_from(number).ok()
}

/// Inserts a value at a dotted path, and creates the objects on the path.
pub(crate) fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            object.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = object
                .entry(first)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

fn is_empty(token: &Value) -> bool {
    matches!(token.as_str(), Some("")) || token.is_null()
}

/// Writes and reads the page tokens of one list.
struct PageTokens<'a> {
    operation: &'a Operation,
    scope: &'a str,
    input: &'a str,
}

impl PageTokens<'_> {
    /// Returns whether tokens are integers, as in a few operations. Then a token is the number of
    /// items before the page.
    fn are_integers(&self) -> bool {
        let parameter = self.operation.parameter(self.input);
        parameter
            .is_some_and(|parameter| matches!(parameter.schema.kind, Kind::Int32 | Kind::Int64))
    }

    fn write(&self, start: usize) -> Value {
        if self.are_integers() {
            return Value::from(start);
        }
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&(start as u64).to_be_bytes());
        bytes[8..].copy_from_slice(&self.seal(start).to_be_bytes());
        Value::from(BASE64.encode(bytes))
    }

    fn read(&self, token: &Value) -> Option<usize> {
        if self.are_integers() {
            return integer(token);
        }
        let bytes: [u8; 16] = BASE64.decode(token.as_str()?).ok()?.try_into().ok()?;
        let (start, sealed) = bytes.split_at(8);
        let start = usize::try_from(u64::from_be_bytes(start.try_into().ok()?)).ok()?;
        let genuine = self.seal(start).to_be_bytes() == *sealed;
        genuine.then_some(start)
    }

    fn seal(&self, start: usize) -> u64 {
        let start = start.to_string();
        ids::mix(ids::hash(&[&start, &self.operation.name, self.scope]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::operation;
    use serde_json::json;

    #[test]
    fn a_token_is_valid_for_its_own_list_only() {
        let operation = operation("/", json!([]));
        let list = |scope| PageTokens {
            operation: &operation,
            scope,
            input: "NextToken",
        };
        let token = list("account").write(7);
        assert_eq!(list("account").read(&token), Some(7));
        assert_eq!(list("another").read(&token), None);
        for bad in ["", "x", "====", "AAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(list("account").read(&json!(bad)), None, "{bad}");
        }
    }

    #[test]
    fn integers_can_be_tokens() {
        let parameters = json!([{"name": "Marker", "in": "query", "schema": {"type": "integer"}}]);
        let operation = operation("/", parameters);
        let list = PageTokens {
            operation: &operation,
            scope: "account",
            input: "Marker",
        };
        assert_eq!(list.write(7), json!(7));
        assert_eq!(list.read(&json!(7)), Some(7));
    }

    #[test]
    fn a_dotted_path_creates_the_objects_on_it() {
        let mut object = Map::new();
        put(&mut object, "A.B.C", Value::from(1));
        put(&mut object, "A.D", Value::from(2));
        assert_eq!(Value::Object(object), json!({"A": {"B": {"C": 1}, "D": 2}}));
    }
}
