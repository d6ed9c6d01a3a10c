//! Pagination: dotted paths of the specification to fields of the generated types.

use super::Problems;
use crate::codegen::ir::{
    CursorKind, Field, Output, OutputShape, Pagination, Step, Struct, Type, TypeDef, TypeName,
};
use alibabacloud_spec as spec;

/// Resolves `x-acs-pagination`; what does not fit goes to `problems`.
pub(super) fn lower(
    spec: &spec::Operation,
    input: &Struct,
    output: &Output,
    types: &[TypeDef],
    shared: &[TypeDef],
    problems: &Problems,
) -> Option<Pagination> {
    let pagination = spec.pagination.as_ref()?;
    let scope = Scope {
        input,
        output,
        types,
        shared,
    };
    match scope.resolve(pagination) {
        Ok(pagination) => Some(pagination),
        Err(message) => {
            problems.add(&format!("{}.x-acs-pagination", spec.name), message);
            None
        }
    }
}

struct Scope<'a> {
    input: &'a Struct,
    output: &'a Output,
    types: &'a [TypeDef],
    shared: &'a [TypeDef],
}

impl Scope<'_> {
    fn resolve(&self, pagination: &spec::Pagination) -> Result<Pagination, String> {
        let (input, limit, items, cursor) = match pagination {
            spec::Pagination::Token {
                input,
                output,
                limit,
                items,
            } => {
                let (path, ty) = self.path(output)?;
                let cursor = CursorKind::Token {
                    output: path,
                    ty: scalar(output, ty)?,
                };
                (input, limit, items, cursor)
            }
            spec::Pagination::PageNumber {
                page,
                limit,
                total,
                items,
            } => {
                let total = match total {
                    None => None,
                    Some(total) => {
                        let (path, ty) = self.path(total)?;
                        Some((path, scalar(total, ty)?))
                    }
                };
                (page, limit, items, CursorKind::Number { total })
            }
        };
        let (items_path, ty) = self.path(items)?;
        let Type::List(item) = ty else {
            return Err(format!("`{items}` is no array"));
        };
        Ok(Pagination {
            cursor,
            input: self.parameter(input)?,
            limit: limit
                .as_ref()
                .map(|name| self.parameter(name))
                .transpose()?,
            items: items_path,
            item: *item,
        })
    }

    /// The field of the input for a parameter that a cursor or a page size can be written to.
    fn parameter(&self, name: &str) -> Result<usize, String> {
        let index = self.input.fields.iter().position(|f| f.wire == name);
        let index = index.ok_or_else(|| format!("there is no parameter `{name}`"))?;
        scalar(name, self.input.fields[index].ty.clone())?;
        Ok(index)
    }

    /// Walks a dotted path from the root of the output.
    fn path(&self, path: &str) -> Result<(Vec<Step>, Type), String> {
        let mut at = self.root()?;
        let mut steps = Vec::new();
        let mut rest = path;
        loop {
            let (field, after) = split_field(at, rest)
                .ok_or_else(|| format!("the output has no `{path}`: `{rest}` is not there"))?;
            steps.push(Step {
                field: field.name.clone(),
                optional: field.optional,
            });
            if after.is_empty() {
                return Ok((steps, field.ty.clone()));
            }
            at = match &field.ty {
                Type::Struct(name) | Type::Boxed(name) => self.find(name)?,
                _ => return Err(format!("in `{path}`, `{}` is no object", field.wire)),
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
            OutputShape::Alias { .. } => Err("the answer is no object".to_owned()),
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

/// Splits a path behind its first field, which can have dots in its own name. The reader of specifications splits it the same way.
fn split_field<'s, 'p>(of: &'s Struct, path: &'p str) -> Option<(&'s Field, &'p str)> {
    let dots = path.match_indices('.').map(|(index, _)| index);
    dots.chain([path.len()]).find_map(|end| {
        let wire = path.get(..end)?;
        let field = of.fields.iter().find(|field| field.wire == wire)?;
        Some((field, path.get(end + 1..).unwrap_or_default()))
    })
}

fn scalar(name: &str, ty: Type) -> Result<Type, String> {
    match ty {
        Type::String | Type::I32 | Type::I64 => Ok(ty),
        _ => Err(format!("`{name}` is neither a string nor an integer")),
    }
}
