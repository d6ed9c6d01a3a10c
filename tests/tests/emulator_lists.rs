//! Every list of every built-in specification of the emulator can be read to its end: by the
//! paginator of the core, in pages of any size, without an item that is missing or comes twice. The
//! operations are made from the specifications at run time, so that no generated crate is linked
//! and a new service is covered as soon as the emulator has it.

use alibabacloud_core::plumbing::{
    Access, Call, Cursor, EndpointTable, Items, Operation, PageContents, Pages, Paginated, Param,
    ParamStyle, Product,
};
use alibabacloud_core::{Client, Result, http::Method};
use alibabacloud_emulator::{Emulator, Fault};
use alibabacloud_spec::{
    self as spec, ApiStyle, NumberedPages, Pagination, ParameterPlace, ParameterStyle, Service,
};
use alibabacloud_types::plumbing::{Field, FieldReader, Record, Slot, ValueRef};
use sdk_tests::sample;
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;
use std::sync::OnceLock;

/// The number of items on a page, where the test chooses it and the limits permit.
const SIZE: i64 = 2;

#[tokio::test]
async fn every_list_of_the_built_in_services_is_complete() {
    for path in sdk_tests::built_in_specs() {
        let service = sdk_tests::built_in_spec(&path);
        read_all_lists(service, &path).await;
    }
}

#[tokio::test]
async fn every_list_of_the_fixtures_is_complete() {
    let fixtures = sdk_tests::repository().join("tests/fixtures/specs");
    let directory = fixtures.join("fixture/2024-01-01");
    let service = Service::load(&directory).unwrap_or_else(|errors| panic!("{errors}"));
    let read = read_all_lists(service, &directory).await;
    assert!(read.numbered > 0, "there is a list with two ways to page");
}

/// The number of lists that were read.
struct Read {
    lists: usize,
    numbered: usize,
}

/// Reads every list of a service in all ways.
async fn read_all_lists(service: Service, specs: &Path) -> Read {
    let service: &'static Service = Box::leak(Box::new(service));
    let emulator = Emulator::builder().specs(specs).start().await.unwrap();
    let client = Client::new(emulator.config()).unwrap();
    let product: &'static Product = Box::leak(Box::new(Product {
        code: &service.code,
        version: &service.version,
        user_agent: "tests",
        endpoints: EndpointTable {
            regional: true,
            public: &[],
            vpc: &[],
        },
    }));
    let mut read = Read {
        lists: 0,
        numbered: 0,
    };
    let (mut wrong, mut paged) = (Vec::new(), 0);
    for operation in &service.operations {
        let Some(pagination) = &operation.pagination else {
            continue;
        };
        read.lists += 1;
        let list = List::new(service, product, operation, pagination, &client);
        match list.read_in_all_ways(&emulator).await {
            Ok(items) => paged += usize::from(items > 1),
            Err(why) => wrong.push(format!("{}: {why}", operation.name)),
        }
        if let Pagination::Token {
            numbered: Some(numbered),
            ..
        } = pagination
        {
            read.numbered += 1;
            if let Err(why) = list.read_by_number(numbered, &emulator).await {
                wrong.push(format!("{} by number: {why}", operation.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", service.code, wrong.join("\n"));
    // Resources that no example data has can have empty lists, but not all lists are empty.
    assert!(
        paged * 4 >= read.lists,
        "{}: only {paged} of {} lists have several items",
        service.code,
        read.lists
    );
    read
}

/// A request for a page, as generated code has it.
#[derive(Clone)]
struct List {
    call: Call<Input>,
    operation: &'static spec::Operation,
    pagination: &'static Pagination,
}

impl List {
    fn new(
        service: &Service,
        product: &'static Product,
        operation: &'static spec::Operation,
        pagination: &'static Pagination,
        client: &Client,
    ) -> Self {
        let parameters = operation.parameters.iter();
        let input = parameters.map(|parameter| {
            // The client fills in the region.
            let is_set = parameter.required
                && parameter.name != "RegionId"
                && !pagination.first().contains_key(&parameter.name);
            let value = is_set.then(|| sample::value(service, &parameter.schema));
            (parameter.name.as_str(), value)
        });
        let input = Input(input.collect());
        let definition = Box::leak(Box::new(definition(service, product, operation)));
        Self {
            call: Call::new(client, definition, input),
            operation,
            pagination,
        }
    }

    /// Reads the list with pages of the default size, of a chosen size, and with pages that are
    /// smaller than requested. Returns the number of items.
    async fn read_in_all_ways(&self, emulator: &Emulator) -> Result<usize, String> {
        let items = self.items().await?;
        let names: HashSet<String> = items.iter().map(Value::to_string).collect();
        if names.len() < items.len() {
            return Err(format!("{} of {} items differ", names.len(), items.len()));
        }
        let limit = match self.pagination {
            Pagination::Token { limit, .. } | Pagination::PageNumber { limit, .. } => limit,
        };
        let sized = self.with_size(limit.as_deref());
        if sized.items().await? != items {
            return Err("other items come on pages of another size".to_owned());
        }
        for (holes, seed) in [(0.0, 1), (0.4, 2)] {
            emulator.inject(Fault::pages(2, holes, seed)).unwrap();
            let capped = self.items().await;
            let pages = self.pages().await;
            emulator.clear_faults();
            if capped? != items {
                return Err("other items come on pages that are smaller than requested".to_owned());
            }
            let pages = pages?;
            if pages * 2 < items.len() {
                return Err(format!("{} items are on {pages} pages", items.len()));
            }
        }
        Ok(items.len())
    }

    /// Reads the list by page number, the other way to page.
    async fn read_by_number(
        &self,
        numbered: &NumberedPages,
        emulator: &Emulator,
    ) -> Result<(), String> {
        let Pagination::Token {
            limit,
            total,
            items: path,
            ..
        } = self.pagination
        else {
            return Ok(());
        };
        let by_token = self.items().await?;
        // Without what starts paging by token, the list ends early: the reason for `first`.
        let definition = self.call.operation();
        let unaware: &'static Operation = Box::leak(Box::new(Operation {
            name: definition.name,
            path: definition.path,
            method: definition.method,
            ..copy(definition)
        }));
        let first_page = Self {
            call: Call::new(self.call.client(), unaware, self.call.input.clone()),
            ..self.clone()
        };
        let mut first = Items::new(first_page.clone());
        let first = first.collect_up_to(by_token.len()).await;
        if first.map_err(|error| error.to_string())?.len() >= by_token.len() {
            return Err("the page without parameters is the whole list".to_owned());
        }
        let by_number = Self {
            pagination: Box::leak(Box::new(Pagination::PageNumber {
                page: numbered.page.clone(),
                limit: numbered.limit.clone().or_else(|| limit.clone()),
                number: numbered.number.clone(),
                total: total.clone(),
                items: path.clone(),
                first: self.pagination.first().clone(),
            })),
            ..first_page
        };
        let sized = by_number.with_size(numbered.limit.as_deref());
        emulator.inject(Fault::pages(2, 0.0, 3)).unwrap();
        let capped = by_number.items().await;
        emulator.clear_faults();
        for items in [by_number.items().await?, sized.items().await?, capped?] {
            if items != by_token {
                return Err(format!("{} of {} items", items.len(), by_token.len()));
            }
        }
        Ok(())
    }

    /// Sets the page size.
    fn with_size(&self, limit: Option<&str>) -> Self {
        let mut list = self.clone();
        let parameter = limit.and_then(|limit| self.operation.parameter(limit));
        let Some(parameter) = parameter else {
            return list;
        };
        let size = SIZE.max(parameter.schema.minimum.unwrap_or(SIZE));
        list.call.input.set(&parameter.name, size.to_string());
        list
    }

    /// Reads all items; an incomplete list, or one with an item that comes twice, is an error.
    async fn items(&self) -> Result<Vec<Value>, String> {
        let mut items = Items::new(self.clone()).strict();
        match items.collect_up_to(10_000).await {
            Ok(items) => Ok(items),
            // A list of a resource that does not exist.
            Err(error) if error.is_not_found() => Ok(Vec::new()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Returns the number of pages.
    async fn pages(&self) -> Result<usize, String> {
        let mut pages = Pages::new(self.clone());
        let mut count = 0;
        while let Some(page) = pages.next().await {
            match page {
                Ok(_) => count += 1,
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(count)
    }
}

/// Returns an operation as generated code defines it.
fn definition(
    service: &Service,
    product: &'static Product,
    operation: &'static spec::Operation,
) -> Operation {
    let params: Vec<Param> = operation.parameters.iter().map(param).collect();
    let mut definition = match service.style {
        ApiStyle::Rpc => Operation::rpc(product, &operation.name, Access::Read),
        ApiStyle::Roa => {
            let path = operation.path.as_str();
            Operation::roa(product, &operation.name, Method::Get, path, Access::Read)
        }
    };
    definition.method = method(&operation.method);
    if let Some(pagination) = &operation.pagination {
        let first = pagination.first().iter().map(|(name, value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (name.as_str(), &*text.leak())
        });
        let numbered = match pagination {
            Pagination::Token { numbered, .. } => numbered.as_ref(),
            Pagination::PageNumber { .. } => None,
        };
        let numbered = numbered.into_iter().flat_map(NumberedPages::parameters);
        definition = definition
            .paged_with(first.collect::<Vec<_>>().leak())
            .paged_without(numbered.collect::<Vec<_>>().leak());
    }
    definition.params(params.leak())
}

/// Returns an operation without what its paginator sends.
fn copy(of: &Operation) -> Operation {
    let mut operation = Operation::rpc(of.product, of.name, of.access).params(of.params);
    operation.style = of.style;
    operation
}

fn param(parameter: &'static spec::Parameter) -> Param {
    let name = parameter.name.as_str();
    let mut param = match parameter.place {
        ParameterPlace::Query => Param::query(name),
        ParameterPlace::Form => Param::form(name),
        ParameterPlace::Path => Param::path(name),
        ParameterPlace::Header => Param::header(name),
        ParameterPlace::Body => Param::body(name),
    };
    param.required = parameter.required;
    param.style = match parameter.style {
        ParameterStyle::Plain | ParameterStyle::RepeatList | ParameterStyle::Flat => {
            ParamStyle::Flat
        }
        ParameterStyle::Simple => ParamStyle::Simple,
        ParameterStyle::Json => ParamStyle::Json,
        ParameterStyle::Raw => ParamStyle::Raw,
    };
    param
}

fn method(name: &str) -> Method {
    match name {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        other => panic!("no list has the method {other}"),
    }
}

/// The parameters, by wire name.
#[derive(Clone, Debug)]
struct Input(Vec<(&'static str, Option<Value>)>);

impl Record for Input {
    fn field(&mut self, name: &str) -> Option<&mut dyn Field> {
        let found = self.0.iter_mut().find(|(known, _)| *known == name);
        found.map(|(_, value)| value as &mut dyn Field)
    }

    fn read<'a>(&'a self, reader: &mut FieldReader<'_, 'a>) {
        let (names, values): (Vec<_>, Vec<&dyn Field>) = self
            .0
            .iter()
            .map(|(name, value)| (*name, value as &dyn Field))
            .unzip();
        reader(&names, &values);
    }
}

impl Input {
    fn set(&mut self, name: &str, text: String) {
        if let Some((_, value)) = self.0.iter_mut().find(|(known, _)| *known == name) {
            *value = Some(Value::from(text));
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(known, _)| *known == name)?;
        let value = value.as_ref()?;
        Some(
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        )
    }
}

/// A page: any JSON, and its items after they were asked for.
#[derive(Debug, Default)]
struct Page {
    body: Value,
    items: OnceLock<Vec<Value>>,
}

impl Page {
    fn at(&self, path: &str) -> Option<&Value> {
        path.split('.')
            .try_fold(&self.body, |at, name| at.get(name))
    }

    fn text(&self, path: &str) -> Option<String> {
        let value = self.at(path)?;
        Some(
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        )
    }

    fn items(&self, path: &str) -> &Vec<Value> {
        let items = || self.at(path).and_then(Value::as_array).cloned();
        self.items.get_or_init(|| items().unwrap_or_default())
    }
}

impl Field for Page {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Json(&mut self.body)
    }

    fn value(&self) -> ValueRef<'_> {
        ValueRef::Json(&self.body)
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Paginated for List {
    type Input = Input;
    type Page = Page;
    type Item = Value;

    fn call(&self) -> &Call<Input> {
        &self.call
    }

    fn contents<'a>(&self, page: &'a Page) -> PageContents<'a> {
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
        let total =
            |path: &Option<String>| number(path.as_deref().and_then(|path| page.text(path)));
        match self.pagination {
            Pagination::Token {
                input,
                output,
                total: path,
                items,
                ..
            } => {
                let requested = self.call.input.text(input).is_some();
                PageContents::token(requested, page.text(output).as_deref())
                    .total(total(path))
                    .items(Some(page.items(items)))
            }
            Pagination::PageNumber {
                page: input,
                number: returned,
                total: path,
                items,
                ..
            } => {
                let requested = number(self.call.input.text(input));
                PageContents::number(requested, total(returned))
                    .total(total(path))
                    .items(Some(page.items(items)))
            }
        }
    }

    fn resume(&mut self, cursor: Cursor) -> Result<()> {
        let (name, text) = match self.pagination {
            Pagination::Token { input, .. } => (input, cursor.into_token()),
            Pagination::PageNumber { page, .. } => (page, cursor.into_page::<u64>()?.to_string()),
        };
        self.call.input.set(name, text);
        Ok(())
    }

    fn items(&self, page: Page) -> Vec<Value> {
        page.items.into_inner().unwrap_or_default()
    }
}
