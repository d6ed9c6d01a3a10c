//! How an operation is paged: by a page token in the response, or by a page number.

use super::words::squeezed;
use crate::import::report::{Confidence, Report};
use alibabacloud_spec::{
    Kind, NumberedPages, Operation, OperationClass, Pagination, Schema, Service,
};
use indexmap::IndexMap;
use std::collections::HashSet;

/// Page tokens in requests, best first.
const TOKENS_IN: &[&str] = &[
    "nexttoken",
    "nextpagetoken",
    "pagetoken",
    "continuationtoken",
    "nextmarker",
    "marker",
    "nextcursor",
    "cursor",
    "startkey",
];
/// Page tokens in responses, best first.
const TOKENS_OUT: &[&str] = &[
    "nexttoken",
    "nextpagetoken",
    "nextcontinuationtoken",
    "continuationtoken",
    "nextmarker",
    "nextcursor",
    "marker",
    "cursor",
];
/// Unambiguous page numbers.
const PAGES: &[&str] = &[
    "pagenumber",
    "pagenumbers",
    "pageno",
    "pagenum",
    "currentpage",
    "pageindex",
    "currentpagenumber",
    "curpage",
];
/// Page numbers only if there is a page size, too.
const LOOSE_PAGES: &[&str] = &["page", "pageid", "current"];
/// Page sizes, best first.
const SIZES: &[&str] = &[
    "maxresults",
    "pagesize",
    "size",
    "limit",
    "maxitems",
    "maxresult",
    "maxkeys",
    "perpage",
    "showsize",
    "pagelimit",
    "maxrecordsperpage",
    "pagerows",
    "pagecount",
];
/// Totals over all pages. `Count` alone can be the size of this page, and a total that is too small
/// loses items.
const TOTALS: &[&str] = &[
    "totalcount",
    "total",
    "totalitems",
    "totalrecordcount",
    "totalnum",
    "totalrecords",
    "totalrecord",
    "totalsize",
    "totalelements",
    "totalresults",
    "totalnumber",
    "totalitemcount",
];

/// Sets `pagination` where it is certain enough, and reports it.
pub(super) fn find(service: &Service, operation: &mut Operation, report: &mut Report) {
    if !matches!(
        operation.class,
        OperationClass::Get | OperationClass::List | OperationClass::Action
    ) {
        return;
    }
    let Some(root) = operation.response.schema() else {
        return;
    };
    let fields = ResponseFields::of(service, root);
    let Some(cursor) = token(operation, &fields).or_else(|| page(operation, &fields)) else {
        return;
    };
    match fields.items() {
        Ok((items, confidence)) => {
            let pagination = cursor.with_items(items.to_owned());
            let confidence = match &pagination {
                // Only a person can decide what makes the service page by token.
                Pagination::Token {
                    numbered: Some(_), ..
                } => Confidence::Medium,
                _ => confidence,
            };
            report.infer(
                "pagination",
                &operation.name,
                confidence,
                describe(&pagination),
            );
            operation.pagination = Some(pagination);
        }
        Err(problem) => report.infer("pagination", &operation.name, Confidence::Low, problem),
    }
}

/// A pagination without the path of its items.
enum Cursor {
    Token {
        input: String,
        output: String,
        limit: Option<String>,
        total: Option<String>,
        numbered: Option<NumberedPages>,
    },
    Page {
        page: String,
        limit: Option<String>,
        number: Option<String>,
        total: Option<String>,
    },
}

impl Cursor {
    fn with_items(self, items: String) -> Pagination {
        match self {
            Cursor::Token {
                input,
                output,
                limit,
                total,
                numbered,
            } => Pagination::Token {
                input,
                output,
                limit,
                total,
                items,
                first: IndexMap::new(),
                numbered,
            },
            Cursor::Page {
                page,
                limit,
                number,
                total,
            } => Pagination::PageNumber {
                page,
                limit,
                number,
                total,
                items,
                first: IndexMap::new(),
            },
        }
    }
}

fn describe(pagination: &Pagination) -> String {
    match pagination {
        Pagination::Token {
            input,
            output,
            items,
            numbered,
            ..
        } => {
            let other = numbered.as_ref().map_or_else(String::new, |numbered| {
                let page = &numbered.page;
                format!("; also by {page}: decide `first`, which makes the service page by token")
            });
            format!("{input} from {output}, items in {items}{other}")
        }
        Pagination::PageNumber {
            page, total, items, ..
        } => match total {
            Some(total) => format!("{page} up to {total}, items in {items}"),
            None => format!("{page} until a page is empty, items in {items}"),
        },
    }
}

/// Returns the page tokens: the pair with equal names, else the best names.
fn token(operation: &Operation, fields: &ResponseFields) -> Option<Cursor> {
    let inputs: Vec<&str> = TOKENS_IN
        .iter()
        .filter_map(|name| countable(operation, name))
        .collect();
    let outputs = || {
        TOKENS_OUT.iter().flat_map(|name| {
            fields
                .scalars
                .iter()
                .filter(move |field| field.name == *name)
        })
    };
    let equal = inputs.iter().find_map(|input| {
        let output = outputs().find(|field| field.name == squeezed(input))?;
        Some((*input, output))
    });
    let (input, output) = equal.or_else(|| Some((*inputs.first()?, outputs().next()?)))?;
    let limit = size(operation);
    Some(Cursor::Token {
        input: input.to_owned(),
        output: output.path.clone(),
        numbered: numbered(operation, fields, limit.as_deref()),
        limit,
        total: fields.total(),
    })
}

fn page(operation: &Operation, fields: &ResponseFields) -> Option<Cursor> {
    let limit = size(operation);
    let page = PAGES
        .iter()
        .chain(LOOSE_PAGES.iter().filter(|_| limit.is_some()))
        .find_map(|name| countable(operation, name))?;
    Some(Cursor::Page {
        page: page.to_owned(),
        limit,
        number: fields.scalar(&squeezed(page)),
        total: fields.total(),
    })
}

/// Returns the page numbers of an operation that is paged by token with the page size `limit`.
fn numbered(
    operation: &Operation,
    fields: &ResponseFields,
    limit: Option<&str>,
) -> Option<NumberedPages> {
    let is_required = |name: &str| operation.parameter(name).is_some_and(|it| it.required);
    let page = PAGES.iter().find_map(|name| countable(operation, name))?;
    if is_required(page) {
        return None;
    }
    Some(NumberedPages {
        page: page.to_owned(),
        limit: sizes(operation)
            .find(|name| Some(*name) != limit && !is_required(name))
            .map(str::to_owned),
        number: fields.scalar(&squeezed(page)),
    })
}

fn size(operation: &Operation) -> Option<String> {
    sizes(operation).next().map(str::to_owned)
}

fn sizes(operation: &Operation) -> impl Iterator<Item = &str> {
    SIZES.iter().filter_map(|name| countable(operation, name))
}

/// Returns the parameter of this name, if it can hold a number or a page token.
fn countable<'a>(operation: &'a Operation, name: &str) -> Option<&'a str> {
    operation
        .parameters
        .iter()
        .find(|parameter| {
            parameter.schema.kind.is_text_or_integer() && squeezed(&parameter.name) == name
        })
        .map(|parameter| parameter.name.as_str())
}

/// A scalar field of a response.
struct ScalarField {
    name: String,
    path: String,
}

/// An array of a response.
struct ListField {
    path: String,
    depth: usize,
    objects: bool,
}

/// The fields of a response that are reached through objects alone, outermost first.
struct ResponseFields {
    scalars: Vec<ScalarField>,
    lists: Vec<ListField>,
}

impl ResponseFields {
    fn of(service: &Service, root: &Schema) -> Self {
        let mut fields = ResponseFields {
            scalars: Vec::new(),
            lists: Vec::new(),
        };
        let mut level = vec![(String::new(), root)];
        let mut seen = HashSet::new();
        for depth in 0.. {
            let mut below = Vec::new();
            for (prefix, schema) in level {
                if let Kind::Ref(name) = &schema.kind {
                    if !seen.insert(name.as_str()) {
                        continue;
                    }
                }
                fields.enter(service, &prefix, schema, depth, &mut below);
            }
            if below.is_empty() {
                break;
            }
            level = below;
        }
        fields
    }

    fn enter<'a>(
        &mut self,
        service: &'a Service,
        prefix: &str,
        schema: &'a Schema,
        depth: usize,
        below: &mut Vec<(String, &'a Schema)>,
    ) {
        let Kind::Object(properties) = &service.resolve(schema).kind else {
            return;
        };
        for (name, property) in properties {
            let path = if prefix.is_empty() {
                name.clone()
            } else {
                format!("{prefix}.{name}")
            };
            match &service.resolve(&property.schema).kind {
                Kind::Object(_) => below.push((path, &property.schema)),
                Kind::Array(items) => self.lists.push(ListField {
                    path,
                    depth,
                    objects: matches!(service.resolve(items).kind, Kind::Object(_) | Kind::Map(_)),
                }),
                kind if kind.is_text_or_integer() => self.scalars.push(ScalarField {
                    name: squeezed(name),
                    path,
                }),
                _ => {}
            }
        }
    }

    /// Returns the path of the outermost scalar of this name.
    fn scalar(&self, name: &str) -> Option<String> {
        let found = self.scalars.iter().find(|field| field.name == name);
        found.map(|field| field.path.clone())
    }

    /// Returns the path of the number of items on all pages.
    fn total(&self) -> Option<String> {
        TOTALS.iter().find_map(|name| self.scalar(name))
    }

    /// Returns the array that holds the items: the only array of objects, the only array, or the
    /// only outermost array.
    fn items(&self) -> Result<(&str, Confidence), String> {
        let objects: Vec<&ListField> = self.lists.iter().filter(|list| list.objects).collect();
        let candidates = if objects.is_empty() {
            self.lists.iter().collect()
        } else {
            objects
        };
        let Some(first) = candidates.first() else {
            return Err("looks paged, but the response has no array".to_owned());
        };
        if candidates.len() == 1 {
            return Ok((&first.path, Confidence::High));
        }
        let outermost: Vec<&str> = candidates
            .iter()
            .filter(|list| list.depth == first.depth)
            .map(|list| list.path.as_str())
            .collect();
        match outermost.as_slice() {
            [only] => Ok((only, Confidence::Medium)),
            several => Err(format!(
                "looks paged, but the items can be {}",
                several.join(" or ")
            )),
        }
    }
}
