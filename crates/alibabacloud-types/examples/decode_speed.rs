//! Compares decoding through field tables with decoding by serde's derive, in one process and on
//! the same text.
//!
//! Run with `cargo run --release --package alibabacloud-types --example decode_speed`. Compare the
//! ratio, which hardly depends on the machine.

use alibabacloud_types::plumbing::decode;
use std::error::Error;
use std::fmt::Debug;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// A page of `ListInstancePackageStates`, with attributes for the derive or without.
macro_rules! page {
    ($(#[$attribute:meta])*) => {
        #[derive(Default)]
        $(#[$attribute])*
        pub(super) struct Page {
            request_id: Option<String>,
            max_results: Option<String>,
            next_token: Option<String>,
            package_states: Vec<PackageState>,
        }

        #[derive(Default)]
        $(#[$attribute])*
        struct PackageState {
            template_id: Option<String>,
            template_name: Option<String>,
            template_version: Option<String>,
            update_time: Option<String>,
            description: Option<String>,
            publisher: Option<String>,
            parameters: Option<String>,
            configuration_info: Option<String>,
        }
    };
}

mod table {
    page! {}
    alibabacloud_types::fields!(Page {
        request_id: "RequestId",
        max_results: "MaxResults",
        next_token: "NextToken",
        package_states: "PackageStates",
    });
    alibabacloud_types::fields!(PackageState {
        template_id: "TemplateId",
        template_name: "TemplateName",
        template_version: "TemplateVersion",
        update_time: "UpdateTime",
        description: "Description",
        publisher: "Publisher",
        parameters: "Parameters",
        configuration_info: "ConfigurationInfo",
    });
}

mod derived {
    page! {
        #[derive(Debug, serde::Deserialize)]
        #[serde(default, rename_all = "PascalCase")]
    }
}

/// Returns a response with `items` packages, of which two texts have escapes.
fn response(items: usize) -> String {
    let package = r#"{"TemplateId":"087b1e11072a40259f6fxxxxxxxxx","TemplateName":"ACS-ECS-Docker","TemplateVersion":"v3",
        "UpdateTime":"2024-05-04T11:17:28","Description":"Runs containers\non the instance","Publisher":"Alibaba Cloud",
        "Parameters":"{}","ConfigurationInfo":"{\"url\":\"https://example.com:8888\",\"username\":\"user\"}"}"#;
    format!(
        r#"{{"RequestId":"1306108F-610C-40FD-AAD5-XXXXXX","MaxResults":"50","PackageStates":[{}]}}"#,
        vec![package; items].join(",")
    )
}

/// Returns the shortest time per decode over several rounds of `times` decodes.
fn best<T, E: Error + 'static>(
    times: u32,
    decode: impl Fn() -> Result<T, E>,
) -> Result<Duration, Box<dyn Error>> {
    let mut best = Duration::MAX;
    for _ in 0..9 {
        let start = Instant::now();
        for _ in 0..times {
            black_box(decode()?);
        }
        best = best.min(start.elapsed() / times);
    }
    Ok(best)
}

/// Fails unless both have decoded the same.
fn same(table: &impl Debug, derived: &impl Debug) -> Result<(), Box<dyn Error>> {
    if format!("{table:?}") == format!("{derived:?}") {
        Ok(())
    } else {
        Err("the two decoders disagree".into())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    println!(
        "{:>9} {:>12} {:>12} {:>7}",
        "bytes", "field table", "derive", "ratio"
    );
    for (items, times) in [(50, 400), (5000, 8)] {
        let json = response(items);
        let table = || {
            let mut page = table::Page::default();
            decode(black_box(json.as_bytes()), &mut page).map(|()| page)
        };
        let derived = || serde_json::from_slice::<derived::Page>(black_box(json.as_bytes()));
        same(&table()?, &derived()?)?;
        let (table, derived) = (best(times, table)?, best(times, derived)?);
        let ratio = table.as_secs_f64() / derived.as_secs_f64();
        println!(
            "{:>9} {table:>12.1?} {derived:>12.1?} {ratio:>7.2}",
            json.len()
        );
    }
    Ok(())
}
