//! How many requests an account can send: `flowControl`.

use super::context::Context;
use crate::import::json::{Json, JsonPath};
use crate::import::report::Rule;
use alibabacloud_spec::RateLimit;

/// Reads `flowControl`: that of an operation, or what the one of the product has for it.
///
/// A limit of all regions counts before that of one, and the strictest of those.
pub(super) fn read(
    cx: &mut Context<'_>,
    json: &Json,
    operation: &str,
    path: &JsonPath<'_>,
    of_product: bool,
) -> Option<RateLimit> {
    let mut limits: Vec<(bool, RateLimit)> = Vec::new();
    for (index, entry) in entries(json).iter().enumerate() {
        let text = |key: &str| entry.get(key).and_then(Json::scalar_text);
        let names_it = match text("api") {
            Some(api) => api == operation,
            None => !of_product,
        };
        if !names_it {
            continue;
        }
        let number = |key: &str| text(key).and_then(|text| whole(&text));
        let (Some(requests), Some(seconds)) = (number("threshold"), number("countWindow")) else {
            let message = "expected a threshold and a window from 1; ignored";
            cx.find(Rule::RateLimitIgnored, &path.index(index), message);
            continue;
        };
        let local = text("regionId").is_some_and(|region| !matches!(region.trim(), "*" | ""));
        limits.push((local, RateLimit { requests, seconds }));
    }
    let per_second = |limit: &RateLimit| f64::from(limit.requests) / f64::from(limit.seconds);
    limits.sort_by(|(local, limit), (other_local, other)| {
        let by_rate = per_second(limit).total_cmp(&per_second(other));
        local.cmp(other_local).then(by_rate)
    });
    limits.dedup();
    if limits.len() > 1 {
        let message = "several limits; one of all regions counts, and the strictest of those";
        cx.find(Rule::RateLimitIgnored, path, message);
    }
    limits.first().map(|(_, limit)| *limit)
}

/// Returns a positive number, which some exports write as `5.0`.
fn whole(text: &str) -> Option<u32> {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.parse().ok().filter(|&number| number > 0)
}

fn entries(json: &Json) -> &[Json] {
    match json {
        Json::Array(items) => items,
        Json::Object(_) => match json.get("flowControlList") {
            Some(list) => entries(list),
            None => std::slice::from_ref(json),
        },
        _ => &[],
    }
}
