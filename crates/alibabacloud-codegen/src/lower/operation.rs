//! Operations: input, output, parameters and permissions.

use super::operation_names::OperationNames;
use super::problem::Problems;
use super::shared::{Direction, Shared};
use super::types::{Module, Owner, Spot};
use super::{example, operation_docs, pagination};
use crate::ir::{
    Operation, Output, OutputShape, Param, Ram, RamAction, ResponseBody, Struct, Type, TypeDef,
};
use crate::markdown::{inline, markdown};
use crate::names::{self, ApiName};
use alibabacloud_spec::{
    self as spec, Kind, ParameterPlace, ParameterStyle, Response, Schema, Service,
};

/// Lowers an operation. Adds what cannot be lowered to `problems`.
pub(super) fn lower<'a>(
    service: &'a Service,
    spec: &'a spec::Operation,
    names: OperationNames,
    shared: &'a Shared<'a>,
    shared_types: &[TypeDef],
    source: &str,
    problems: &'a Problems,
) -> Operation {
    let type_name = names.ty;
    let mut module = Module::new(shared, problems);
    let input_name = format!("{type_name}Input");
    let output_name = format!("{type_name}Output");
    module.reserve(&input_name);
    module.reserve(&output_name);

    let input = input(spec, &input_name, &mut module, problems);
    let output = output(spec, output_name, &mut module);
    let types = module.finish();
    let arguments = arguments(spec, problems);
    let pagination = pagination::lower(spec, &input, &output, &types, shared_types, problems);

    let mut operation = Operation {
        name: spec.name.clone(),
        builder: names.builder,
        source: format!("{source}/operations/{}.yaml", spec.name),
        summary: inline(&spec.summary),
        method_docs: Vec::new(),
        builder_docs: Vec::new(),
        example: Vec::new(),
        deprecated: spec.deprecated,
        roa_path: (service.style == spec::ApiStyle::Roa).then(|| spec.path.clone()),
        method: method(spec, problems),
        access: if spec.class.is_read() {
            "Read"
        } else {
            "Write"
        },
        idempotency: spec.idempotency.clone(),
        anonymous: spec.anonymous,
        success_field: spec.success_field.clone(),
        success_value: spec.success_value.clone(),
        replaced_by: spec.replaced_by.clone(),
        unsupported: spec.unsupported.as_deref().map(inline),
        params: spec.parameters.iter().map(param).collect(),
        module: names.module,
        input,
        arguments,
        output,
        types,
        pagination,
        ram: ram(&service.permissions(spec)),
    };
    operation.example = example::program(service, spec, &operation, shared_types);
    operation_docs::write(service, spec, &mut operation);
    operation
}

fn input<'a>(
    spec: &'a spec::Operation,
    name: &str,
    module: &mut Module<'a>,
    problems: &Problems,
) -> Struct {
    let wires: Vec<ApiName<'_>> = spec
        .parameters
        .iter()
        .map(|parameter| ApiName {
            wire: &parameter.name,
            chosen: parameter.schema.rust_name.clone(),
            deprecated: parameter.schema.deprecated,
        })
        .collect();
    let idents = names::distinct(&wires, names::snake);
    let mut fields = Vec::with_capacity(wires.len());
    for (parameter, ident) in spec.parameters.iter().zip(idents) {
        let place = format!("{}.{}", spec.name, parameter.name);
        let setter = names::builder_setter(&ident);
        if setter != ident {
            let reason = "the request builder has a method of the name";
            problems.stand_in(&place, &parameter.name, &setter, reason);
        }
        let mut field = module.field(
            &parameter.name,
            ident,
            parameter.required,
            &parameter.schema,
            Direction::Request,
            Owner {
                name,
                prefix: "Input",
            },
            place,
        );
        field.setter = setter;
        fields.push(field);
    }
    let mut docs = vec![format!("Parameters of `{}`.", spec.name)];
    if let Some(reason) = &spec.unsupported {
        // There is no request builder, whose setters would describe them.
        fields.iter_mut().for_each(|field| field.summary = None);
        docs.push(String::new());
        docs.extend(markdown(&format!(
            "The client cannot call this operation: {reason}"
        )));
    } else if !fields.is_empty() {
        docs[0].push_str(" The setters of its request builder describe them in full.");
    }
    Struct {
        name: name.to_owned(),
        docs,
        fields,
        setters: false,
        pair: None,
    }
}

fn output<'a>(spec: &'a spec::Operation, name: String, module: &mut Module<'a>) -> Output {
    let (body, shape) = match &spec.response {
        Response::Json(schema) => (ResponseBody::Json, root(spec, schema, &name, module)),
        Response::Events(schema) => (ResponseBody::Events, root(spec, schema, &name, module)),
        Response::Empty => (ResponseBody::Json, OutputShape::Struct(empty(spec, &name))),
        Response::Text => (
            ResponseBody::Raw,
            alias(spec, Type::String, "the text of the response"),
        ),
        Response::Binary => (
            ResponseBody::Raw,
            alias(spec, Type::Blob, "the bytes of the response"),
        ),
    };
    Output { name, body, shape }
}

fn root<'a>(
    spec: &'a spec::Operation,
    schema: &'a Schema,
    name: &str,
    module: &mut Module<'a>,
) -> OutputShape {
    if let (Kind::Object(properties), false) = (&schema.kind, schema.sensitive) {
        let mut output =
            module.fields_under(name, "Output", properties, Direction::Response, &spec.name);
        output.docs = markdown(&schema.description);
        if output.docs.is_empty() {
            output.docs.push(format!("Output of `{}`.", spec.name));
        }
        return OutputShape::Struct(output);
    }
    let spot = Spot {
        name: "Items".to_owned(),
        parent: "Output",
        contained: true,
        place: spec.name.clone(),
        used_by: name.to_owned(),
    };
    let ty = module.value(schema, Direction::Response, &spot);
    alias(spec, ty, "the entire response")
}

/// Returns a struct without fields, so that adding a field later is not a breaking change.
fn empty(spec: &spec::Operation, name: &str) -> Struct {
    Struct {
        name: name.to_owned(),
        docs: vec![format!("Output of `{}`, which is empty.", spec.name)],
        fields: Vec::new(),
        setters: false,
        pair: None,
    }
}

fn alias(spec: &spec::Operation, ty: Type, what: &str) -> OutputShape {
    OutputShape::Alias {
        ty,
        docs: vec![format!("Output of `{}`: {what}.", spec.name)],
    }
}

fn arguments(spec: &spec::Operation, problems: &Problems) -> Vec<usize> {
    let index = |name: &String| {
        let found = spec.parameters.iter().position(|p| p.name == *name);
        if found.is_none() {
            problems.add(
                &format!("{}.{name}", spec.name),
                "is listed in x-acs-arguments, but is not a parameter".to_owned(),
            );
        }
        found
    };
    spec.arguments.iter().filter_map(index).collect()
}

fn method(spec: &spec::Operation, problems: &Problems) -> &'static str {
    match spec.method.as_str() {
        "GET" => "Get",
        "POST" => "Post",
        "PUT" => "Put",
        "DELETE" => "Delete",
        "PATCH" => "Patch",
        "HEAD" => "Head",
        "OPTIONS" => "Options",
        other => {
            problems.add(&spec.name, format!("unknown HTTP method `{other}`"));
            "Post"
        }
    }
}

fn param(parameter: &spec::Parameter) -> Param {
    Param {
        name: parameter.name.clone(),
        place: match parameter.place {
            ParameterPlace::Query => "query",
            ParameterPlace::Form => "form",
            ParameterPlace::Path => "path",
            ParameterPlace::Header => "header",
            ParameterPlace::Body => "body",
        },
        style: match parameter.style {
            ParameterStyle::Plain | ParameterStyle::RepeatList | ParameterStyle::Flat => None,
            ParameterStyle::Simple => Some("simple"),
            ParameterStyle::Json => Some("json"),
            ParameterStyle::Raw => Some("raw"),
        },
        required: parameter.required,
        // A shared schema is a single value, as in official clients: if it is not set, nothing is
        // sent.
        object: parameter.place == ParameterPlace::Body
            && !parameter.required
            && matches!(parameter.schema.kind, Kind::Object(_)),
    }
}

fn ram(ram: &spec::Ram) -> Ram {
    let action = |action: &spec::RamAction| RamAction {
        action: action.action.clone(),
        access: action.access.clone(),
        resources: action
            .resources
            .iter()
            .map(|r| (r.kind.clone(), r.required, r.arn.clone()))
            .collect(),
        conditions: action.conditions.clone(),
        dependents: action.dependents.clone(),
    };
    Ram {
        status: match ram.status {
            spec::RamStatus::Documented => "Documented",
            spec::RamStatus::None => "NotNeeded",
            spec::RamStatus::Unknown => "Unknown",
        },
        actions: ram.actions.iter().map(action).collect(),
    }
}
