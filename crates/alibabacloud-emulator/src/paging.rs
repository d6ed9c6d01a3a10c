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

/// The sizes of pages under a fault: smaller than requested, and empty in between. The same shape
/// always cuts the same list in the same way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PageShape {
    /// Maximum items on a page; at least 1.
    pub(crate) max_items: usize,
    /// The share of empty pages, from 0 to 1.
    pub(crate) holes: f64,
    pub(crate) seed: u64,
}

impl PageShape {
    /// Returns the shape of one list, which depends on the parameters that select its items.
    fn of_list(self, operation: &Operation, parameters: &Map<String, Value>, scope: &str) -> Self {
        let (place, limit) = match &operation.pagination {
            Some(Pagination::Token { input, limit, .. }) => (Some(input), limit.as_ref()),
            Some(Pagination::PageNumber { page, limit, .. }) => (Some(page), limit.as_ref()),
            None => (None, None),
        };
        let ignored = [place, limit, operation.idempotency.as_ref()];
        let mut seed = ids::hash(&[&operation.name, scope]);
        for (name, value) in parameters {
            if !ignored.contains(&Some(name)) {
                seed ^= ids::hash(&[name, &value.to_string()]);
            }
        }
        let seed = self.seed ^ ids::mix(seed);
        Self { seed, ..self }
    }

    /// Returns the number of items on the page with this index, of up to `size`. At most two pages
    /// in a row are empty.
    fn size(&self, index: usize, size: usize, may_be_empty: bool) -> usize {
        let random = ids::mix(self.seed ^ ids::mix(index as u64));
        if may_be_empty && index % 3 != 2 && ids::fraction(random) < self.holes {
            return 0;
        }
        let max = self.max_items.clamp(1, size.max(1));
        // Other bits than those that decide whether it is empty.
        1 + (ids::mix(random) % max as u64) as usize
    }

    /// Returns the first item and the end of the page with this number, from 1. The number of a
    /// page is never above the number of the items up to it, so that the total bounds it.
    fn numbered(&self, number: usize, size: usize, total: usize) -> (usize, usize) {
        let (mut start, mut end) = (0_usize, 0_usize);
        for index in 0..number {
            start = end;
            end = start
                .saturating_add(self.size(index, size, start > index))
                .min(total);
            if start >= total {
                break;
            }
        }
        (start, end)
    }
}

/// Returns the requested page, with token, size and total in the fields where the operation has
/// them.
///
/// Page tokens are bound to the operation and to `scope`. A shape makes pages smaller than
/// requested.
///
/// # Errors
///
/// Refuses a token of another list.
pub(crate) fn page(
    operation: &Operation,
    parameters: &Map<String, Value>,
    scope: &str,
    shape: Option<PageShape>,
    items: Vec<Value>,
) -> Result<Map<String, Value>, ApiError> {
    let mut fields = Map::new();
    let total = items.len();
    let shape = shape.map(|shape| shape.of_list(operation, parameters, scope));
    match &operation.pagination {
        None => {}
        Some(Pagination::Token {
            input,
            output,
            limit,
            total: total_path,
            items: path,
        }) => {
            let tokens = PageTokens {
                operation,
                scope,
                input,
            };
            let size = size(operation, parameters, limit.as_deref());
            let at = match parameters.get(input) {
                Some(token) if !is_empty(token) => tokens
                    .read(token)
                    .filter(|at| at.start <= total)
                    .ok_or_else(|| {
                        ApiError::invalid(input, "the token does not belong to this list")
                    })?,
                _ => TokenPlace::default(),
            };
            let start = at.start;
            let items_on_page = shape.map_or(size, |shape| {
                shape.size(at.index, size, !tokens.are_integers())
            });
            let end = start.saturating_add(items_on_page).min(total);
            if end < total {
                // Without a shape, a place has one token, whatever the sizes of the pages before.
                let index = shape.map_or(0, |_| at.index + 1);
                put(
                    &mut fields,
                    output,
                    tokens.write(TokenPlace { start: end, index }),
                );
            }
            if let Some(limit) = limit {
                put(&mut fields, limit, Value::from(size));
            }
            put(&mut fields, path, cut(items, start, end));
            let total_path = total_path.as_deref().unwrap_or("TotalCount");
            put(&mut fields, total_path, Value::from(total));
        }
        Some(Pagination::PageNumber {
            page,
            limit,
            number: number_path,
            total: total_path,
            items: path,
        }) => {
            let size = size(operation, parameters, limit.as_deref());
            let number = parameters.get(page).and_then(integer).unwrap_or(1).max(1);
            let (start, end) = match shape {
                Some(shape) => shape.numbered(number, size, total),
                None => {
                    let start = size.saturating_mul(number - 1).min(total);
                    (start, start.saturating_add(size).min(total))
                }
            };
            let number_path = number_path.as_ref().unwrap_or(page);
            put(&mut fields, number_path, Value::from(number));
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

/// The place in a list that a page token names.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct TokenPlace {
    /// The number of items before the page.
    start: usize,
    /// The number of pages before it, if pages have a shape: an empty page has the start of the
    /// next one.
    index: usize,
}

/// The bits of a token that hold the start of a page; the others hold the index.
const START_BITS: u32 = 40;

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

    fn write(&self, place: TokenPlace) -> Value {
        if self.are_integers() {
            return Value::from(place.start);
        }
        let place = (place.index as u64) << START_BITS | place.start as u64;
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&place.to_be_bytes());
        bytes[8..].copy_from_slice(&self.seal(place).to_be_bytes());
        Value::from(BASE64.encode(bytes))
    }

    fn read(&self, token: &Value) -> Option<TokenPlace> {
        if self.are_integers() {
            let start = integer(token)?;
            return Some(TokenPlace { start, index: 0 });
        }
        let bytes: [u8; 16] = BASE64.decode(token.as_str()?).ok()?.try_into().ok()?;
        let (place, sealed) = bytes.split_at(8);
        let place = u64::from_be_bytes(place.try_into().ok()?);
        let genuine = self.seal(place).to_be_bytes() == *sealed;
        genuine.then_some(TokenPlace {
            start: usize::try_from(place & ((1 << START_BITS) - 1)).ok()?,
            index: usize::try_from(place >> START_BITS).ok()?,
        })
    }

    fn seal(&self, place: u64) -> u64 {
        let place = place.to_string();
        ids::mix(ids::hash(&[&place, &self.operation.name, self.scope]))
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
        let place = TokenPlace { start: 7, index: 2 };
        let token = list("account").write(place);
        assert_eq!(list("account").read(&token), Some(place));
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
        let place = TokenPlace { start: 7, index: 0 };
        assert_eq!(list.write(place), json!(7));
        assert_eq!(list.read(&json!(7)), Some(place));
    }

    #[test]
    fn a_shape_cuts_a_list_without_a_gap() {
        for (seed, holes) in [(0, 0.0), (1, 0.3), (2, 1.0)] {
            let shape = PageShape {
                max_items: 3,
                holes,
                seed,
            };
            let pages: Vec<_> = (1..=60)
                .map(|number| shape.numbered(number, 50, 40))
                .collect();
            assert_eq!(pages[0].0, 0);
            assert!(
                pages.windows(2).all(|pair| pair[0].1 == pair[1].0),
                "{pages:?}"
            );
            assert!(pages.iter().all(|(start, end)| end - start <= 3));
            // Empty pages come, but neither three in a row nor beyond the total.
            let last = pages.iter().position(|(_, end)| *end == 40).unwrap();
            let empty: Vec<_> = pages[..=last]
                .iter()
                .map(|(start, end)| start == end)
                .collect();
            assert_eq!(empty.contains(&true), holes > 0.0, "{pages:?}");
            assert!(!empty.windows(3).any(|three| three == [true; 3]));
            assert!(last < 40);
        }
        // A number far beyond the end costs nothing.
        let shape = PageShape {
            max_items: 3,
            holes: 0.5,
            seed: 1,
        };
        assert_eq!(shape.numbered(usize::MAX, 50, 40), (40, 40));
    }

    #[test]
    fn a_dotted_path_creates_the_objects_on_it() {
        let mut object = Map::new();
        put(&mut object, "A.B.C", Value::from(1));
        put(&mut object, "A.D", Value::from(2));
        assert_eq!(Value::Object(object), json!({"A": {"B": {"C": 1}, "D": 2}}));
    }
}
