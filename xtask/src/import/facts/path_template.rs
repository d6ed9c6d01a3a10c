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
    if !text.starts_with('/') {
        return Err(Refusal::new(
            path,
            format!("expected a path that starts with `/`, found {text:?}"),
        ));
    }
    if text.chars().any(|c| c.is_control() || c == '#') {
        return Err(Refusal::new(
            path,
            format!("expected a path without `#` and control characters, found {text:?}"),
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
    let template = parameter_spelling(cx, template, list, path);
    let placeholders = placeholders(&template)
        .map_err(|problem| Refusal::new(path, format!("{problem} in the path {template:?}")))?;
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

/// Returns the template with placeholders spelt as the path parameters are: without blanks around
/// the name, and in the same case.
fn parameter_spelling(
    cx: &mut Context<'_>,
    template: String,
    list: &[Parameter],
    path: &JsonPath<'_>,
) -> String {
    let in_path = |name: &str| {
        list.iter()
            .any(|p| p.place == ParameterPlace::Path && p.name == name)
    };
    let Ok(names) = placeholders(&template) else {
        return template;
    };
    let mut respelt = template.clone();
    for name in names.iter().filter(|name| !in_path(name)) {
        let same = |p: &&Parameter| {
            p.place == ParameterPlace::Path
                && p.name.eq_ignore_ascii_case(name.trim())
                && !names.contains(&p.name.as_str())
        };
        let mut candidates = list.iter().filter(same);
        if let (Some(only), None) = (candidates.next(), candidates.next()) {
            respelt = respelt.replace(&format!("{{{name}}}"), &format!("{{{}}}", only.name));
        } else if name.trim() != *name && !names.contains(&name.trim()) {
            respelt = respelt.replace(&format!("{{{name}}}"), &format!("{{{}}}", name.trim()));
        }
    }
    if respelt != template {
        cx.find(
            Rule::PathBrackets,
            path,
            format!("{template:?} replaced by {respelt:?}"),
        );
    }
    respelt
}

/// Returns the names in braces. The error is what is wrong with them.
fn placeholders(template: &str) -> Result<Vec<&str>, String> {
    let mut names = Vec::new();
    let mut rest = template;
    let unmatched = || "unmatched braces".to_owned();
    while let Some(open) = rest.find(['{', '}']) {
        let after = rest[open..].strip_prefix('{').ok_or_else(unmatched)?;
        let close = after.find(['{', '}']).ok_or_else(unmatched)?;
        let (name, tail) = after.split_at(close);
        rest = tail.strip_prefix('}').ok_or_else(unmatched)?;
        if name.trim().is_empty() {
            return Err("an empty placeholder".to_owned());
        }
        if names.contains(&name) {
            return Err(format!("the placeholder `{{{name}}}` twice"));
        }
        names.push(name);
    }
    Ok(names)
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
