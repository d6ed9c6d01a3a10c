//! One transport for all clients with the same settings.

use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The transports that are in use. A client with the settings of one of them uses that one, with
/// its connections, instead of its own.
pub(super) struct InUse<T>(Mutex<Vec<Weak<T>>>);

impl<T> InUse<T> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Returns the transport that `is_same` accepts, or a new one.
    ///
    /// # Errors
    /// Returns the error of `create`.
    pub(super) fn get_or_create<E>(
        &self,
        is_same: impl Fn(&T) -> bool,
        create: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let mut transports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = transports
            .iter()
            .filter_map(Weak::upgrade)
            .find(|t| is_same(t));
        if let Some(transport) = known {
            return Ok(transport);
        }
        let transport = Arc::new(create()?);
        transports.retain(|transport| transport.strong_count() > 0);
        transports.push(Arc::downgrade(&transport));
        Ok(transport)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_settings_share_a_transport_while_it_is_in_use() {
        let in_use = InUse::<u8>::new();
        let get = |value| {
            let transport = in_use.get_or_create(|known| *known == value, || Ok::<_, ()>(value));
            transport.expect("a transport")
        };
        let (one, two) = (get(1), get(2));
        assert!(Arc::ptr_eq(&one, &get(1)));
        assert!(!Arc::ptr_eq(&one, &two));
        drop(one);
        assert_eq!(*get(3), 3);
        assert_eq!(in_use.0.lock().expect("transports").len(), 2);
        assert_eq!(
            in_use.get_or_create(|_| false, || Err("invalid")),
            Err("invalid")
        );
    }
}
