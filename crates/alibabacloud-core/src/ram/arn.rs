//! Templates of ARNs: texts with placeholders for what a request names.

/// Returns a template with the value of `fill` for each placeholder.
pub(super) fn fill_in(template: &str, fill: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, name, after)) = next_placeholder(rest) {
        filled.push_str(before);
        filled.push_str(&fill(name));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Returns the names of the placeholders of a template.
pub(super) fn placeholders(template: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some((_, name, after)) = next_placeholder(rest) {
        names.push(name);
        rest = after;
    }
    names
}

/// Returns the text before the next placeholder (`{#name}`, `${name}` or `$name`), the name, and
/// the text after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find(['$', '{'])?;
    let before = text.get(..start)?;
    let marked = text.get(start..)?;
    let braced = ["{#", "${"]
        .iter()
        .find_map(|mark| marked.strip_prefix(mark));
    if let Some(inside) = braced {
        let (name, after) = inside.split_once('}')?;
        return Some((before, name, after));
    }
    let inside = marked.strip_prefix('$')?;
    let end = inside
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(inside.len());
    let (name, after) = inside.split_at_checked(end)?;
    (!name.is_empty()).then_some((before, name, after))
}
