//! Where a product is served: a rule, and a table of the exceptions.

use super::context::{Context, array, string};
use crate::import::json::{Json, JsonPath};
use crate::import::report::{Confidence, Refusal, Rule};
use alibabacloud_spec::Endpoints;
use indexmap::IndexMap;

/// Reads `endpoints` and determines the rule.
pub(super) fn read<'a>(
    cx: &mut Context<'a>,
    document: &'a Json,
    code: &str,
) -> Result<Endpoints, Refusal> {
    let at = JsonPath::ROOT.key("endpoints");
    let rows = match document.get("endpoints") {
        Some(json) => array(json, &at)?,
        None => &[],
    };
    let mut table = Table::default();
    for (index, row) in rows.iter().enumerate() {
        read_row(cx, row, &at.index(index), code, &mut table)?;
    }
    let endpoints = table.into_endpoints(code);
    let rule = if endpoints.regional {
        "regional"
    } else {
        "central"
    };
    let confidence = if rows.is_empty() {
        Confidence::Low
    } else {
        Confidence::High
    };
    cx.report
        .infer("endpoint-rule", "the product", confidence, rule);
    Ok(endpoints)
}

/// Hosts by region.
#[derive(Default)]
struct Table {
    public: IndexMap<String, String>,
    vpc: IndexMap<String, String>,
}

fn read_row<'a>(
    cx: &mut Context<'a>,
    row: &'a Json,
    path: &JsonPath<'_>,
    code: &str,
    table: &mut Table,
) -> Result<(), Refusal> {
    let (mut region, mut host, mut inner) = ("", "", "");
    for (key, value) in cx.object(row, path)?.iter().rev() {
        let at = path.key(key);
        match key.as_str() {
            "regionId" => region = string(value, &at)?,
            "endpoint" => host = string(value, &at)?,
            "vpc" | "vpcEndpoint" => inner = string(value, &at)?,
            "regionName" | "areaId" | "areaName" | "public" => {}
            key => cx.unknown_key("an endpoint", key, &at),
        }
    }
    let region = region.trim();
    if !is_region(region) {
        cx.find(
            Rule::EndpointRefused,
            &path.key("regionId"),
            format!("invalid region ID {region:?}"),
        );
        return Ok(());
    }
    for (key, text, vpc) in [("endpoint", host, false), ("vpc", inner, true)] {
        let at = path.key(key);
        if let Some(host) = read_host(cx, text, &at) {
            let vpc = vpc || is_vpc_host(&host);
            let hosts = if vpc {
                &mut table.vpc
            } else {
                &mut table.public
            };
            add(cx, region, host, code, hosts, &at);
        }
    }
    Ok(())
}

/// Trims and checks a host name; nothing else may become one.
fn read_host(cx: &mut Context<'_>, text: &str, path: &JsonPath<'_>) -> Option<String> {
    let host = text
        .trim()
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_end_matches('/');
    if host.is_empty() && text.is_empty() {
        return None;
    }
    if !is_host(host) {
        cx.find(
            Rule::EndpointRefused,
            path,
            format!("invalid host name {text:?}"),
        );
        return None;
    }
    if host != text {
        cx.find(
            Rule::EndpointTrimmed,
            path,
            format!("{text:?} trimmed to {host:?}"),
        );
    }
    Some(host.to_ascii_lowercase())
}

fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

fn is_region(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 63
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_vpc_host(host: &str) -> bool {
    host.contains(".vpc-proxy.") || host.contains("-vpc.")
}

fn add(
    cx: &mut Context<'_>,
    region: &str,
    host: String,
    code: &str,
    hosts: &mut IndexMap<String, String>,
    path: &JsonPath<'_>,
) {
    match hosts.get_mut(region) {
        None => {
            hosts.insert(region.to_owned(), host);
        }
        Some(known) if *known == host => cx.find(
            Rule::EndpointRepeated,
            path,
            format!("{region} is listed twice"),
        ),
        Some(known) => {
            let message = format!("{region} has the hosts {known} and {host}");
            if host == rule(true).public_host(code, region) {
                *known = host;
            }
            cx.find(Rule::EndpointConflict, path, message);
        }
    }
}

/// Returns a rule without a table.
fn rule(regional: bool) -> Endpoints {
    Endpoints {
        regional,
        ..Endpoints::default()
    }
}

impl Table {
    /// Determines the rule that most rows follow. Rows that follow it need no entry; only their
    /// regions are kept.
    fn into_endpoints(self, code: &str) -> Endpoints {
        let following = |rule: Endpoints| {
            let rows = self.public.iter();
            rows.filter(|(region, host)| **host == rule.public_host(code, region))
                .count()
        };
        let (by_region, by_center) = (following(rule(true)), following(rule(false)));
        let regional = by_region >= by_center && (by_region > 0 || mentions_region(&self.public));
        let rule = rule(regional);
        let mut regions: Vec<String> = self.public.keys().chain(self.vpc.keys()).cloned().collect();
        regions.sort_unstable();
        regions.dedup();
        Endpoints {
            regional,
            regions,
            public: exceptions(self.public, |region| rule.public_host(code, region)),
            vpc: exceptions(self.vpc, |region| rule.vpc_host(code, region)),
        }
    }
}

/// Returns whether most hosts contain the name of their region.
fn mentions_region(hosts: &IndexMap<String, String>) -> bool {
    let mentioning = hosts
        .iter()
        .filter(|(region, host)| host.contains(region.as_str()))
        .count();
    mentioning * 2 > hosts.len()
}

fn exceptions(
    hosts: IndexMap<String, String>,
    rule: impl Fn(&str) -> String,
) -> IndexMap<String, String> {
    let mut table: IndexMap<String, String> = hosts
        .into_iter()
        .filter(|(region, host)| *host != rule(region))
        .collect();
    table.sort_keys();
    table
}
