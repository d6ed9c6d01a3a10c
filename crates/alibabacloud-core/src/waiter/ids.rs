//! The resources that a waiter waits for.

/// The IDs of one or several resources, for waiters that can wait for several at once.
///
/// A text is one ID. Arrays, slices and vectors are several; so is what an iterator collects:
///
/// ```
/// use alibabacloud_core::waiter::Ids;
///
/// fn wait_until_instance_running(ids: impl Into<Ids>) -> usize {
///     ids.into().len()
/// }
///
/// let started = vec!["i-bp1".to_owned(), "i-bp2".to_owned()];
/// assert_eq!(wait_until_instance_running("i-bp1"), 1);
/// assert_eq!(wait_until_instance_running(["i-bp1", "i-bp2"]), 2);
/// assert_eq!(wait_until_instance_running(&started), 2);
/// assert_eq!(wait_until_instance_running(started.iter().collect::<Ids>()), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids(Vec<String>);

impl Ids {
    /// Returns the number of IDs.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there is no ID, so that there is nothing to wait for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Ids {
    fn from(id: &str) -> Self {
        Self(vec![id.to_owned()])
    }
}

impl From<&String> for Ids {
    fn from(id: &String) -> Self {
        Self(vec![id.clone()])
    }
}

impl From<String> for Ids {
    fn from(id: String) -> Self {
        Self(vec![id])
    }
}

impl<T: AsRef<str>> From<&[T]> for Ids {
    fn from(ids: &[T]) -> Self {
        ids.iter().collect()
    }
}

impl<T: AsRef<str>, const N: usize> From<[T; N]> for Ids {
    fn from(ids: [T; N]) -> Self {
        ids.into_iter().collect()
    }
}

impl<T: AsRef<str>, const N: usize> From<&[T; N]> for Ids {
    fn from(ids: &[T; N]) -> Self {
        ids.iter().collect()
    }
}

impl<T: AsRef<str>> From<Vec<T>> for Ids {
    fn from(ids: Vec<T>) -> Self {
        ids.into_iter().collect()
    }
}

impl<T: AsRef<str>> From<&Vec<T>> for Ids {
    fn from(ids: &Vec<T>) -> Self {
        ids.iter().collect()
    }
}

impl<T: AsRef<str>> FromIterator<T> for Ids {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        Self(ids.into_iter().map(|id| id.as_ref().to_owned()).collect())
    }
}

impl IntoIterator for Ids {
    type Item = String;
    type IntoIter = std::vec::IntoIter<String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
