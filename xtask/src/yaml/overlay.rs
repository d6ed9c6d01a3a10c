//! Changes a document in place: what is unchanged keeps its comments, its order and the way it is
//! written.

use super::tree::{Block, Entry, Yaml};
use std::collections::HashMap;

/// Keys that name an element of a list, best first.
const NAMING_KEYS: &[&str] = &["name", "code", "date", "action", "type", "$ref", "url"];

/// Returns `text` with the differences between `before` and `after`. `text` says the same as
/// `before`, in the words of a person: with comments, and with values that `before` leaves out.
pub(crate) fn overlay(text: Yaml, before: &Yaml, after: &Yaml) -> Yaml {
    if before == after {
        return text;
    }
    match (text, before, after) {
        (Yaml::Map(text), Yaml::Map(before), Yaml::Map(after)) => {
            Yaml::Map(overlay_map(text, before, after))
        }
        (Yaml::List(text), Yaml::List(before), Yaml::List(after)) => {
            Yaml::List(overlay_list(text, before, after))
        }
        _ => after.clone(),
    }
}

fn overlay_map(text: Block, before: &Block, after: &Block) -> Block {
    let mut entries = Vec::with_capacity(text.entries.len());
    for mut entry in text.entries {
        match (before.get(&entry.key), after.get(&entry.key)) {
            (Some(before), Some(after)) => entry.value = overlay(entry.value, before, after),
            (None, Some(after)) => {
                let before = entry.value.clone();
                entry.value = overlay(entry.value, &before, after);
            }
            (Some(_), None) => continue,
            (None, None) => {}
        }
        entries.push(entry);
    }
    let mut previous: Option<&str> = None;
    for entry in &after.entries {
        let is_there = entries.iter().any(|present| present.key == entry.key);
        // What did not change and is not in the text is said there in another way.
        if !is_there && before.get(&entry.key) != Some(&entry.value) {
            let place = previous.and_then(|key| entries.iter().position(|e| e.key == key));
            let at = place.map_or(0, |place| place + 1);
            entries.insert(at, entry.clone());
        }
        previous = Some(&entry.key);
    }
    Block {
        entries,
        tail: text.tail,
    }
}

fn overlay_list(text: Block, before: &Block, after: &Block) -> Block {
    let names = element_names(&text);
    let mut by_name: HashMap<String, Entry> = names.iter().cloned().zip(text.entries).collect();
    let before_names = element_names(before);
    // A document and its content have the same elements, unless one of them is said in another way.
    let is_aligned = names.len() == before_names.len();
    let mut old: HashMap<&str, &Yaml> = HashMap::new();
    for (index, entry) in before.entries.iter().enumerate() {
        old.insert(&before_names[index], &entry.value);
        if is_aligned {
            old.entry(&names[index]).or_insert(&entry.value);
        }
    }
    let mut in_text: HashMap<&str, &str> = HashMap::new();
    if is_aligned {
        for (before, text) in before_names.iter().zip(&names) {
            in_text.insert(before, text);
        }
    }
    let mut entries = Vec::with_capacity(after.entries.len());
    for (name, entry) in element_names(after).iter().zip(&after.entries) {
        let alias = in_text.get(name.as_str()).copied();
        let found = alias
            .and_then(|alias| by_name.remove(alias))
            .or_else(|| by_name.remove(name));
        entries.push(match found {
            Some(mut present) => {
                let own = present.value.clone();
                let before = old.get(name.as_str()).copied().unwrap_or(&own);
                present.value = overlay(present.value, before, &entry.value);
                present
            }
            None => entry.clone(),
        });
    }
    Block {
        entries,
        tail: text.tail,
    }
}

/// Returns what identifies each element of a list: its name, with a number if it is not the first
/// of that name, or else its position.
fn element_names(block: &Block) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let entries = block.entries.iter().enumerate();
    let names = entries.map(|(index, entry)| {
        let Some(name) = element_name(&entry.value) else {
            return format!("#{index}");
        };
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 {
            name
        } else {
            format!("{name}#{count}")
        }
    });
    names.collect()
}

fn element_name(value: &Yaml) -> Option<String> {
    let text = match value {
        Yaml::Text(text) | Yaml::Literal(text) => return Some(text.clone()),
        Yaml::List(_) => return None,
        Yaml::Map(entries) => NAMING_KEYS.iter().find_map(|key| match entries.get(key) {
            Some(Yaml::Text(text)) => Some((key, text)),
            _ => None,
        }),
    };
    // A reference to a shared parameter has its name.
    let (key, text) = text?;
    let name = match (*key, text.rsplit_once('/')) {
        ("$ref", Some((_, name))) => name,
        _ => text,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::{Document, read, write};
    use super::*;

    fn yaml(text: &str) -> Yaml {
        read(text).unwrap().root
    }

    fn overlaid(text: &str, before: &str, after: &str) -> String {
        let document = read(text).unwrap();
        let root = overlay(document.root, &yaml(before), &yaml(after));
        write(Document { root, ..document })
    }

    #[test]
    fn what_is_unchanged_stays_as_it_is_written() {
        let text =
            "# head\nb: {x: 1} # behind\nown: []\na:\n# above\n- name: Z\n  k: 1\n- name: X\n";
        let before = "a:\n- {name: Z, k: 1}\n- name: X\nb: {x: 1}\n";
        let after = "a:\n- name: W\n- {name: Z, k: 2, l: 3}\nb: {x: 1}\nc: 1\n";
        assert_eq!(
            overlaid(text, before, after),
            "# head\nb: # behind\n  x: 1\nc: 1\nown: []\na:\n  - name: W\n  # above\n  - name: Z\n    k: 2\n    l: 3\n"
        );
    }

    #[test]
    fn what_is_said_in_another_way_stays() {
        let text = "a: 1\nlist:\n- name: P\n  in: query\n- name: Q\n";
        let before = "a: 1\nb: 2\nlist:\n- $ref: x/P\n- name: Q\n";
        let after = "a: 2\nb: 2\nlist:\n- $ref: x/P\n- name: Q\n  k: 1\n";
        assert_eq!(
            overlaid(text, before, after),
            "a: 2\nlist:\n  - name: P\n    in: query\n  - name: Q\n    k: 1\n"
        );
    }
}
