//! Pages of lists, and page tokens.

use crate::api_error::ApiError;
use crate::ids;
use alibabacloud_spec::{Kind, NumberedPages, Operation, Pagination};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Map, Value};
use std::ops::Range;

/// Items on a page by default.
const DEFAULT_SIZE: usize = 50;
/// Items on a page by default, where the request leaves open whether pages have tokens or numbers:
/// small, as ECS documents it.
const NUMBERED_SIZE: usize = 10;
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
        let ignored = page_parameters(operation);
        let token = operation.idempotency.as_deref();
        let mut seed = ids::hash(&[&operation.name, scope]);
        for (name, value) in parameters {
            if !ignored.contains(&name.as_str()) && token != Some(name) {
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
/// An operation with two ways to page does as the request says: by token if it has a page token or
/// a parameter that starts paging by token, else by number. Page tokens are bound to the operation
/// and to `scope`. A shape makes pages smaller than requested.
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
    let page = cut(operation, parameters, scope, shape, items.len())?;
    let mut fields = page.fields;
    if let Some(path) = page.path {
        let items = items.into_iter().skip(page.items.start);
        put(&mut fields, path, items.take(page.items.len()).collect());
    }
    Ok(fields)
}

/// A page without its items.
#[derive(Debug, Default)]
pub(crate) struct Page<'a> {
    /// The fields besides the items.
    pub(crate) fields: Map<String, Value>,
    /// The path of the items; `None` if the operation has no pages.
    pub(crate) path: Option<&'a str>,
    /// Which items of the list are on the page.
    pub(crate) items: Range<usize>,
}

/// Returns the requested page of a list with this many items, as [`page`] does.
///
/// # Errors
///
/// Refuses a token of another list.
pub(crate) fn cut<'a>(
    operation: &'a Operation,
    parameters: &Map<String, Value>,
    scope: &str,
    shape: Option<PageShape>,
    total: usize,
) -> Result<Page<'a>, ApiError> {
    let Some(pagination) = &operation.pagination else {
        return Ok(Page::default());
    };
    let list = PagedList {
        operation,
        parameters,
        scope,
        shape: shape.map(|shape| shape.of_list(operation, parameters, scope)),
        total,
    };
    match pagination {
        Pagination::Token {
            input,
            limit,
            first,
            numbered,
            ..
        } => {
            let is_set = |name: &String| parameters.get(name).is_some_and(|v| !is_empty(v));
            let has_one_way = first.is_empty() && numbered.is_none();
            let is_by_token = has_one_way
                || is_set(input)
                || limit.iter().any(is_set)
                || first.keys().any(is_set);
            match is_by_token {
                true => list.by_token(pagination),
                false => Ok(list.by_number(pagination)),
            }
        }
        Pagination::PageNumber { .. } => Ok(list.by_number(pagination)),
    }
}

/// Returns the number of items on a page that the request leaves to the service: the default of the
/// page size, else a usual one within its limits.
pub(crate) fn default_size(operation: &Operation) -> usize {
    let parameter = |limit: Option<&String>| operation.parameter(limit?);
    let (limit, numbered, usual) = match &operation.pagination {
        Some(Pagination::Token {
            limit,
            numbered: Some(numbered),
            ..
        }) => (limit.as_ref(), numbered.limit.as_ref(), NUMBERED_SIZE),
        Some(Pagination::Token { limit, .. } | Pagination::PageNumber { limit, .. }) => {
            (limit.as_ref(), None, DEFAULT_SIZE)
        }
        None => (None, None, DEFAULT_SIZE),
    };
    let sizes = || {
        [parameter(numbered), parameter(limit)]
            .into_iter()
            .flatten()
    };
    let declared = sizes().find_map(|size| size.schema.default.as_ref().and_then(integer));
    let size = declared.unwrap_or_else(|| {
        let limits = sizes().next().map(|size| &size.schema);
        let limit = |limit: Option<i64>| limit.and_then(|limit| usize::try_from(limit).ok());
        let least = limits.and_then(|schema| limit(schema.minimum)).unwrap_or(1);
        let most = limits.and_then(|schema| limit(schema.maximum));
        usual.min(most.unwrap_or(usual)).max(least)
    });
    size.clamp(1, MAX_SIZE)
}

/// Returns the request parameters that determine the page, not the list.
pub(crate) fn page_parameters(operation: &Operation) -> Vec<&str> {
    match &operation.pagination {
        Some(Pagination::Token {
            input,
            limit,
            first,
            numbered,
            ..
        }) => [Some(input), limit.as_ref()]
            .into_iter()
            .flatten()
            .chain(first.keys())
            .map(String::as_str)
            .chain(numbered.iter().flat_map(NumberedPages::parameters))
            .collect(),
        Some(Pagination::PageNumber { page, limit, .. }) => {
            let all = [Some(page), limit.as_ref()].into_iter().flatten();
            all.map(String::as_str).collect()
        }
        None => Vec::new(),
    }
}

/// A list of which a page is requested.
struct PagedList<'a> {
    operation: &'a Operation,
    parameters: &'a Map<String, Value>,
    scope: &'a str,
    shape: Option<PageShape>,
    /// The number of its items.
    total: usize,
}

impl PagedList<'_> {
    fn by_token<'a>(&self, pagination: &'a Pagination) -> Result<Page<'a>, ApiError> {
        let mut fields = Map::new();
        let Pagination::Token {
            input,
            output,
            limit,
            total: total_path,
            items: path,
            numbered,
            ..
        } = pagination
        else {
            return Ok(Page::default());
        };
        let total = self.total;
        let tokens = PageTokens {
            operation: self.operation,
            scope: self.scope,
            input,
        };
        let size = self.size(limit.as_deref());
        let at = match self.parameters.get(input) {
            Some(token) if !is_empty(token) => tokens
                .read(token)
                .filter(|at| at.start <= total)
                .ok_or_else(|| {
                    ApiError::invalid(input, "the token does not belong to this list")
                })?,
            _ => TokenPlace::default(),
        };
        let start = at.start;
        let items_on_page = self.shape.map_or(size, |shape| {
            shape.size(at.index, size, !tokens.are_integers())
        });
        let end = start.saturating_add(items_on_page).min(total);
        if end < total {
            // Without a shape, a place has one token, whatever the sizes of the pages before.
            let index = self.shape.map_or(0, |_| at.index + 1);
            put(
                &mut fields,
                output,
                tokens.write(TokenPlace { start: end, index }),
            );
        }
        // A few operations say in a field of its own whether there is a next page.
        let is_truncated = match output.rsplit_once('.') {
            Some((place, _)) => format!("{place}.IsTruncated"),
            None => "IsTruncated".to_owned(),
        };
        put(&mut fields, &is_truncated, Value::Bool(end < total));
        if let Some(numbered) = numbered {
            put_number(&mut fields, numbered, 1, size);
        }
        if let Some(limit) = limit {
            put(&mut fields, limit, Value::from(size));
        }
        let total_path = total_path.as_deref().unwrap_or("TotalCount");
        put(&mut fields, total_path, Value::from(total));
        Ok(Page {
            fields,
            path: Some(path),
            items: start..end,
        })
    }

    fn by_number<'a>(&self, pagination: &'a Pagination) -> Page<'a> {
        let mut fields = Map::new();
        let (pages, total_path, path) = match pagination {
            Pagination::PageNumber {
                page,
                limit,
                number,
                total,
                items,
                ..
            } => {
                let pages = NumberedPages {
                    page: page.clone(),
                    limit: limit.clone(),
                    number: number.clone(),
                };
                (pages, total.as_deref(), items)
            }
            Pagination::Token {
                limit,
                total,
                items,
                numbered,
                ..
            } => {
                let pages = numbered.clone().unwrap_or_default();
                let pages = NumberedPages {
                    limit: pages.limit.or_else(|| limit.clone()),
                    ..pages
                };
                (pages, total.as_deref().or(Some("TotalCount")), items)
            }
        };
        // Without a total, an empty page is the end of a list.
        let has_total = match pagination {
            Pagination::Token { total, .. } | Pagination::PageNumber { total, .. } => {
                total.is_some()
            }
        };
        let shape = self.shape.map(|shape| PageShape {
            holes: if has_total { shape.holes } else { 0.0 },
            ..shape
        });
        let total = self.total;
        let size = self.size(pages.limit.as_deref());
        let number = self.parameters.get(&pages.page).and_then(integer);
        let number = number.unwrap_or(1).max(1);
        let (start, end) = match shape {
            Some(shape) => shape.numbered(number, size, total),
            None => {
                let start = size.saturating_mul(number - 1).min(total);
                (start, start.saturating_add(size).min(total))
            }
        };
        put_number(&mut fields, &pages, number, size);
        if let Some(total_path) = total_path {
            put(&mut fields, total_path, Value::from(total));
        }
        Page {
            fields,
            path: Some(path),
            items: start..end,
        }
    }

    fn size(&self, limit: Option<&str>) -> usize {
        let requested = limit.and_then(|limit| self.parameters.get(limit).and_then(integer));
        let size = requested.unwrap_or_else(|| default_size(self.operation));
        size.clamp(1, MAX_SIZE)
    }
}

/// Inserts the page number, and the page size beside it.
fn put_number(fields: &mut Map<String, Value>, pages: &NumberedPages, number: usize, size: usize) {
    let path = pages.number.as_ref().unwrap_or(&pages.page);
    if path.is_empty() {
        return;
    }
    put(fields, path, Value::from(number));
    if let Some(limit) = &pages.limit {
        put(fields, limit, Value::from(size));
        if let Some((parent, _)) = path.rsplit_once('.') {
            put(fields, &format!("{parent}.{limit}"), Value::from(size));
        }
    }
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
    use indexmap::IndexMap;
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
    fn the_request_chooses_between_two_ways_to_page() {
        let parameter =
            |name: &str, schema: Value| json!({"name": name, "in": "query", "schema": schema});
        let mut operation = operation(
            "/",
            json!([
                parameter("NextToken", json!({"type": "string"})),
                parameter(
                    "MaxResults",
                    json!({"type": "integer", "minimum": 10, "maximum": 40})
                ),
                parameter("PageNumber", json!({"type": "integer"})),
                parameter("PageSize", json!({"type": "integer", "default": 3})),
            ]),
        );
        operation.pagination = Some(Pagination::Token {
            input: "NextToken".to_owned(),
            output: "Page.NextToken".to_owned(),
            limit: Some("MaxResults".to_owned()),
            total: None,
            items: "Items".to_owned(),
            first: [("MaxResults".to_owned(), json!(20))].into_iter().collect(),
            numbered: Some(NumberedPages {
                page: "PageNumber".to_owned(),
                limit: Some("PageSize".to_owned()),
                number: Some("Page.PageNumber".to_owned()),
            }),
        });
        let read = |parameters: Value| {
            let parameters = parameters.as_object().unwrap();
            let items = (0..12).map(Value::from).collect();
            let page = page(&operation, parameters, "account", None, items).unwrap();
            assert_eq!(page["TotalCount"], 12);
            let items = page["Items"].as_array().unwrap();
            let token = page["Page"].get("NextToken").cloned();
            (items[0].clone(), items.len(), token)
        };
        assert_eq!(read(json!({})), (json!(0), 3, None));
        assert_eq!(read(json!({"PageNumber": 2})), (json!(3), 3, None));
        assert_eq!(
            read(json!({"PageNumber": 2, "PageSize": 5})),
            (json!(5), 5, None)
        );
        // An empty token asks for nothing.
        assert_eq!(read(json!({"NextToken": ""})), (json!(0), 3, None));
        // The other parameters have no effect.
        let by_token = json!({"MaxResults": 10, "PageNumber": 2, "PageSize": 5});
        let (first, count, token) = read(by_token);
        assert_eq!((first, count), (json!(0), 10));
        assert_eq!(
            read(json!({"NextToken": token.unwrap()})),
            (json!(10), 2, None)
        );
        operation.pagination = Some(Pagination::Token {
            input: "NextToken".to_owned(),
            output: "NextToken".to_owned(),
            limit: Some("MaxResults".to_owned()),
            total: None,
            items: "Items".to_owned(),
            first: IndexMap::new(),
            numbered: None,
        });
        assert_eq!(default_size(&operation), 40, "within the limits");
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
