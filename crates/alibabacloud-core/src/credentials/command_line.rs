//! Splitting of a command into words, as the CLI does for `process_command`.

use super::CredentialsError;

/// What a backslash means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// It takes the next character as it is.
    Posix,
    /// It separates the names of a path.
    Windows,
}

impl Quoting {
    /// The rules of the system that the program is compiled for.
    pub(super) const SYSTEM: Self = match cfg!(windows) {
        true => Self::Windows,
        false => Self::Posix,
    };

    /// Returns whether a backslash before this character is removed in double quotes.
    fn escapes_in_double_quotes(self, next: char) -> bool {
        match self {
            Self::Posix => matches!(next, '"' | '\\' | '$' | '`' | '\n'),
            Self::Windows => next == '"',
        }
    }
}

/// Splits a command into words. Returns no word for a command without one. A word can be empty, if
/// it is in quotes.
///
/// # Errors
/// Returns an error, without the command, if a quote is not closed, or a backslash that takes the
/// next character is the last one.
pub(super) fn split(command: &str, quoting: Quoting) -> Result<Vec<String>, CredentialsError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = command.chars().peekable();
    while let Some(character) = characters.next() {
        if quote.is_none() && character.is_whitespace() {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match (character, quote) {
            ('"' | '\'', None) => quote = Some(character),
            (_, Some(opening)) if opening == character => quote = None,
            ('\\', None) if quoting == Quoting::Posix => {
                let next = characters.next().ok_or_else(|| {
                    CredentialsError::new("the credentials command ends in a backslash")
                })?;
                word.push(next);
            }
            ('\\', Some('"')) => {
                let escaped = characters.next_if(|&next| quoting.escapes_in_double_quotes(next));
                word.push(escaped.unwrap_or(character));
            }
            _ => word.push(character),
        }
    }
    if quote.is_some() {
        return Err(CredentialsError::new(
            "the credentials command has an unclosed quote",
        ));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::Quoting::{Posix, Windows};
    use super::*;

    #[track_caller]
    fn check(command: &str, quoting: Quoting, expected: &[&str]) {
        let words = split(command, quoting);
        assert_eq!(
            words.as_deref().ok(),
            Some(&owned(expected)[..]),
            "{command}"
        );
    }

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn words_are_separated_by_whitespace_outside_of_quotes_on_every_system() {
        for quoting in [Posix, Windows] {
            check("", quoting, &[]);
            check(" \t\n\u{a0}", quoting, &[]);
            check("  tool \t a\u{3000}b \n", quoting, &["tool", "a", "b"]);
            check("tool 'a \"b' \"c 'd\"", quoting, &["tool", "a \"b", "c 'd"]);
            check("to'o'\"l\" '' \"\"", quoting, &["tool", "", ""]);
            check("tool #a b#c # d", quoting, &["tool", "#a", "b#c", "#", "d"]);
            check("tool $A `b` *;|>", quoting, &["tool", "$A", "`b`", "*;|>"]);
            check(r#""say \"hi\"""#, quoting, &[r#"say "hi""#]);
            check(r"'C:\a\'", quoting, &[r"C:\a\"]);
        }
    }

    #[test]
    fn a_backslash_takes_the_next_character_on_posix() {
        check(r"a\ b \' \# \\ \c", Posix, &["a b", "'", "#", r"\", "c"]);
        check("a\\\nb", Posix, &["a\nb"]);
        check(r#""\\ \$ \` \a \'""#, Posix, &[r"\ $ ` \a \'"]);
        check("\"a\\\nb\"", Posix, &["a\nb"]);
    }

    #[test]
    fn a_backslash_is_kept_on_windows() {
        check(
            r"C:\tools\get.exe a\ b\",
            Windows,
            &[r"C:\tools\get.exe", r"a\", r"b\"],
        );
        let quoted = r#""C:\Program Files\get.exe" "\\server\$a""#;
        check(
            quoted,
            Windows,
            &[r"C:\Program Files\get.exe", r"\\server\$a"],
        );
    }

    #[test]
    fn a_command_that_does_not_end_is_an_error_without_its_text() {
        for (command, quoting, expected) in [
            ("tool 's3cr3t", Posix, "has an unclosed quote"),
            ("tool \"s3cr3t", Windows, "has an unclosed quote"),
            (r#"tool "s3cr3t\""#, Windows, "has an unclosed quote"),
            (r"tool s3cr3t\", Posix, "ends in a backslash"),
        ] {
            let error = split(command, quoting).unwrap_err().to_string();
            assert_eq!(error, format!("the credentials command {expected}"));
        }
    }
}
