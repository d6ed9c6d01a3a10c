//! The path of a ROA operation, and the parameters in it.

use super::context::Context;
use super::parameter::path_kind;
use crate::import::json::JsonPath;
use crate::import::report::{Refusal, Rule};
use alibabacloud_spec::{Kind, Parameter, ParameterPlace, ParameterStyle, Schema};

/// Moves path parameters into the query: an RPC operation has no path.
pub(super) fn move_parameters(cx: &mut Context<'_>, list: &mut [Parameter], path: &JsonPath<'_>) {
    for parameter in list.iter_mut().filter(|p| p.place == ParameterPlace::Path) {
        move_to_query(cx, parameter, path);
    }
}

fn move_to_query(cx: &mut Context<'_>, parameter: &mut Parameter, path: &JsonPath<'_>) {
    parameter.place = ParameterPlace::Query;
    cx.find(
        Rule::PathParameterMoved,
        path,
        format!(
            "`{}` has no placeholder in the path; sent in the query",
            parameter.name
        ),
    );
}

/// Returns the template, with a parameter for each placeholder and a placeholder for each path
/// parameter.
pub(super) fn read(
    cx: &mut Context<'_>,
    text: &str,
    list: &mut Vec<Parameter>,
    path: &JsonPath<'_>,
) -> Result<String, Refusal> {
    let text = text.trim();
    if !text.starts_with('/') || text.chars().any(|c| c.is_control() || c == '#') {
        return Err(Refusal::new(
            path,
            format!("expected a path that starts with `/`, found {text:?}"),
        ));
    }
    if let Some(whole) = whole_path_parameter(text, list) {
        cx.find(
            Rule::PathFromParameter,
            path,
            format!("`{whole}` holds the whole path"),
        );
        return Ok(format!("/{{{whole}}}"));
    }
    let template = replace_brackets(cx, text, path);
    let placeholders = placeholders(&template)
        .ok_or_else(|| Refusal::new(path, format!("unmatched braces in the path {template:?}")))?;
    for name in &placeholders {
        if !list
            .iter()
            .any(|p| p.place == ParameterPlace::Path && p.name == *name)
        {
            add_path_parameter(cx, name, list, path);
        }
    }
    for parameter in list.iter_mut().filter(|p| p.place == ParameterPlace::Path) {
        if !placeholders.contains(&parameter.name.as_str()) {
            move_to_query(cx, parameter, path);
        }
    }
    Ok(template)
}

/// Returns the name of the parameter that holds the whole path: the only path parameter where the
/// path ends in `/*`, as in `/api/.../resources/*`.
fn whole_path_parameter(text: &str, list: &mut [Parameter]) -> Option<String> {
    if !text.ends_with("/*") {
        return None;
    }
    let mut in_path = list.iter_mut().filter(|p| p.place == ParameterPlace::Path);
    let only = in_path.next()?;
    if in_path.next().is_some() || text.contains(&format!("{{{}}}", only.name)) {
        return None;
    }
    only.style = ParameterStyle::Raw;
    only.schema.kind = Kind::String;
    Some(only.name.clone())
}

fn replace_brackets(cx: &mut Context<'_>, text: &str, path: &JsonPath<'_>) -> String {
    if !text.contains(['[', ']']) {
        return text.to_owned();
    }
    let template = text.replace('[', "{").replace(']', "}");
    cx.find(
        Rule::PathBrackets,
        path,
        format!("{text:?} replaced by {template:?}"),
    );
    template
}

/// Returns the names in braces; `None` when the braces do not match.
fn placeholders(template: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find(['{', '}']) {
        let after = rest[open..].strip_prefix('{')?;
        let close = after.find(['{', '}'])?;
        let (name, tail) = after.split_at(close);
        rest = tail.strip_prefix('}')?;
        if name.is_empty() || names.contains(&name) {
            return None;
        }
        names.push(name);
    }
    Some(names)
}

fn add_path_parameter(
    cx: &mut Context<'_>,
    name: &str,
    list: &mut Vec<Parameter>,
    path: &JsonPath<'_>,
) {
    if let Some(elsewhere) = list.iter_mut().find(|p| p.name == name) {
        elsewhere.place = ParameterPlace::Path;
        elsewhere.style = ParameterStyle::Plain;
        elsewhere.required = true;
        path_kind(cx, &mut elsewhere.schema, path);
        cx.find(
            Rule::PathParameterAdded,
            path,
            format!("`{name}` has a placeholder in the path and is sent there"),
        );
        return;
    }
    cx.find(
        Rule::PathParameterAdded,
        path,
        format!("`{name}` has no parameter; added as a string"),
    );
    list.push(Parameter {
        name: name.to_owned(),
        place: ParameterPlace::Path,
        style: ParameterStyle::Plain,
        required: true,
        schema: Schema {
            kind: Kind::String,
            ..Schema::default()
        },
    });
}
