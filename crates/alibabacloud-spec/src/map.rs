//! Maps from names to values, in the order in which they were inserted.

use std::collections::HashMap;
use std::iter::Map;
use std::{fmt, mem, slice};

/// The largest size in which a name is compared with all others. Hashing a name takes longer, and
/// nearly all maps of a specification are smaller than this.
const MOST_COMPARED: usize = 16;

/// A map in the order of insertion.
#[derive(Clone)]
pub(crate) struct NameMap<V> {
    entries: Vec<(String, V)>,
    /// The positions of the names, if there are many.
    positions: Option<HashMap<String, usize>>,
}

/// The entries of a map.
type Iter<'a, V> = Map<slice::Iter<'a, (String, V)>, fn(&(String, V)) -> (&String, &V)>;

impl<V> NameMap<V> {
    pub(crate) fn new() -> Self {
        Self {
            entries: Vec::new(),
            positions: None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        let position = self.position(name)?;
        self.entries.get(position).map(|(_, value)| value)
    }

    pub(crate) fn contains_key(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Sets the value of a name, and returns its value so far. A name keeps its position.
    pub(crate) fn insert(&mut self, name: String, value: V) -> Option<V> {
        if let Some(position) = self.position(&name) {
            let (_, known) = self.entries.get_mut(position)?;
            return Some(mem::replace(known, value));
        }
        if let Some(positions) = &mut self.positions {
            positions.insert(name.clone(), self.entries.len());
        }
        self.entries.push((name, value));
        if self.positions.is_none() && self.entries.len() > MOST_COMPARED {
            let names = self.keys().cloned().zip(0..);
            self.positions = Some(names.collect());
        }
        None
    }

    pub(crate) fn iter(&self) -> Iter<'_, V> {
        let pair: fn(&(String, V)) -> (&String, &V) = |(name, value)| (name, value);
        self.entries.iter().map(pair)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        self.entries.iter().map(|(name, _)| name)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }

    fn position(&self, name: &str) -> Option<usize> {
        match &self.positions {
            Some(positions) => positions.get(name).copied(),
            None => self.keys().position(|known| known == name),
        }
    }
}

impl<V: fmt::Debug> fmt::Debug for NameMap<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<'a, V> IntoIterator for &'a NameMap<V> {
    type Item = (&'a String, &'a V);
    type IntoIter = Iter<'a, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<V> FromIterator<(String, V)> for NameMap<V> {
    fn from_iter<T: IntoIterator<Item = (String, V)>>(entries: T) -> Self {
        let mut map = Self::new();
        for (name, value) in entries {
            map.insert(name, value);
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_maps_of_any_size() {
        let mut map = NameMap::new();
        for number in 0..3 * MOST_COMPARED {
            assert_eq!(map.insert(number.to_string(), number), None);
            for known in 0..=number {
                assert_eq!(map.get(&known.to_string()), Some(&known));
            }
            assert!(!map.contains_key(&(number + 1).to_string()));
            assert_eq!(map.insert("0".to_owned(), 7), Some(0), "{number}");
            assert_eq!(map.insert("0".to_owned(), 0), Some(7), "{number}");
            assert!(map.values().copied().eq(0..=number));
        }
        assert_eq!(map.keys().next().map(String::as_str), Some("0"));
    }
}
