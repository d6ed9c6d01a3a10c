//! The one canonical form of the YAML files in this repository: how they are read with their
//! comments, changed in place, and written. docs/spec-format.md describes the form.

mod comments;
mod order;
mod overlay;
#[cfg(test)]
mod properties;
mod read;
mod scalar;
mod tree;
mod write;

pub(crate) use order::each_text;
pub(crate) use overlay::overlay;
pub(crate) use read::read;
pub(crate) use tree::{Document, Yaml};

/// Returns the canonical form of a document.
pub(crate) fn write(mut document: Document) -> String {
    order::sort(&mut document.root);
    write::write(&document)
}

/// Returns the canonical form of a text. It has the same content and comments, and is its own
/// canonical form.
///
/// # Errors
/// Returns why the text has no canonical form, and where: line and column of the text, or the keys
/// that lead to the value.
pub fn canonical(text: &str) -> Result<String, String> {
    let mut document = read(text).map_err(|error| error.to_string())?;
    order::sort(&mut document.root);
    let formatted = write::write(&document);
    let again = read(&formatted).map_err(|error| {
        let line = formatted.lines().nth(error.line.saturating_sub(1));
        let line = line.unwrap_or_default().trim();
        format!(
            " the canonical form would be invalid at `{line}`: {}",
            error.message
        )
    })?;
    if let Some(place) = document.root.first_difference(&again.root) {
        return Err(format!(
            " the canonical form would change the content of {place}"
        ));
    }
    if again.comments() != document.comments() {
        return Err(" the canonical form would change the comments".to_owned());
    }
    if write::write(&again) != formatted {
        return Err(" the canonical form would change when formatted again".to_owned());
    }
    Ok(formatted)
}
