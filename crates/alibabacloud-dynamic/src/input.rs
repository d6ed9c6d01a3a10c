//! The parameters of a call.

use crate::field::FieldValue;
use alibabacloud_core::plumbing::Param;
use alibabacloud_core::types::plumbing::{Field, FieldReader, Record};
use alibabacloud_spec::{Operation, Service, ValueError};
use serde_json::{Map, Value};

/// The parameters of a call, in the order of the specification.
#[derive(Clone)]
pub struct Input {
    params: &'static [Param],
    values: Vec<FieldValue>,
}

impl Input {
    /// Converts parameters to their types. `params` are those of the operation in the core.
    ///
    /// # Errors
    /// The first value of another type.
    pub(crate) fn new(
        service: &Service,
        operation: &Operation,
        params: &'static [Param],
        mut parameters: Map<String, Value>,
    ) -> Result<Self, ValueError> {
        let values = operation.parameters.iter().map(|parameter| {
            let value = parameters.remove(&parameter.name).unwrap_or_default();
            FieldValue::new(service, &parameter.schema, value, &parameter.name)
        });
        Ok(Self {
            params,
            values: values.collect::<Result<_, _>>()?,
        })
    }

    /// Returns the value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&FieldValue> {
        self.entries()
            .find_map(|(known, value)| (known == name).then_some(value))
    }

    /// Sets a parameter that exists.
    pub(crate) fn set(&mut self, name: &str, value: FieldValue) {
        let position = self.params.iter().position(|param| param.name == name);
        if let Some(place) = position.and_then(|index| self.values.get_mut(index)) {
            *place = value;
        }
    }

    fn entries(&self) -> impl Iterator<Item = (&'static str, &FieldValue)> {
        self.params.iter().map(|param| param.name).zip(&self.values)
    }
}

/// Shows the parameters that are set.
impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let set = self.entries().filter(|(_, value)| value.is_set());
        f.debug_map().entries(set).finish()
    }
}

impl Record for Input {
    fn field(&mut self, name: &str) -> Option<&mut dyn Field> {
        let position = self.params.iter().position(|param| param.name == name)?;
        Some(self.values.get_mut(position)?)
    }

    fn read<'a>(&'a self, reader: &mut FieldReader<'_, 'a>) {
        let entries = self.entries();
        let (names, values): (Vec<_>, Vec<_>) = entries
            .map(|(name, value)| (name, value as &dyn Field))
            .unzip();
        reader(&names, &values);
    }
}
