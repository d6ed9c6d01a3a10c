//! Merges parameters, which must agree with the path, the method and the one body.

use super::context::{Fate, MergeContext, RequiredSource};
use super::schema;
use crate::import::report::Rule;
use alibabacloud_spec::{Kind, Operation, Parameter, ParameterPlace, ParameterStyle};

/// Merges the parameters of an operation that is sent with `method`.
pub(super) fn merge(
    merge: &mut MergeContext<'_>,
    base: Option<&Operation>,
    old: &Operation,
    new: &Operation,
    method: &str,
) -> Vec<Parameter> {
    let known = |name: &str| base.and_then(|base| base.parameter(name));
    let mut merged = Vec::new();
    for parameter in &old.parameters {
        let before = known(&parameter.name);
        match new.parameter(&parameter.name) {
            Some(fresh) => merged.push(merge_one(merge, before, old, parameter, fresh)),
            None => merged.extend(missing(merge, parameter, new, before.is_some())),
        }
    }
    // What the last import had, too, was left out by a person. A path needs its parameters.
    let is_new = |fresh: &&Parameter| {
        old.parameter(&fresh.name).is_none()
            && (fresh.place == ParameterPlace::Path || known(&fresh.name).is_none())
    };
    for fresh in new.parameters.iter().filter(is_new) {
        let mut fresh = fresh.clone();
        let spelt = schema::same_but_for_case(
            &fresh.name,
            old.parameters.iter().map(|old| (&old.name, &old.schema)),
        );
        schema::take_decisions(&mut fresh.schema, spelt);
        merged.push(fresh);
    }
    if matches!(method, "GET" | "HEAD") {
        move_form_to_query(merge, &mut merged);
    }
    merged.sort_by_key(|p| matches!(p.place, ParameterPlace::Form | ParameterPlace::Body));
    merged
}

fn merge_one(
    merge: &mut MergeContext<'_>,
    base: Option<&Parameter>,
    operation: &Operation,
    old: &Parameter,
    new: &Parameter,
) -> Parameter {
    let at = format!("{}?{}", operation.name, old.name);
    let argument = operation.arguments.contains(&old.name);
    let required = merge.pick(
        base.map(|base| &base.required),
        old.required,
        new.required,
        &at,
        "required",
    );
    if argument && !required {
        merge.note(
            Rule::ArgumentsKept,
            &format!(
                "`{}` became optional, but stays an argument of the method",
                old.name
            ),
        );
    }
    let (place, style) = match base {
        // The same as at the last import.
        Some(base) if (base.place, base.style) == (new.place, new.style) => (old.place, old.style),
        Some(base) if (base.place, base.style) == (old.place, old.style) => (new.place, new.style),
        _ if is_beside(old.place, new.place) && keeps_style(old, &new.schema.kind) => {
            (new.place, old.style)
        }
        _ => (new.place, new.style),
    };
    let mut known = old.schema.clone();
    if !is_beside(old.place, place) && !schema::same_shape(&known.kind, &new.schema.kind) {
        known.kind = new.schema.kind.clone();
    }
    Parameter {
        name: old.name.clone(),
        place,
        style,
        required: required || argument,
        schema: merge.schema(
            base.map(|base| &base.schema),
            known,
            new.schema.clone(),
            RequiredSource::Metadata,
            &at,
        ),
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

/// Returns a parameter that the metadata does not mention, if it stays. One that contradicts the
/// metadata cannot.
fn missing(
    merge: &mut MergeContext<'_>,
    parameter: &Parameter,
    new: &Operation,
    was_known: bool,
) -> Option<Parameter> {
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
    if let Some(obstacle) = obstacle {
        merge.note(
            Rule::MissingRemoved,
            &format!("{what} is not in the metadata and was removed: {obstacle}"),
        );
        return None;
    }
    let mut kept = parameter.clone();
    let at = format!("{}?{}", new.name, parameter.name);
    match merge.missing(&at, &what, was_known) {
        Fate::Removed => return None,
        Fate::Deprecated => kept.schema.deprecated = true,
        Fate::Kept => {}
    }
    Some(kept)
}

/// Moves form fields into the query, where the specification sends an operation with GET and the
/// metadata with POST.
fn move_form_to_query(merge: &mut MergeContext<'_>, parameters: &mut [Parameter]) {
    for parameter in parameters
        .iter_mut()
        .filter(|p| p.place == ParameterPlace::Form)
    {
        parameter.place = ParameterPlace::Query;
        merge.note(
            Rule::FormMovedToQuery,
            &format!(
                "`{}` is a form field of an operation that is sent without a body; sent in the query",
                parameter.name
            ),
        );
    }
}
