//! The regions of Alibaba Cloud, for advice about a region that is probably wrong.
//!
//! Only for advice: regions open more often than this list changes, so nothing is rejected because
//! of it.

/// The regions in the metadata that Alibaba Cloud published in December 2025, without those for its
/// own use.
const KNOWN: [&str; 40] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-chengdu",
    "cn-fuzhou",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-hangzhou-finance",
    "cn-heyuan",
    "cn-heyuan-acdr-1",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-nanjing",
    "cn-north-2-gov-1",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-finance-1",
    "cn-shenzhen",
    "cn-shenzhen-finance-1",
    "cn-wuhan-lr",
    "cn-wulanchabu",
    "cn-zhangjiakou",
    "cn-zhengzhou-jva",
    "eu-central-1",
    "eu-west-1",
    "me-central-1",
    "me-east-1",
    "na-south-1",
    "rus-west-1",
    "us-east-1",
    "us-southeast-1",
    "us-west-1",
];

/// The number of letters by which a mistyped region differs from the one that was meant.
const MOST_TYPOS: usize = 2;

/// Returns whether a region is known, or `listed` by the product itself.
pub(crate) fn is_known(region: &str, listed: &[(&str, &str)]) -> bool {
    KNOWN.contains(&region) || listed.iter().any(|(name, _)| *name == region)
}

/// Returns advice about a known region in which a host does not exist.
pub(crate) fn not_available(region: &str) -> String {
    format!("the product may not be available in region {region}, or only in another network")
}

/// Returns advice about a region that is not known. `listed` are the regions that the product lists
/// itself.
pub(crate) fn advice(region: &str, listed: &[(&str, &str)]) -> String {
    let known: Vec<&str> = KNOWN
        .into_iter()
        .chain(listed.iter().map(|(name, _)| *name))
        .collect();
    if let Some(whole) = region_of_zone(region).filter(|whole| known.contains(whole)) {
        return format!("{region} is a zone of {whole}; set the region to {whole}");
    }
    let nearest = known
        .iter()
        .map(|name| (distance(region, name), *name))
        .min()
        .filter(|(typos, _)| *typos <= MOST_TYPOS);
    match nearest {
        Some((_, name)) => format!("{region} is not a known region; did you mean {name}?"),
        None => format!("{region} is not a known region"),
    }
}

/// Returns the region of a zone: `cn-hangzhou` of `cn-hangzhou-b`, `us-west-1` of `us-west-1a`.
fn region_of_zone(zone: &str) -> Option<&str> {
    let region = zone.strip_suffix(|c: char| c.is_ascii_lowercase())?;
    let region = region.strip_suffix('-').unwrap_or(region);
    (region.len() + 1 < zone.len() || region.ends_with(|c: char| c.is_ascii_digit()))
        .then_some(region)
}

/// Returns the number of letters to insert, remove, replace or swap with the next one that make one
/// text the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let replaced = get(&previous, j) + usize::from(x != y);
            let mut least = replaced
                .min(get(&previous, j + 1) + 1)
                .min(get(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                least = least.min(get(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut previous, row);
    }
    previous.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_what_was_probably_meant() {
        for (region, expected) in [
            (
                "cn-hangzhou-b",
                "cn-hangzhou-b is a zone of cn-hangzhou; set the region to cn-hangzhou",
            ),
            (
                "us-west-1a",
                "us-west-1a is a zone of us-west-1; set the region to us-west-1",
            ),
            (
                "cn-shanghai-finance-1c",
                "cn-shanghai-finance-1c is a zone of cn-shanghai-finance-1; set the region to \
                 cn-shanghai-finance-1",
            ),
            (
                "cn-hangzou",
                "cn-hangzou is not a known region; did you mean cn-hangzhou?",
            ),
            (
                "cn-hagnzhou",
                "cn-hagnzhou is not a known region; did you mean cn-hangzhou?",
            ),
            ("hangzhou", "hangzhou is not a known region"),
            (
                "cn-old-2",
                "cn-old-2 is not a known region; did you mean cn-old-1?",
            ),
            ("b", "b is not a known region"),
            ("", "is not a known region"),
        ] {
            let advice = advice(region, &[("cn-old-1", "host")]);
            assert_eq!(advice.trim(), expected);
        }
    }

    #[test]
    fn regions_are_known_by_the_sdk_or_the_product() {
        let listed = [("cn-old-1", "host")];
        for (region, known) in [
            ("cn-hangzhou", true),
            ("cn-old-1", true),
            ("cn-hangzou", false),
        ] {
            assert_eq!(is_known(region, &listed), known, "{region}");
        }
    }

    #[test]
    fn regions_are_not_zones() {
        for name in KNOWN {
            assert_eq!(
                region_of_zone(name).filter(|r| KNOWN.contains(r)),
                None,
                "{name}"
            );
        }
    }

    #[test]
    fn typos_are_counted() {
        for (a, b, typos) in [
            ("", "", 0),
            ("a", "", 1),
            ("ab", "ba", 1),
            ("abc", "axc", 1),
            ("abc", "xyz", 3),
            ("ca", "abc", 3),
        ] {
            assert_eq!(distance(a, b), typos, "{a} {b}");
        }
    }
}
