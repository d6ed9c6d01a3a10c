//! From the wire to typed parameters: finds, parses and checks the parameters of an operation.

use super::path;
use super::request::Request;
use crate::api_error::ApiError;
use crate::nesting;
use crate::values;
use alibabacloud_core::plumbing::Pairs;
use alibabacloud_spec::{
    ApiStyle, Kind, Operation, Parameter, ParameterPlace, ParameterStyle, Schema, Service,
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Reads the parameters of a request by wire name, each with the type of the specification.
///
/// # Errors
///
/// Returns the error of the first missing or invalid parameter.
pub(crate) fn read(
    service: &Service,
    operation: &Operation,
    request: &Request,
) -> Result<Map<String, Value>, ApiError> {
    let reader = ParameterReader {
        service,
        operation,
        request,
    };
    let mut parameters = Map::new();
    for parameter in &operation.parameters {
        if reader.is_sent_twice(parameter) {
            return Err(ApiError::invalid(&parameter.name, "it is sent twice"));
        }
        match reader.read(parameter)? {
            Some(value) => {
                parameters.insert(parameter.name.clone(), value);
            }
            None if parameter.required => return Err(ApiError::missing(&parameter.name)),
            None => {}
        }
    }
    check(service, operation, &parameters)?;
    Ok(parameters)
}

/// Checks typed parameters.
///
/// # Errors
///
/// Returns the error of the first missing or invalid parameter.
pub(crate) fn check(
    service: &Service,
    operation: &Operation,
    parameters: &Map<String, Value>,
) -> Result<(), ApiError> {
    for parameter in &operation.parameters {
        match parameters.get(&parameter.name) {
            Some(value) => values::check(service, &parameter.schema, value)
                .map_err(|why| ApiError::invalid(&parameter.name, why))?,
            None if parameter.required => return Err(ApiError::missing(&parameter.name)),
            None => {}
        }
    }
    check_region(service, parameters)
}

fn check_region(service: &Service, parameters: &Map<String, Value>) -> Result<(), ApiError> {
    let regions = &service.endpoints.regions;
    match parameters.get("RegionId").and_then(Value::as_str) {
        Some(region) if !regions.is_empty() && !regions.iter().any(|known| known == region) => {
            Err(ApiError::new(
                404,
                "InvalidRegionId.NotFound",
                format!("The region {region} does not exist."),
            ))
        }
        _ => Ok(()),
    }
}

struct ParameterReader<'a> {
    service: &'a Service,
    operation: &'a Operation,
    request: &'a Request,
}

impl ParameterReader<'_> {
    fn read(&self, parameter: &Parameter) -> Result<Option<Value>, ApiError> {
        let invalid = |why: String| ApiError::invalid(&parameter.name, why);
        let kind = &self.service.resolve(&parameter.schema).kind;
        match (parameter.place, parameter.style) {
            (ParameterPlace::Body, _) => self.body(parameter).map_err(invalid),
            (_, ParameterStyle::RepeatList | ParameterStyle::Flat) => self
                .flattened(parameter.place, &parameter.name, &parameter.schema)
                .map_err(invalid),
            (_, ParameterStyle::Json) => match self.text(parameter) {
                Some(text) if !text.is_empty() => json(&text, kind).map(Some).map_err(invalid),
                _ => Ok(None),
            },
            (_, ParameterStyle::Simple) => Ok(self.text(parameter).map(|text| {
                let parts = text.split(',').filter(|part| !part.is_empty());
                parts.map(Value::from).collect()
            })),
            (_, ParameterStyle::Plain | ParameterStyle::Raw) => match self.text(parameter) {
                // An empty value counts as missing, except for an optional text.
                Some(text) if text.is_empty() && (parameter.required || !is_text(kind)) => Ok(None),
                Some(text) => scalar(text, kind).map(Some).map_err(invalid),
                None => Ok(None),
            },
        }
    }

    fn text(&self, parameter: &Parameter) -> Option<String> {
        let name = parameter.name.as_str();
        let request = self.request;
        match parameter.place {
            ParameterPlace::Path => self.path_segment(name),
            ParameterPlace::Header => request.headers.get(name).map(str::to_owned),
            ParameterPlace::Query | ParameterPlace::Form => {
                let pair = self.pair(parameter.place, name);
                pair.or_else(|| self.region(parameter)).map(str::to_owned)
            }
            ParameterPlace::Body => None,
        }
    }

    /// Returns whether a parameter of the query or the form has two values, of which a reader could
    /// take either.
    fn is_sent_twice(&self, parameter: &Parameter) -> bool {
        let is_sent = matches!(
            parameter.place,
            ParameterPlace::Query | ParameterPlace::Form
        );
        let times = |pairs: &Pairs| {
            let named = pairs.iter().filter(|(name, _)| *name == parameter.name);
            named.count()
        };
        let [first, second] = self.pairs(parameter.place);
        is_sent && times(first) + times(second) > 1
    }

    fn pair(&self, place: ParameterPlace, name: &str) -> Option<&str> {
        let pairs = self.pairs(place);
        pairs.into_iter().find_map(|pairs| pairs.get(name))
    }

    /// Returns the region for a parameter that spells it in its own way, such as `regionId`. Old
    /// clients of RPC services send `RegionId` with every request, and nothing else.
    fn region(&self, parameter: &Parameter) -> Option<&str> {
        let is_region = self.service.style == ApiStyle::Rpc && parameter.is_region();
        is_region.then(|| self.pair(parameter.place, "RegionId"))?
    }

    /// Returns where to look for a parameter of the query or the form, which RPC gateways treat
    /// alike.
    fn pairs(&self, place: ParameterPlace) -> [&Pairs; 2] {
        static NONE: Pairs = Pairs::new();
        let (query, form) = (&self.request.query, &self.request.form);
        match (self.service.style, place) {
            (ApiStyle::Rpc, _) => [query, form],
            (ApiStyle::Roa, ParameterPlace::Form) => [form, &NONE],
            (ApiStyle::Roa, _) => [query, &NONE],
        }
    }

    fn path_segment(&self, name: &str) -> Option<String> {
        let values = path::fit(self.operation, &self.request.path)?.values;
        let value = values.into_iter().find(|(key, _)| *key == name);
        value.map(|(_, value)| value)
    }

    fn body(&self, parameter: &Parameter) -> Result<Option<Value>, String> {
        let body = &self.request.body;
        if body.is_empty() {
            return Ok(None);
        }
        if parameter.style == ParameterStyle::Raw {
            // Bytes become text: no synthetic response depends on them, and no log shows them.
            return Ok(Some(Value::from(String::from_utf8_lossy(body))));
        }
        let text =
            std::str::from_utf8(body).map_err(|_| "the body is not valid UTF-8".to_owned())?;
        json(text, &self.service.resolve(&parameter.schema).kind).map(Some)
    }

    /// Collects `Name.1`, `Name.1.Field` and so on.
    fn flattened(
        &self,
        place: ParameterPlace,
        prefix: &str,
        schema: &Schema,
    ) -> Result<Option<Value>, String> {
        let schema = self.service.resolve(schema);
        match &schema.kind {
            Kind::Array(item) => {
                let mut items = Vec::new();
                for index in self.indices(place, prefix)? {
                    items.extend(self.flattened(place, &format!("{prefix}.{index}"), item)?);
                }
                Ok((!items.is_empty()).then_some(Value::Array(items)))
            }
            Kind::Object(properties) => {
                if self.keys(place, prefix).is_empty() {
                    return Ok(None);
                }
                let mut object = Map::new();
                for (name, property) in properties {
                    if let Some(value) =
                        self.flattened(place, &format!("{prefix}.{name}"), &property.schema)?
                    {
                        object.insert(name.clone(), value);
                    }
                }
                Ok(Some(Value::Object(object)))
            }
            Kind::Map(inner) => {
                let mut object = Map::new();
                for key in self.keys(place, prefix) {
                    if let Some(value) = self.flattened(place, &format!("{prefix}.{key}"), inner)? {
                        object.insert(key.to_owned(), value);
                    }
                }
                Ok((!object.is_empty()).then_some(Value::Object(object)))
            }
            kind => match self.pair(place, prefix) {
                Some(text) if text.is_empty() && !is_text(kind) => Ok(None),
                Some(text) => scalar(text.to_owned(), kind).map(Some),
                // Any value can be an object; it arrives in parts.
                None if matches!(kind, Kind::Any) => {
                    let fields = Schema {
                        kind: Kind::Map(Box::default()),
                        ..Schema::default()
                    };
                    self.flattened(place, prefix, &fields)
                }
                None => Ok(None),
            },
        }
    }

    /// Returns what follows `prefix.` up to the next dot, in names that are not parameters
    /// themselves.
    fn keys(&self, place: ParameterPlace, prefix: &str) -> BTreeSet<&str> {
        let pairs = self.pairs(place).into_iter().flat_map(Pairs::iter);
        pairs
            .filter_map(|(name, _)| {
                let rest = name.strip_prefix(prefix)?.strip_prefix('.')?;
                let declared = || self.operation.parameters.iter().any(|p| p.name == name);
                (!declared()).then(|| rest.split('.').next().unwrap_or(rest))
            })
            .collect()
    }

    fn indices(&self, place: ParameterPlace, prefix: &str) -> Result<BTreeSet<u32>, String> {
        let number = |key: &str| {
            let index = key.parse::<u32>().ok().filter(|index| *index > 0);
            index.ok_or_else(|| format!("{prefix}.{key} is not numbered from 1"))
        };
        self.keys(place, prefix).into_iter().map(number).collect()
    }
}

fn is_text(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::String | Kind::DateTime | Kind::Binary | Kind::Any
    )
}

fn json(text: &str, kind: &Kind) -> Result<Value, String> {
    nesting::check_json(text)?;
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        // Clients send a text for a parameter of any type unchanged.
        Err(_) if matches!(kind, Kind::Any) => Ok(Value::from(text)),
        Err(error) => Err(format!("it is not valid JSON ({error})")),
    }
}

fn scalar(text: String, kind: &Kind) -> Result<Value, String> {
    match kind {
        Kind::Int32 | Kind::Int64 => text
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| "it is not an integer".to_owned()),
        Kind::Number => text
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map(Value::Number)
            .ok_or_else(|| "it is not a number".to_owned()),
        Kind::Boolean if text.eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
        Kind::Boolean if text.eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
        Kind::Boolean => Err("it is neither true nor false".to_owned()),
        Kind::Array(_) | Kind::Map(_) | Kind::Object(_) => json(&text, kind),
        _ => Ok(Value::String(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::request::ConnectionInfo;
    use bytes::Bytes;
    use serde_json::json;

    const FORM: &str = "application/x-www-form-urlencoded";

    /// A post with a text and a list in the query, and the same in the form.
    fn service(style: &str) -> Service {
        let text = json!({"type": "string"});
        let list = json!({"type": "array", "items": {"type": "string"}});
        let form = json!({"Text": text, "List": list});
        let body = json!({
            "schema": {"type": "object", "properties": form},
            "encoding": {"List": {"x-acs-array-style": "repeatList"}},
        });
        let operation = json!({
            "operationId": "Test",
            "summary": "For tests.",
            "x-acs-class": "update",
            "parameters": [
                {"name": "text", "in": "query", "schema": text},
                {"name": "regionId", "in": "query", "schema": text},
                {"name": "list", "in": "query", "x-acs-array-style": "repeatList", "schema": list},
            ],
            "requestBody": {"content": {FORM: body}},
            "responses": {"200": {"description": "Done."}},
        });
        crate::testing::service(style, "/#Action=Test", &json!({"post": operation}))
    }

    fn read(style: &str, query: &str, form: &str) -> Value {
        let service = service(style);
        let request = hyper::Request::post(format!("/?{query}"));
        let request = request.header("content-type", FORM).body(()).unwrap();
        let request = Request::new(
            &request.into_parts().0,
            Bytes::from(form.to_owned()),
            ConnectionInfo::default(),
        );
        super::read(&service, &service.operations[0], &request)
            .unwrap()
            .into()
    }

    #[test]
    fn query_and_form_are_two_places_in_roa_and_one_in_rpc() {
        let all = json!({"text": "a", "list": ["b"], "Text": "c", "List": ["d"]});
        let (query, form) = ("text=a&list.1=b", "Text=c&List.1=d");
        assert_eq!(read("roa", query, form), all);
        assert_eq!(read("roa", form, query), json!({}));
        assert_eq!(read("rpc", query, form), all);
        assert_eq!(read("rpc", form, query), all);
    }

    #[test]
    fn old_clients_spell_the_region_in_one_way() {
        let region = json!({"regionId": "cn-hangzhou"});
        assert_eq!(read("rpc", "RegionId=cn-hangzhou", ""), region);
        assert_eq!(read("rpc", "RegionId=a&regionId=cn-hangzhou", ""), region);
        assert_eq!(read("roa", "RegionId=cn-hangzhou", ""), json!({}));
    }
}
