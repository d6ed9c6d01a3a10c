//! Conditions of statements: operators, and what is known of a request.

use super::pattern;
use crate::timestamp::{self, Millis};
use alibabacloud_spec::values;
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What the conditions of a policy can ask about a request.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// `acs:SourceIp`.
    pub(crate) source_ip: Option<IpAddr>,
    /// `acs:SecureTransport`.
    pub(crate) secure_transport: bool,
    /// `acs:CurrentTime`.
    pub(crate) now: Millis,
    /// `acs:PrincipalARN`.
    pub(crate) principal_arn: String,
    /// `acs:RequestTag/<key>`: the tags that the request sets or asks for.
    pub(crate) request_tags: Vec<(String, String)>,
    /// `acs:ResourceTag/<key>`: the tags of the resources that the emulator keeps, by ARN.
    pub(crate) resource_tags: BTreeMap<String, Vec<(String, String)>>,
    /// Further keys, for instance of trust policies: `sts:ExternalId`.
    pub(crate) more: Vec<(&'static str, Option<String>)>,
}

/// The value of a condition key in a request.
enum Known {
    Value(String),
    /// The key is known, and the request has no value of it.
    Absent,
    /// The emulator cannot know the key.
    Unknown,
}

impl Context {
    /// Returns the value of a key for a call on a resource, if that is known.
    fn get(&self, key: &str, resource: Option<&str>) -> Known {
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        if is("acs:SourceIp") {
            return self
                .source_ip
                .map_or(Known::Absent, |address| Known::Value(address.to_string()));
        }
        if is("acs:SecureTransport") {
            return Known::Value(self.secure_transport.to_string());
        }
        if is("acs:CurrentTime") {
            return Known::Value(timestamp::format(self.now));
        }
        if is("acs:MFAPresent") {
            // Programs sign with keys, which no second factor protects.
            return Known::Value(false.to_string());
        }
        if is("acs:PrincipalARN") {
            return Known::Value(self.principal_arn.clone());
        }
        if let Some((prefix, tag)) = key.split_once('/') {
            if prefix.eq_ignore_ascii_case("acs:RequestTag") {
                return tag_of(&self.request_tags, tag);
            }
            if prefix.eq_ignore_ascii_case("acs:ResourceTag") {
                let tags = resource.and_then(|arn| self.resource_tags.get(arn));
                return tags.map_or(Known::Unknown, |tags| tag_of(tags, tag));
            }
        }
        match self.more.iter().find(|(name, _)| is(name)) {
            Some((_, Some(value))) => Known::Value(value.clone()),
            Some((_, None)) => Known::Absent,
            None => Known::Unknown,
        }
    }

    /// Returns the keys that every request has, with their values, for diagnostic messages.
    pub(crate) fn common(&self) -> Vec<(&'static str, String)> {
        [
            "acs:SourceIp",
            "acs:SecureTransport",
            "acs:CurrentTime",
            "acs:MFAPresent",
        ]
        .into_iter()
        .filter_map(|key| match self.get(key, None) {
            Known::Value(value) => Some((key, value)),
            Known::Absent | Known::Unknown => None,
        })
        .collect()
    }
}

fn tag_of(tags: &[(String, String)], key: &str) -> Known {
    let value = tags.iter().find(|(name, _)| name == key);
    value.map_or(Known::Absent, |(_, value)| Known::Value(value.clone()))
}

/// A comparison of a condition, without `Not`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Test {
    Text,
    TextAnyCase,
    Like,
    Number(Order),
    Date(Order),
    Bool,
    Address,
}

/// How the value of the request is to be, compared with that of the policy.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// The operators with their comparison, and whether it is negated.
const OPERATORS: [(&str, Test, bool); 21] = [
    ("StringEquals", Test::Text, false),
    ("StringNotEquals", Test::Text, true),
    ("StringEqualsIgnoreCase", Test::TextAnyCase, false),
    ("StringNotEqualsIgnoreCase", Test::TextAnyCase, true),
    ("StringLike", Test::Like, false),
    ("StringNotLike", Test::Like, true),
    ("NumericEquals", Test::Number(Order::Equal), false),
    ("NumericNotEquals", Test::Number(Order::Equal), true),
    ("NumericLessThan", Test::Number(Order::Less), false),
    (
        "NumericLessThanEquals",
        Test::Number(Order::LessOrEqual),
        false,
    ),
    ("NumericGreaterThan", Test::Number(Order::Greater), false),
    (
        "NumericGreaterThanEquals",
        Test::Number(Order::GreaterOrEqual),
        false,
    ),
    ("DateEquals", Test::Date(Order::Equal), false),
    ("DateNotEquals", Test::Date(Order::Equal), true),
    ("DateLessThan", Test::Date(Order::Less), false),
    ("DateLessThanEquals", Test::Date(Order::LessOrEqual), false),
    ("DateGreaterThan", Test::Date(Order::Greater), false),
    (
        "DateGreaterThanEquals",
        Test::Date(Order::GreaterOrEqual),
        false,
    ),
    ("Bool", Test::Bool, false),
    ("IpAddress", Test::Address, false),
    ("NotIpAddress", Test::Address, true),
];

/// Returns the names of all operators.
pub(super) fn operators() -> impl Iterator<Item = &'static str> {
    OPERATORS.iter().map(|(name, ..)| *name)
}

/// One line of a condition: an operator, a key, and values of which one must fit.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    test: Test,
    negated: bool,
    key: String,
    values: Vec<String>,
}

/// Why a statement with a condition does not apply.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Unmet {
    /// The condition is known to be false.
    False,
    /// The emulator cannot know the key.
    Unknown(String),
}

impl Condition {
    /// Reads one line of a condition.
    ///
    /// # Errors
    ///
    /// Describes an unknown operator, or a value that the operator cannot compare.
    pub(crate) fn new(operator: &str, key: &str, values: Vec<String>) -> Result<Self, String> {
        let known = OPERATORS.iter().find(|(name, ..)| *name == operator);
        let &(_, test, negated) = known.ok_or_else(|| format!("unknown operator {operator}"))?;
        if values.is_empty() {
            return Err(format!("{operator} of {key} has no value"));
        }
        for value in &values {
            let is_valid = match test {
                Test::Text | Test::TextAnyCase | Test::Like => true,
                Test::Number(_) => value.parse::<f64>().is_ok(),
                Test::Date(_) => moment(value).is_some(),
                Test::Bool => boolean(value).is_some(),
                Test::Address => Network::parse(value).is_some(),
            };
            if !is_valid {
                return Err(format!("{operator} of {key} cannot compare {value:?}"));
            }
        }
        Ok(Self {
            test,
            negated,
            key: key.to_owned(),
            values,
        })
    }

    /// Checks the condition against a request, for the resource that a statement is about.
    ///
    /// A key without a value in the request makes the condition false, negated or not.
    pub(crate) fn check(&self, context: &Context, resource: Option<&str>) -> Result<(), Unmet> {
        let actual = match context.get(&self.key, resource) {
            Known::Value(value) => value,
            Known::Absent => return Err(Unmet::False),
            Known::Unknown => return Err(Unmet::Unknown(self.key.clone())),
        };
        let fits = self.values.iter().any(|wanted| self.fits(&actual, wanted));
        if fits == self.negated {
            return Err(Unmet::False);
        }
        Ok(())
    }

    fn fits(&self, actual: &str, wanted: &str) -> bool {
        match self.test {
            Test::Text => actual == wanted,
            Test::TextAnyCase => actual.to_lowercase() == wanted.to_lowercase(),
            Test::Like => pattern::matches(wanted, actual),
            Test::Number(order) => {
                let number = |text: &str| text.parse::<f64>().ok();
                let both = number(actual).zip(number(wanted));
                let ordering = both.and_then(|(actual, wanted)| actual.partial_cmp(&wanted));
                ordering.is_some_and(|ordering| order.holds(ordering))
            }
            Test::Date(order) => {
                let both = moment(actual).zip(moment(wanted));
                both.is_some_and(|(actual, wanted)| order.holds(actual.cmp(&wanted)))
            }
            Test::Bool => boolean(actual) == boolean(wanted),
            Test::Address => {
                let both = actual.parse().ok().zip(Network::parse(wanted));
                both.is_some_and(|(address, network)| network.contains(address))
            }
        }
    }
}

fn boolean(text: &str) -> Option<bool> {
    values::boolean(&Value::from(text))
}

/// Reads a time; policies may leave the seconds out: `2026-08-12T17:00+08:00`.
fn moment(text: &str) -> Option<Millis> {
    timestamp::parse(text).or_else(|| {
        let (minutes, zone) = text.split_at_checked(16)?;
        timestamp::parse(&format!("{minutes}:00{zone}"))
    })
}

/// Addresses that begin with the same bits: `192.0.2.0/24`, or one address.
#[derive(Clone, Copy, Debug)]
struct Network {
    address: u128,
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let length = length.unwrap_or(all);
        (length <= all).then_some(Self {
            address: number(address),
            // IPv4 addresses are compared as IPv6 addresses that contain them.
            bits: length + 128 - all,
        })
    }

    fn contains(self, address: IpAddr) -> bool {
        let differing = self.address ^ number(address);
        differing.leading_zeros() >= self.bits
    }
}

fn number(address: IpAddr) -> u128 {
    let address = match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    };
    u128::from(address)
}
