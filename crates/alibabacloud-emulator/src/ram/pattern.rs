//! Patterns of policies: `*` stands for any number of characters, `?` for one.

/// How many parts an ARN has: `acs:<service>:<region>:<account>:<resource>`.
const ARN_PARTS: usize = 5;

/// Returns whether a text matches a pattern; case matters.
///
/// The time is at most the product of both lengths, whatever the pattern.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // After the latest `*`: the position in the pattern, and where in the text it ends.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&character) = text.get(t) {
        match (pattern.get(p), star) {
            (Some('*'), _) => {
                p += 1;
                star = Some((p, t));
            }
            (Some(&wanted), _) if wanted == '?' || wanted == character => {
                p += 1;
                t += 1;
            }
            (_, Some((after, end))) => {
                p = after;
                t = end + 1;
                star = Some((after, t));
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(p).all(|&rest| rest == '*')
}

/// Returns whether a text matches a pattern in any case, as actions do.
pub(crate) fn matches_any_case(pattern: &str, text: &str) -> bool {
    matches(&pattern.to_lowercase(), &text.to_lowercase())
}

/// Returns whether an ARN matches the pattern of a policy.
///
/// A pattern with all parts of an ARN is compared part by part, so that a `*` for the region does
/// not match the account. Services that are the same in all regions have ARNs with an empty region
/// or with `*`; both forms mean the same.
pub(crate) fn matches_arn(pattern: &str, arn: &str) -> bool {
    let wanted: Vec<&str> = pattern.splitn(ARN_PARTS, ':').collect();
    let actual: Vec<&str> = arn.splitn(ARN_PARTS, ':').collect();
    if wanted.len() < ARN_PARTS || actual.len() < ARN_PARTS {
        return matches(pattern, arn);
    }
    wanted
        .iter()
        .zip(&actual)
        .all(|(pattern, part)| matches(pattern, part) || (pattern.is_empty() && *part == "*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_characters() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*c", "abbc", true),
            ("a*c", "abcb", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*b*", "abc", true),
            ("a**", "a", true),
            ("ü?*", "üx", true),
            ("ab", "abc", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn many_wildcards_take_little_time() {
        let pattern = "*a".repeat(3_000);
        let text = "a".repeat(2_000) + "b";
        let start = std::time::Instant::now();
        assert!(!matches(&pattern, &text));
        assert!(start.elapsed().as_secs() < 5);
    }

    #[test]
    fn an_arn_is_compared_part_by_part() {
        let arn = "acs:ecs:cn-hangzhou:1:instance/i-1";
        for (pattern, expected) in [
            ("*", true),
            ("acs:ecs:*", true),
            ("acs:ecs:*:*:instance/*", true),
            ("acs:ecs:*:*:instance/I-1", false),
            ("acs:ecs:*:instance/i-1", true),
            ("acs:ecs:*:2:*", false),
            ("acs:ecs::1:instance/i-1", false),
        ] {
            assert_eq!(matches_arn(pattern, arn), expected, "{pattern}");
        }
        assert!(matches_arn("acs:ram::1:role/a", "acs:ram:*:1:role/a"));
        assert!(matches_arn("acs:ram:*:1:role/a", "acs:ram::1:role/a"));
        // The region does not reach into the account.
        assert!(!matches_arn("acs:ecs:*:1:x", "acs:ecs:cn:2:1:x"));
    }
}
