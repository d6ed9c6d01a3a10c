//! Types: lowers the schemas of one generated module at a time.

use super::pair;
use super::problem::Problems;
use super::shared::{Direction, Shared};
use crate::docs;
use crate::ir::{Enum, Field, Struct, Type, TypeDef, TypeName, Variant};
use crate::markdown::{begins_block, code, markdown};
use crate::names::{self, ApiName, TypeScope};
use alibabacloud_spec::{EnumValue, Kind, Property, Schema};
use indexmap::IndexMap;
use std::borrow::Cow;

/// Builds the types of a generated module.
pub(super) struct Module<'a> {
    shared: &'a Shared<'a>,
    scope: TypeScope,
    /// Finished types in order of first use.
    types: Vec<TypeDef>,
    /// In the module `shared`, the schema that is being lowered.
    owner: Option<&'a str>,
    /// Shared schemas that are being lowered and do not become a type.
    resolving: Vec<&'a str>,
    problems: &'a Problems,
}

/// The position of a value, which determines the name of its type.
#[derive(Clone)]
pub(super) struct Spot<'s> {
    /// Name of the type, if the value needs one.
    pub(super) name: String,
    /// Prefix of the name if it is taken.
    pub(super) parent: &'s str,
    /// Whether the value is in a list or a map, where recursion needs no box.
    pub(super) contained: bool,
    /// Path of the value, for error messages.
    pub(super) place: String,
    /// Path of the first item that uses the type, for its documentation: `Owner::field`.
    pub(super) used_by: String,
}

/// The struct that has a field.
#[derive(Clone, Copy)]
pub(super) struct Owner<'s> {
    /// Name.
    pub(super) name: &'s str,
    /// Prefix of the names of nested types that are taken.
    pub(super) prefix: &'s str,
}

impl<'a> Module<'a> {
    pub(super) fn new(shared: &'a Shared<'a>, problems: &'a Problems) -> Self {
        Self {
            shared,
            scope: TypeScope::default(),
            types: Vec::new(),
            owner: None,
            resolving: Vec::new(),
            problems,
        }
    }

    /// Reserves a name for a type whose name is fixed.
    pub(super) fn reserve(&mut self, name: &str) {
        self.scope.reserve(name);
    }

    pub(super) fn finish(self) -> Vec<TypeDef> {
        self.types
    }

    /// Adds the type of a shared schema.
    pub(super) fn shared_type(&mut self, key: &'a str, schema: &'a Schema) {
        self.owner = Some(key);
        let name = self.shared.type_name(key);
        let at = self.types.len();
        let docs = type_docs(schema);
        let def = match &schema.kind {
            Kind::Object(properties) => {
                let direction = self.shared.direction(key);
                let mut fields = self.fields(&name, properties, direction, key);
                fields.docs = docs;
                TypeDef::Struct(fields)
            }
            Kind::Enum(values) => TypeDef::Enum(enumeration(name, docs, values)),
            // Lowered where it is used.
            _ => return,
        };
        self.types.insert(at, def);
    }

    /// Returns a struct with the properties of an object, without documentation.
    pub(super) fn fields(
        &mut self,
        name: &str,
        properties: &'a IndexMap<String, Property>,
        direction: Direction,
        place: &str,
    ) -> Struct {
        let parent = name.to_owned();
        self.fields_under(name, &parent, properties, direction, place)
    }

    /// Returns a struct whose nested types have another prefix than its name: `Output` instead of
    /// the long name of an operation's output.
    pub(super) fn fields_under(
        &mut self,
        name: &str,
        parent: &str,
        properties: &'a IndexMap<String, Property>,
        direction: Direction,
        place: &str,
    ) -> Struct {
        let wires: Vec<ApiName<'_>> = properties
            .iter()
            .map(|(wire, property)| ApiName {
                wire,
                chosen: property.schema.rust_name.clone(),
                deprecated: property.schema.deprecated,
            })
            .collect();
        let idents = names::distinct(&wires, names::snake);
        let fields = properties
            .iter()
            .zip(idents)
            .map(|((wire, property), ident)| {
                let place = format!("{place}.{wire}");
                self.field(
                    wire,
                    ident,
                    property.required,
                    &property.schema,
                    direction,
                    Owner {
                        name,
                        prefix: parent,
                    },
                    place,
                )
            })
            .collect();
        Struct {
            name: name.to_owned(),
            docs: Vec::new(),
            fields,
            setters: direction != Direction::Response,
            pair: pair::of(properties).filter(|_| direction != Direction::Response),
        }
    }

    /// Returns a field of a struct.
    #[allow(clippy::too_many_arguments, reason = "all of it belongs to one field")]
    pub(super) fn field(
        &mut self,
        wire: &'a str,
        name: String,
        required: bool,
        schema: &'a Schema,
        direction: Direction,
        owner: Owner<'_>,
        place: String,
    ) -> Field {
        if schema.rust_name.is_none() && name != names::snake(wire) {
            let reason = "another field has the name";
            self.problems.stand_in(&place, wire, &name, reason);
        }
        let spot = Spot {
            name: names::pascal(schema.rust_name.as_deref().unwrap_or(wire)),
            parent: owner.prefix,
            contained: false,
            place,
            used_by: format!("{}::{name}", owner.name),
        };
        let ty = self.value(schema, direction, &spot);
        let in_request = direction != Direction::Response;
        let optional = match &ty {
            Type::Boxed(_) => true,
            _ if in_request => true,
            Type::List(_) | Type::Map(_) => false,
            _ => !required,
        };
        let mut docs = docs::value(&self.described(schema), required && in_request);
        let summary = in_request.then(|| docs::summary(&docs, schema.deprecated));
        if let Some(what) = pair_in(&ty).filter(|_| in_request) {
            let line = format!("A tuple `(key, value)` converts to {what}.");
            if docs::is_empty(&docs) {
                docs = vec![line];
            } else {
                docs.extend([String::new(), line]);
            }
        }
        Field {
            setter: names::setter(&name),
            name,
            wire: wire.to_owned(),
            docs,
            summary,
            ty,
            optional,
            deprecated: schema.deprecated,
        }
    }

    /// Returns the schema, with the description of its target if it is a reference without one.
    fn described(&self, schema: &'a Schema) -> Cow<'a, Schema> {
        let target = match &schema.kind {
            Kind::Ref(key) if schema.description.is_empty() => self.shared.schema(key),
            _ => None,
        };
        match target {
            Some(target) => Cow::Owned(Schema {
                description: target.description.clone(),
                ..schema.clone()
            }),
            None => Cow::Borrowed(schema),
        }
    }

    /// Returns the type of a value.
    pub(super) fn value(
        &mut self,
        schema: &'a Schema,
        direction: Direction,
        spot: &Spot<'_>,
    ) -> Type {
        let ty = self.plain_value(schema, direction, spot);
        if schema.sensitive {
            Type::Sensitive(Box::new(ty))
        } else {
            ty
        }
    }

    fn plain_value(&mut self, schema: &'a Schema, direction: Direction, spot: &Spot<'_>) -> Type {
        match &schema.kind {
            Kind::Any => Type::Any,
            Kind::String => Type::String,
            Kind::JsonText => Type::JsonText,
            Kind::DateTime => Type::DateTime,
            Kind::Binary => Type::Blob,
            // In responses, services exceed the width that they declare.
            Kind::Int32 if direction == Direction::Request => Type::I32,
            Kind::Int32 | Kind::Int64 => Type::I64,
            Kind::Number => Type::F64,
            Kind::Boolean => Type::Bool,
            Kind::Enum(values) => Type::Enum(self.local_enum(schema, values, spot)),
            Kind::Array(items) => {
                let element = self.value(items, direction, &spot.element());
                Type::List(Box::new(element))
            }
            Kind::Map(values) => {
                let value = self.value(values, direction, &spot.element());
                Type::Map(Box::new(value))
            }
            Kind::Object(properties) => {
                Type::Struct(self.local_struct(schema, properties, direction, spot))
            }
            Kind::Ref(key) => self.reference(key, direction, spot),
        }
    }

    fn reference(&mut self, key: &'a str, direction: Direction, spot: &Spot<'_>) -> Type {
        let Some(schema) = self.shared.schema(key) else {
            self.problems
                .add(&spot.place, format!("there is no shared schema `{key}`"));
            return Type::Any;
        };
        let built = self.shared.direction(key) != Direction::Response;
        let name = TypeName {
            shared: true,
            name: self.shared.type_name(key),
            pair: built && schema.kind.properties().and_then(pair::of).is_some(),
        };
        // The type itself shows its fields; what hides them is where it is used.
        let hidden = |ty: Type| {
            if schema.sensitive {
                Type::Sensitive(Box::new(ty))
            } else {
                ty
            }
        };
        match &schema.kind {
            Kind::Object(_) => {
                let boxed = !spot.contained
                    && self
                        .owner
                        .is_some_and(|owner| self.shared.recurses(owner, key));
                hidden(if boxed {
                    Type::Boxed(name)
                } else {
                    Type::Struct(name)
                })
            }
            Kind::Enum(_) => hidden(Type::Enum(name)),
            _ if self.resolving.contains(&key) => {
                self.problems.add(
                    &spot.place,
                    format!(
                        "the shared schema `{key}` contains itself without an object in between"
                    ),
                );
                Type::Any
            }
            _ => {
                self.resolving.push(key);
                let ty = self.value(schema, direction, spot);
                self.resolving.pop();
                ty
            }
        }
    }

    fn local_struct(
        &mut self,
        schema: &Schema,
        properties: &'a IndexMap<String, Property>,
        direction: Direction,
        spot: &Spot<'_>,
    ) -> TypeName {
        let name = self.claim(spot);
        let at = self.types.len();
        let mut def = self.fields(&name, properties, direction, &spot.place);
        def.docs = spot.docs(schema);
        let pair = def.pair.is_some();
        self.types.insert(at, TypeDef::Struct(def));
        TypeName {
            pair,
            ..self.local(name)
        }
    }

    /// Returns the name of an enum. Enums of requests and responses with the same name and values
    /// are the same type.
    fn local_enum(&mut self, schema: &Schema, values: &[EnumValue], spot: &Spot<'_>) -> TypeName {
        let long = format!("{}{}", spot.parent, spot.name);
        let same = self.types.iter().find_map(|def| match def {
            TypeDef::Enum(known) if known.name == spot.name || known.name == long => {
                let equal = known.variants.len() == values.len()
                    && known.variants.iter().zip(values).all(|(a, b)| {
                        a.value == b.value
                            && b.rust_name.as_ref().is_none_or(|name| *name == a.name)
                    });
                equal.then(|| known.name.clone())
            }
            _ => None,
        });
        let name = same.unwrap_or_else(|| {
            let name = self.claim(spot);
            let def = enumeration(name.clone(), spot.docs(schema), values);
            self.types.push(TypeDef::Enum(def));
            name
        });
        self.local(name)
    }

    /// Returns the name of a nested type. In the module `shared` it always starts with the name of
    /// its parent, so that adding a schema never renames it.
    fn claim(&mut self, spot: &Spot<'_>) -> String {
        if self.owner.is_some() {
            let long = format!("{}{}", spot.parent, spot.name);
            self.scope.claim(&long, spot.parent)
        } else {
            self.scope.claim(&spot.name, spot.parent)
        }
    }

    fn local(&self, name: String) -> TypeName {
        TypeName {
            shared: self.owner.is_some(),
            name,
            pair: false,
        }
    }
}

impl Spot<'_> {
    /// Returns the position of an element of the list or map at this position.
    fn element(&self) -> Self {
        Self {
            name: names::singular(&self.name),
            contained: true,
            place: format!("{}[]", self.place),
            ..self.clone()
        }
    }

    fn docs(&self, schema: &Schema) -> Vec<String> {
        let lines = markdown(&schema.description);
        if lines.is_empty() {
            vec![format!("Used by [`{}`].", self.used_by)]
        } else {
            lines
        }
    }
}

/// Returns what a tuple can be converted to in a value of this type, for its documentation.
fn pair_in(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Struct(name) => name.pair.then_some("the value"),
        Type::List(inner) | Type::Map(inner) => pair_in(inner).map(|_| "an element"),
        _ => None,
    }
}

fn type_docs(schema: &Schema) -> Vec<String> {
    let lines = markdown(&schema.description);
    if lines.is_empty() {
        vec!["Used by several operations.".to_owned()]
    } else {
        lines
    }
}

fn enumeration(name: String, docs: Vec<String>, values: &[EnumValue]) -> Enum {
    let mut seen: Vec<&EnumValue> = Vec::with_capacity(values.len());
    for value in values {
        if seen.iter().all(|known| known.value != value.value) {
            seen.push(value);
        }
    }
    let wires: Vec<ApiName<'_>> = seen
        .iter()
        .map(|value| ApiName {
            chosen: value.rust_name.clone(),
            ..ApiName::new(&value.value)
        })
        .collect();
    let idents = names::distinct(&wires, names::variant);
    let variants = seen
        .iter()
        .zip(idents)
        .map(|(value, name)| Variant {
            docs: variant_docs(&name, value),
            name,
            value: value.value.clone(),
        })
        .collect();
    Enum {
        name,
        docs,
        boolean: boolean(&seen),
        variants,
    }
}

/// Returns the indices of true and false in an enum that has no other values.
fn boolean(values: &[&EnumValue]) -> Option<(usize, usize)> {
    let is = |index: usize, text: &str| values[index].value.eq_ignore_ascii_case(text);
    match values.len() {
        2 if is(0, "true") && is(1, "false") => Some((0, 1)),
        2 if is(1, "true") && is(0, "false") => Some((1, 0)),
        _ => None,
    }
}

fn variant_docs(name: &str, value: &EnumValue) -> Vec<String> {
    let mut lines = markdown(&value.description);
    let wire = code(&value.value);
    match lines.first_mut() {
        None => vec![format!("{wire}.")],
        Some(_) if *name == value.value => lines,
        Some(first) if begins_block(first) => {
            lines.splice(0..0, [format!("{wire}:"), String::new()]);
            lines
        }
        Some(first) => {
            *first = format!("{wire}: {first}");
            lines
        }
    }
}
