//! Pagination: resolves dotted paths of the specification to fields of the generated types.

use super::problem::Problems;
use crate::ir::{
    CursorKind, Field, Output, OutputShape, Pagination, PathStep, Struct, Type, TypeDef, TypeName,
};
use alibabacloud_spec as spec;
use serde_json::Value;

/// Lowers `x-acs-pagination`: where the page token is taken from, and which parameter takes it.
/// Adds what cannot be resolved to `problems`.
pub(super) fn lower(
    spec: &spec::Operation,
    input: &Struct,
    output: &Output,
    types: &[TypeDef],
    shared: &[TypeDef],
    problems: &Problems,
) -> Option<Pagination> {
    let pagination = spec.pagination.as_ref()?;
    let resolver = PathResolver {
        input,
        output,
        types,
        shared,
    };
    match resolver.resolve(pagination) {
        Ok(pagination) => Some(pagination),
        Err(message) => {
            problems.add(&format!("{}.x-acs-pagination", spec.name), message);
            None
        }
    }
}

struct PathResolver<'a> {
    input: &'a Struct,
    output: &'a Output,
    types: &'a [TypeDef],
    shared: &'a [TypeDef],
}

impl PathResolver<'_> {
    fn resolve(&self, pagination: &spec::Pagination) -> Result<Pagination, String> {
        let mut numbered = Vec::new();
        let first = pagination.first().iter();
        let first = first
            .map(|(name, value)| Ok((self.index(name)?, text(value))))
            .collect::<Result<Vec<_>, String>>()?;
        let (input, limit, total, items, cursor) = match pagination {
            spec::Pagination::Token {
                input,
                output,
                limit,
                total,
                items,
                numbered: pages,
                ..
            } => {
                for name in pages.iter().flat_map(spec::NumberedPages::parameters) {
                    numbered.push(self.parameter(name)?);
                }
                let (output, ty) = self.number_or_text(output)?;
                (input, limit, total, items, CursorKind::Token { output, ty })
            }
            spec::Pagination::PageNumber {
                page,
                limit,
                number,
                total,
                items,
                ..
            } => {
                let number = number.as_deref();
                let number = number.map(|path| self.number_or_text(path)).transpose()?;
                (page, limit, total, items, CursorKind::Number { number })
            }
        };
        let (items_path, ty) = self.path(items)?;
        let Type::List(item) = ty else {
            return Err(format!("`{items}` is not an array"));
        };
        Ok(Pagination {
            cursor,
            input: self.parameter(input)?,
            limit: limit
                .as_ref()
                .map(|name| self.parameter(name))
                .transpose()?,
            total: total
                .as_deref()
                .map(|path| self.number_or_text(path))
                .transpose()?,
            items: items_path,
            item: *item,
            first,
            numbered,
        })
    }

    /// Resolves the path of a page token, a page number or a total.
    fn number_or_text(&self, path: &str) -> Result<(Vec<PathStep>, Type), String> {
        let (steps, ty) = self.path(path)?;
        Ok((steps, scalar(path, ty)?))
    }

    /// Returns the index of the input's field for a page token, a page number or a page size.
    fn parameter(&self, name: &str) -> Result<usize, String> {
        let index = self.index(name)?;
        scalar(name, self.input.fields[index].ty.clone())?;
        Ok(index)
    }

    /// Returns the index of the input's field for a parameter.
    fn index(&self, name: &str) -> Result<usize, String> {
        let index = self.input.fields.iter().position(|f| f.wire == name);
        index.ok_or_else(|| format!("there is no parameter `{name}`"))
    }

    /// Resolves a dotted path from the root of the output.
    fn path(&self, path: &str) -> Result<(Vec<PathStep>, Type), String> {
        let mut at = self.root()?;
        let mut steps = Vec::new();
        let mut rest = path;
        loop {
            let (field, after) = split_field(at, rest)
                .ok_or_else(|| format!("the output has no `{path}`: `{rest}` does not exist"))?;
            steps.push(PathStep {
                field: field.name.clone(),
                optional: field.optional,
            });
            if after.is_empty() {
                return Ok((steps, field.ty.clone()));
            }
            at = match &field.ty {
                Type::Struct(name) | Type::Boxed(name) => self.find(name)?,
                _ => return Err(format!("in `{path}`, `{}` is not an object", field.wire)),
            };
            rest = after;
        }
    }

    fn root(&self) -> Result<&Struct, String> {
        match &self.output.shape {
            OutputShape::Struct(output) => Ok(output),
            OutputShape::Alias {
                ty: Type::Struct(name),
                ..
            } => self.find(name),
            OutputShape::Alias { .. } => Err("the response is not an object".to_owned()),
        }
    }

    fn find(&self, name: &TypeName) -> Result<&Struct, String> {
        let types = if name.shared { self.shared } else { self.types };
        types
            .iter()
            .find_map(|def| match def {
                TypeDef::Struct(found) if found.name == name.name => Some(found),
                _ => None,
            })
            .ok_or_else(|| format!("there is no type `{}`", name.name))
    }
}

/// Splits a path after its first field, whose name can contain dots. The reader of specifications
/// splits it in the same way.
fn split_field<'s, 'p>(of: &'s Struct, path: &'p str) -> Option<(&'s Field, &'p str)> {
    let dots = path.match_indices('.').map(|(index, _)| index);
    dots.chain([path.len()]).find_map(|end| {
        let wire = path.get(..end)?;
        let field = of.fields.iter().find(|field| field.wire == wire)?;
        Some((field, path.get(end + 1..).unwrap_or_default()))
    })
}

/// Returns a scalar as it is sent.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn scalar(name: &str, ty: Type) -> Result<Type, String> {
    match ty {
        Type::String | Type::I32 | Type::I64 => Ok(ty),
        _ => Err(format!("`{name}` is neither a string nor an integer")),
    }
}
