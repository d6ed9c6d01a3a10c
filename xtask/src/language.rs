//! The language of texts: English, as far as letters tell.

/// Returns the first letter outside of code that no English text has.
pub(crate) fn foreign_letter(text: &str) -> Option<char> {
    let mut is_fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
            continue;
        }
        if is_fenced {
            continue;
        }
        let mut rest = line;
        loop {
            let (prose, after) = rest.split_once('`').unwrap_or((rest, ""));
            if let Some(letter) = prose.chars().find(|c| is_foreign(*c)) {
                return Some(letter);
            }
            match after.split_once('`') {
                Some((_, after)) => rest = after,
                // A backtick without its counterpart begins no code.
                None => {
                    if let Some(letter) = after.chars().find(|c| is_foreign(*c)) {
                        return Some(letter);
                    }
                    break;
                }
            }
        }
    }
    None
}

/// Returns whether a character is a letter that is neither Latin nor Greek, or a sign of Chinese.
fn is_foreign(c: char) -> bool {
    let is_known = matches!(
        c,
        '\0'..='\u{24f}'
            | '\u{370}'..='\u{3ff}'
            | '\u{1e00}'..='\u{1fff}'
            | '\u{2000}'..='\u{2bff}'
    );
    let is_sign = matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}');
    !is_known && (c.is_alphabetic() || is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_has_latin_letters_outside_of_code() {
        for text in [
            "Ünïcode, 5 µs, Ω, “quotes” – …",
            "x `中文` y",
            "a\n```\n中\n```\nb",
            "→ ☁",
        ] {
            assert_eq!(foreign_letter(text), None, "{text}");
        }
        for (text, letter) in [
            ("a 中", '中'),
            ("а", 'а'),
            ("`x` 、", '、'),
            ("`a 中", '中'),
        ] {
            assert_eq!(foreign_letter(text), Some(letter), "{text}");
        }
    }
}
