//! The values of templates: of a resource, the call, and the resources that it belongs to.

use super::model::{Kind, Model, duration};
use super::related::{dependents, key_of, kind_of, parent_ids};
use super::template::Lookup;
use crate::call::Call;
use crate::ids;
use crate::store::record::{self, Record, Table};
use crate::timestamp;
use alibabacloud_spec::values;
use serde_json::{Map, Value};
use std::net::Ipv4Addr;

const DIGITS: &[u8] = b"0123456789";
const HEX: &[u8] = b"0123456789abcdef";
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Where the templates of a resource get their values.
pub(super) struct Values<'a> {
    pub(super) model: &'a Model,
    pub(super) kind: &'a Kind,
    pub(super) call: &'a Call<'a>,
    pub(super) record: &'a Record,
    /// The item of a list parameter that the resource is created for.
    pub(super) item: Option<&'a Value>,
    /// The resource that it is created together with.
    pub(super) creator: Option<&'a Record>,
    /// The state before the call.
    pub(super) previous: Option<&'a Value>,
}

impl Lookup for Values<'_> {
    fn name(&self, name: &str) -> Option<Value> {
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        let found = match first {
            "item" => self.item.and_then(|item| match rest {
                "" => Some(item),
                path => record::at(item.as_object()?, path),
            }),
            "creator" => record::at(self.creator?, rest),
            _ => {
                let own = record::at(self.record, name).filter(|value| !is_empty(value));
                own.or_else(|| parameter(self.call.parameters, name))
                    .or_else(|| self.of_parent(first, rest))
            }
        };
        found.filter(|value| !is_empty(value)).cloned()
    }

    fn function(&self, name: &str, argument: &str) -> Option<Value> {
        let call = self.call;
        let length = || argument.parse().ok();
        Some(match name {
            "account" => Value::from(call.caller.account.as_str()),
            "caller" => Value::from(call.caller.name.as_str()),
            "region" => Value::from(call.region_id),
            "now" => {
                let later = duration(argument).unwrap_or(0);
                Value::from(timestamp::format(call.now.saturating_add(later)))
            }
            "digits" => Value::from(call.ids.random(DIGITS, length()?)),
            "hex" => Value::from(call.ids.random(HEX, length()?)),
            "letters" => Value::from(call.ids.random(LETTERS, length()?)),
            "uuid" => Value::from(call.ids.request().to_lowercase()),
            "ip" => {
                let network = match argument.strip_prefix('$') {
                    Some(name) => values::text(&self.name(name)?),
                    None if argument.is_empty() => "172.16".to_owned(),
                    None => argument.to_owned(),
                };
                let random = ids::hash(&[&call.ids.request()]);
                Value::from(address(&network, random)?.to_string())
            }
            "previous" => self.previous?.clone(),
            "count" => {
                let kinds = argument.split(' ');
                Value::from(kinds.map(|kind| self.children(kind).len()).sum::<usize>())
            }
            "children" => Value::from(self.children(argument)),
            "equal" => {
                let (first, second) = argument.split_once(' ')?;
                Value::Bool(self.name(first)? == self.name(second)?)
            }
            "number" => Value::from(self.number(argument)),
            _ => return None,
        })
    }
}

impl Values<'_> {
    /// Returns a field of the resource of a kind that this one belongs to.
    fn of_parent(&self, kind: &str, path: &str) -> Option<&Value> {
        let own = self.kind;
        let is_kind = |name: &str| name.rsplit('/').next() == Some(kind);
        let mut parents = own.parents.iter();
        let (field, parent) = parents.find(|(_, parent)| is_kind(&parent.kind))?;
        let id = parent_ids(self.record, field, parent).into_iter().next()?;
        let table = self.model.table(&parent.kind);
        if let Some(table) = self.call.region.resources.existing(&table) {
            return record::at(table.get(&id)?, path);
        }
        let kind = self.model.resources.get(&parent.kind)?;
        let mut initial = kind.initial.iter();
        let fields = initial.find(|fields| {
            kind.id
                .iter()
                .all(|name| fields.get(name).is_some_and(|own| *own == id))
        });
        fields?.get(path)
    }

    /// Returns the IDs of the resources of a kind that belong to this one.
    fn children(&self, kind: &str) -> Vec<String> {
        let own = self.kind;
        let Some(key) = key_of(own, self.record) else {
            return Vec::new();
        };
        let region = &self.call.region;
        let wanted = self.model.table(kind);
        let children = dependents(region, &own.table, &key).into_iter();
        let children = children.filter(|child| child.table == wanted);
        let ids = children.filter_map(|child| {
            let (_, kind) = kind_of(&child.table)?;
            let record = region.resources.get(&child.table, &child.key)?;
            record::at(record, kind.id.last()?).map(values::text)
        });
        ids.collect()
    }

    /// Returns the number of a new resource among those with the same value of a field, from 1.
    fn number(&self, field: &str) -> u64 {
        let kind = self.kind;
        let same = record::at(self.record, field);
        let table = self.call.region.resources.existing(&kind.table);
        let numbers = table.into_iter().flat_map(Table::values);
        let numbers = numbers.filter(|record| record::at(record, field) == same);
        let numbers = numbers.filter_map(|record| {
            let id = values::text(record::at(record, kind.id.last()?)?);
            let digits = id.trim_start_matches(|c: char| !c.is_ascii_digit());
            digits.parse::<u64>().ok()
        });
        numbers.max().unwrap_or(0) + 1
    }
}

/// Returns a parameter, or a field of one that is an object. Names can contain dots.
fn parameter<'a>(parameters: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = parameters
        .get(name)
        .or_else(|| record::at(parameters, name));
    found.or_else(|| {
        let bodies = parameters.values().filter_map(Value::as_object);
        let mut found = bodies.filter_map(|body| record::at(body, name));
        found.next()
    })
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// Returns an address in a network such as `10.0.1.0/24`, or `10.0` for `10.0.0.0/16`.
///
/// The first address and the last three are not used, as in a vSwitch.
fn address(network: &str, random: u64) -> Option<Ipv4Addr> {
    let (start, length) = network.split_once('/').unzip();
    let mut octets = [0; 4];
    let mut count = 0;
    for part in start.unwrap_or(network).split('.') {
        *octets.get_mut(count)? = part.parse().ok()?;
        count += 1;
    }
    let length = length.map_or(Some(count * 8), |length| length.parse().ok())?;
    let bits = 32_usize.checked_sub(length)?;
    let usable = (1_u64 << bits).checked_sub(4).filter(|count| *count > 0)?;
    let host = u32::try_from(random % usable + 1).ok()?;
    u32::from_be_bytes(octets)
        .checked_add(host)
        .map(Ipv4Addr::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_in_their_network() {
        for (network, random, expected) in [
            ("10.0", 0, Some("10.0.0.1")),
            ("10.0", 65_531, Some("10.0.255.252")),
            ("10.0.1.0/24", 251, Some("10.0.1.252")),
            ("10.0.1.0/24", 252, Some("10.0.1.1")),
            ("172.16.0.0/12", u64::MAX, Some("172.16.4.0")),
            ("10.0.1.0/31", 0, None),
            ("10.0.1.0/x", 0, None),
            ("fd00::/8", 0, None),
        ] {
            let address = address(network, random).map(|address| address.to_string());
            assert_eq!(address.as_deref(), expected, "{network}");
        }
    }
}
