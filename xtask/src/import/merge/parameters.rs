//! Merges parameters, which must agree with the path, the method and the one body.

use super::context::{MergeContext, RequiredSource};
use super::schema;
use crate::import::report::Rule;
use alibabacloud_spec::{Kind, Operation, Parameter, ParameterPlace, ParameterStyle};

/// Merges the parameters of an operation that is sent with `method`.
pub(super) fn merge(
    merge: &mut MergeContext<'_>,
    old: &Operation,
    new: &Operation,
    method: &str,
) -> Vec<Parameter> {
    let mut merged = Vec::new();
    for parameter in &old.parameters {
        match new.parameter(&parameter.name) {
            Some(fresh) => merged.push(merge_one(merge, old, parameter, fresh)),
            None if keeps_missing(merge, parameter, new) => merged.push(parameter.clone()),
            None => {}
        }
    }
    let added = new
        .parameters
        .iter()
        .filter(|fresh| old.parameter(&fresh.name).is_none());
    merged.extend(added.cloned());
    if matches!(method, "GET" | "HEAD") {
        move_form_to_query(merge, &old.name, &mut merged);
    }
    merged.sort_by_key(|p| matches!(p.place, ParameterPlace::Form | ParameterPlace::Body));
    merged
}

fn merge_one(
    merge: &mut MergeContext<'_>,
    operation: &Operation,
    old: &Parameter,
    new: &Parameter,
) -> Parameter {
    let argument = operation.arguments.contains(&old.name);
    if argument && !new.required {
        merge.note(
            Rule::ArgumentsKept,
            &operation.name,
            &format!(
                "`{}` became optional, but stays an argument of the method",
                old.name
            ),
        );
    }
    let moved = !is_beside(old.place, new.place);
    let mut known = old.schema.clone();
    if moved && !schema::same_shape(&known.kind, &new.schema.kind) {
        known.kind = new.schema.kind.clone();
    }
    let style = if moved || !keeps_style(old, &new.schema.kind) {
        new.style
    } else {
        old.style
    };
    let place = format!("{}?{}", operation.name, old.name);
    Parameter {
        name: old.name.clone(),
        place: new.place,
        style,
        required: new.required || argument,
        schema: merge.schema(known, new.schema.clone(), RequiredSource::Metadata, &place),
    }
}

/// Returns whether every value that can be written at one place can be written at the other, too. A
/// path, for example, takes only scalars.
fn is_beside(old: ParameterPlace, new: ParameterPlace) -> bool {
    let listed = |place| matches!(place, ParameterPlace::Query | ParameterPlace::Form);
    old == new || (listed(old) && listed(new))
}

/// Returns whether the style of the specification stays. It does where the metadata has a string or
/// any JSON, and the specification a structure, or a part of the path with slashes.
fn keeps_style(old: &Parameter, fresh: &Kind) -> bool {
    let known = &old.schema.kind;
    let says_more = !schema::same_shape(known, fresh) || old.style == ParameterStyle::Raw;
    schema::keeps_type(known, fresh) && says_more && (fresh.is_scalar() || *fresh == Kind::Any)
}

/// Returns whether a parameter that the metadata does not mention stays. One that contradicts the
/// metadata cannot.
fn keeps_missing(merge: &mut MergeContext<'_>, parameter: &Parameter, new: &Operation) -> bool {
    let has = |place| new.parameters.iter().any(|fresh| fresh.place == place);
    let obstacle = match parameter.place {
        ParameterPlace::Path if !new.path.contains(&format!("{{{}}}", parameter.name)) => {
            Some("it has no placeholder in the path")
        }
        ParameterPlace::Form if has(ParameterPlace::Body) => Some("the body is not a form"),
        ParameterPlace::Body if has(ParameterPlace::Body) => Some("there is another body"),
        ParameterPlace::Body if has(ParameterPlace::Form) => Some("the body is a form"),
        _ => None,
    };
    let what = format!("the parameter `{}`", parameter.name);
    let Some(obstacle) = obstacle else {
        return merge.keep_missing(&new.name, &what);
    };
    merge.note(
        Rule::MissingRemoved,
        &new.name,
        &format!("{what} is not in the metadata and was removed: {obstacle}"),
    );
    false
}

/// Moves form fields into the query, where the specification sends an operation with GET and the
/// metadata with POST.
fn move_form_to_query(merge: &mut MergeContext<'_>, operation: &str, parameters: &mut [Parameter]) {
    for parameter in parameters
        .iter_mut()
        .filter(|p| p.place == ParameterPlace::Form)
    {
        parameter.place = ParameterPlace::Query;
        merge.note(
            Rule::FormMovedToQuery,
            operation,
            &format!(
                "`{}` is a form field of an operation that is sent without a body; sent in the query",
                parameter.name
            ),
        );
    }
}
