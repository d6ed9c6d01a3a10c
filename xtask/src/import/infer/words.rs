//! Names split into words.

/// Returns a name in lower case without separators: `next_token`, `NextToken` and `next-token` are
/// the same.
pub(crate) fn squeezed(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns the words of a name in lower case: `DBInstanceId` is `db`, `instance`, `id`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|at| chars.get(at));
        let after = chars.get(index + 1);
        let starts = c.is_uppercase()
            && (before.is_some_and(|b| b.is_lowercase() || b.is_numeric())
                || (before.is_some_and(|b| b.is_uppercase())
                    && after.is_some_and(|a| a.is_lowercase())));
        if starts || !c.is_alphanumeric() {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart_at_every_seam() {
        assert_eq!(words("DBInstanceId"), ["db", "instance", "id"]);
        assert_eq!(words("next_token"), ["next", "token"]);
        assert_eq!(words("x-acs-Version2Id"), ["x", "acs", "version2", "id"]);
        assert_eq!(words("__topic__"), ["topic"]);
        assert!(words("_").is_empty());
        assert_eq!(squeezed("Next-Token"), "nexttoken");
    }
}
