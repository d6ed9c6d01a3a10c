//! Values of generated types in one expression.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

/// Builds a value of a generated type in one expression, for tests of code that takes outputs.
///
/// `field: value` converts the value: to the type of an optional field, to the elements of a list,
/// to the entries of a map. `field = value` assigns it unchanged, for values that are options
/// already. Fields that are not listed keep their default.
///
/// ```
/// # use alibabacloud_types::{fields, Sensitive};
/// # #[derive(Clone, Debug, Default, PartialEq)]
/// # pub struct Execution { pub execution_id: Option<String>, pub counters: std::collections::BTreeMap<String, i64> }
/// # #[derive(Clone, Debug, Default, PartialEq)]
/// # pub struct ListExecutionsOutput { pub executions: Vec<Execution>, pub next_token: Option<String>, pub max_results: Option<i64> }
/// use alibabacloud_core::test_util::build;
///
/// let next: Option<String> = None;
/// let output = build!(ListExecutionsOutput {
///     executions: [
///         build!(Execution { execution_id: "exec-1", counters: [("Success", 3)] }),
///         build!(Execution { execution_id: "exec-2" }),
///     ],
///     max_results: 50,
///     next_token = next,
/// });
///
/// assert_eq!(output.executions[0].execution_id.as_deref(), Some("exec-1"));
/// assert_eq!(output.executions[0].counters["Success"], 3);
/// assert_eq!(output.max_results, Some(50));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! build {
    (@set $built:ident) => {};
    (@set $built:ident $field:ident: $value:expr $(, $($rest:tt)*)?) => {
        $crate::test_util::FieldBuilder::of(&mut $built.$field).fill($value);
        $($crate::build!(@set $built $($rest)*);)?
    };
    (@set $built:ident $field:ident = $value:expr $(, $($rest:tt)*)?) => {
        $built.$field = $value;
        $($crate::build!(@set $built $($rest)*);)?
    };
    ($type:path { $($fields:tt)* }) => {{
        #[allow(unused_mut, reason = "no field may be set")]
        let mut built = <$type as ::core::default::Default>::default();
        $crate::build!(@set built $($fields)*);
        built
    }};
}

/// A field to be filled by [`build!`](crate::build!): options, lists and maps have a `fill` of
/// their own, and other types that of [`PlainField`], to which this type dereferences.
#[derive(Debug)]
pub struct FieldBuilder<'a, T>(PlainField<'a, T>);

/// A field of any type.
#[derive(Debug)]
pub struct PlainField<'a, T>(&'a mut T);

impl<'a, T> FieldBuilder<'a, T> {
    /// Takes a field.
    pub fn of(field: &'a mut T) -> Self {
        Self(PlainField(field))
    }
}

impl<T> FieldBuilder<'_, Option<T>> {
    /// Sets the field.
    pub fn fill(&mut self, value: impl Into<T>) {
        *self.0.0 = Some(value.into());
    }
}

impl<T> FieldBuilder<'_, Vec<T>> {
    /// Replaces the elements.
    pub fn fill(&mut self, values: impl IntoIterator<Item = impl Into<T>>) {
        *self.0.0 = values.into_iter().map(Into::into).collect();
    }
}

impl<T> FieldBuilder<'_, BTreeMap<String, T>> {
    /// Replaces the entries.
    pub fn fill(&mut self, entries: impl IntoIterator<Item = (impl Into<String>, impl Into<T>)>) {
        let entries = entries.into_iter();
        *self.0.0 = entries
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
    }
}

impl<T> PlainField<'_, T> {
    /// Sets the field.
    pub fn fill(&mut self, value: impl Into<T>) {
        *self.0 = value.into();
    }
}

impl<'a, T> Deref for FieldBuilder<'a, T> {
    type Target = PlainField<'a, T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> DerefMut for FieldBuilder<'_, T> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}
