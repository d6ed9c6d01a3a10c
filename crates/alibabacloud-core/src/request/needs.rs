//! The permission that a request needs, for the error of a denied call.

use super::path::value_in;
use super::prepared::PreparedRequest;
use crate::operation::{Operation, Param, ParamStyle, Place};
use crate::ram::Statement;
use crate::ram::request::{NeededAction, RequestedNames, plain_name};
use serde_json::Value;

impl PreparedRequest {
    /// Returns the permission that the request needs by the documentation of its operation, on the
    /// resources that it names: that of `action`, or of the operation itself if the service does
    /// not report an action. `None` if it is not documented.
    ///
    /// A region or account that is not known is `*`; the region can be a parameter. Values of
    /// secret parameters are left out.
    pub(crate) fn needs(
        &self,
        operation: &Operation,
        action: Option<&str>,
        region: Option<&str>,
        account: Option<&str>,
    ) -> Option<Statement> {
        let mut actions = NeededAction::read_all(operation.permission);
        let needed = actions.find(|needed| {
            action.is_none_or(|action| action.eq_ignore_ascii_case(needed.action))
        })?;
        let values = |name: &str| self.values(operation, name);
        let of_request = values("regionid").and_then(|values| values.into_iter().next());
        let names = RequestedNames {
            region: of_request.as_deref().or(region).unwrap_or("*"),
            account: account.unwrap_or("*"),
            values: &values,
        };
        Some(Statement {
            actions: vec![needed.action.to_owned()],
            resources: names.resources(&needed.resources),
            documented: true,
        })
    }

    /// Returns the values of a parameter, by the plain form of its name.
    fn values(&self, operation: &Operation, name: &str) -> Option<Vec<String>> {
        let mut params = operation.params.iter();
        let param = params.find(|param| plain_name(param.name) == name)?;
        if self.is_secret(param.name) {
            return None;
        }
        let mut values = match param.place {
            Place::Query | Place::Form => self.sent_values(param),
            Place::Path => value_in(&self.path, operation.path, param.name)
                .into_iter()
                .collect(),
            Place::Header => {
                let sent = self.headers.get(param.name).map(str::to_owned);
                sent.into_iter().collect()
            }
            Place::Body => Vec::new(),
        };
        values.retain(|value| !value.is_empty());
        (!values.is_empty()).then_some(values)
    }

    /// Returns the values of a parameter in query or form: `Name`, or `Name.1` and so on.
    fn sent_values(&self, param: &Param) -> Vec<String> {
        let mut values = Vec::new();
        for (name, value) in self.query.iter().chain(self.form.iter()) {
            let Some(rest) = name.strip_prefix(param.name) else {
                continue;
            };
            let index = rest.strip_prefix('.').and_then(|rest| rest.parse().ok());
            match (rest.is_empty(), index) {
                (true, _) => values.extend(texts(param, value).into_iter().map(|text| (0, text))),
                (false, Some(index)) => values.push((index, value.to_owned())),
                (false, None) => {}
            }
        }
        values.sort_by_key(|(index, _): &(u32, _)| *index);
        values.into_iter().map(|(_, value)| value).collect()
    }
}

/// Returns the texts of a value: those of a list in JSON or with commas, else itself.
fn texts(param: &Param, value: &str) -> Vec<String> {
    if param.style == ParamStyle::Simple {
        return value.split(',').map(str::to_owned).collect();
    }
    if value.starts_with('[') {
        if let Ok(items) = serde_json::from_str::<Vec<Value>>(value) {
            let text = |item| match item {
                Value::String(text) => Some(text),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            };
            return items.into_iter().filter_map(text).collect();
        }
    }
    vec![value.to_owned()]
}
