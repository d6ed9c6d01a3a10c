//! The hosts that the official clients select.

use alibabacloud_core::endpoint::Network;
use alibabacloud_core::plumbing::EndpointTable;
use sdk_tests::{check_all, json_files, vectors_dir};
use serde_json::Value;

/// The public hosts that the official ECS client lists in addition to the rule, for the regions of
/// the vectors.
const ECS: EndpointTable = EndpointTable {
    regional: true,
    public: &[
        ("cn-hangzhou", "ecs-cn-hangzhou.aliyuncs.com"),
        ("cn-hangzhou-finance", "ecs.aliyuncs.com"),
        ("cn-north-2-gov-1", "ecs.aliyuncs.com"),
        ("cn-shanghai-finance-1", "ecs-cn-hangzhou.aliyuncs.com"),
    ],
    vpc: &[],
};

const BY_RULE: EndpointTable = EndpointTable {
    regional: true,
    public: &[],
    vpc: &[],
};

#[test]
fn every_endpoint_vector_has_its_host() {
    let Some(directory) = vectors_dir() else {
        return;
    };
    let files = json_files(&directory.join("endpoints"));
    let cases: Vec<_> = files
        .iter()
        .flat_map(|file| file["cases"].as_array().expect("cases"))
        .collect();
    assert_eq!(cases.len(), 112);
    let deviations = cases
        .iter()
        .filter(|case| deviation(case).is_some())
        .count();
    assert_eq!(deviations, 8, "docs/protocol.md lists the deviations");
    check_all(cases.iter().map(|case| (case.to_string(), check(case))));
}

fn check(case: &Value) -> Result<(), String> {
    let (product, region, network) = parts(case);
    let table = if product == "ecs" { &ECS } else { &BY_RULE };
    let network: Network = network.parse().map_err(|error| format!("{error}"))?;
    let endpoint = table
        .endpoint(product, Some(region), network)
        .map_err(|error| error.to_string())?;
    let expected = deviation(case).unwrap_or_else(|| text(&case["endpoint"]).to_owned());
    if endpoint.host() == expected {
        Ok(())
    } else {
        Err(format!("expected {expected}, found {}", endpoint.host()))
    }
}

/// Returns the expected host where the SDK differs: an official client leaves the requested network
/// if its table contains a public host.
fn deviation(case: &Value) -> Option<String> {
    let (product, region, network) = parts(case);
    let left_network = matches!(network, "vpc" | "internal")
        && ECS.public.contains(&(region, text(&case["endpoint"])));
    (product == "ecs" && left_network).then(|| format!("{product}-{network}.{region}.aliyuncs.com"))
}

fn parts(case: &Value) -> (&str, &str, &str) {
    let network = case["network"].as_str().unwrap_or_default();
    (text(&case["product"]), text(&case["region_id"]), network)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}
