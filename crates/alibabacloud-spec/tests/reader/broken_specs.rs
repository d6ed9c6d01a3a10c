//! The errors of specifications that are broken, each in one way.

use crate::support::Fixture;
use alibabacloud_spec::{Loader, Service};

/// Reads a fixture that must be rejected. Returns the text of the errors without the directory.
fn errors(name: &str, fixture: &Fixture) -> String {
    let dir = fixture.write(name);
    let text = Service::load(&dir)
        .expect_err("the specification is invalid")
        .to_string();
    text.replace(
        &format!("{}/", dir.to_string_lossy().replace('\\', "/")),
        "",
    )
}

/// Entries of the release history before that of the valid specification: two of one day, one that
/// is older than the next, and one whose day does not exist.
const CHANGES: &str = "    - date: \"2019-02-29\"
      kinds: [internal]
      description: No such day.
    - date: \"2020-01-31\"
      kinds: [documentation]
      description: Newer.
    - date: \"2020-01-31\"
      kinds: [internal]
      description: The same day.
    - date: \"2020-02-01\"";

/// Values that cannot start paging by token.
const FIRST: &str = "    items: Tickets
    first: { MaxResults: 1000, MaxResult: 50, NextToken: x, ShowId: a, Row: [] }";

/// Page numbers that cannot be the other way to page.
const NUMBERED: &str = "    items: Tickets
    first: { Row: many }
    numbered: { page: ShowId, limit: MaxResults, number: Tickets }";

/// Declares one test and one snapshot for each way to break the valid specification.
macro_rules! broken {
    ($($name:ident: $fixture:expr;)*) => {
        $(
            #[test]
            fn $name() {
                insta::with_settings!({ omit_expression => true }, {
                    insta::assert_snapshot!(errors(stringify!($name), &$fixture));
                });
            }
        )*
    };
}

/// The actions of the fixture.
const ACTIONS: &str = "    actions:
      - action: tickets:SellTickets
        access: update
        resources:
          - type: Ticket
            required: true
            arn: acs:tickets:*:*:ticket/*
";

fn valid() -> Fixture {
    Fixture::valid()
}

broken! {
    // The text itself.
    syntax: valid().replace("info:\n", "info: [\n");
    anchor_and_alias: valid().replace("post, put]", "&m post, *m]");
    merge_key: valid().replace("info:\n", "info:\n  <<: {}\n");
    duplicate_key: valid().replace("  style: roa\n", "  style: roa\n  style: rpc\n");
    ambiguous_plain_text: valid()
        .replace("Free: For sale.", "Free: no")
        .replace("version: \"2020-01-01\"", "version: 2020-01-01");
    tag_and_number_for_text: valid()
        .replace("title: Ticket Service", "title: 7")
        .replace("description: Sells tickets.", "description: !!str yes");
    second_document: valid().replace("paths:\n", "---\npaths:\n");
    too_deep: valid().replace("description: Sells tickets.", &format!("description: {}{}", "[".repeat(200), "]".repeat(200)));

    empty_file: valid().file("operations/SellTickets.yaml", "# Nothing yet.\n");

    // Files.
    missing_main_file: valid().without("openapi.yaml");
    missing_operation_file: valid().without("operations/ListTickets.yaml").replace(
        "x-acs-waiters:\n  TicketSold:\n    description: Waits until a ticket is sold.\n    operation: ListTickets\n    parameters: [ShowId]\n    state: Tickets[].State\n    success: [Sold]\n    failure: [Void]\n    pending: [Free]\n",
        "",
    );
    unlisted_file: valid().file("operations/VoidTickets.yaml", "post: {}\n");
    reference_out_of_the_directory: valid()
        .replace("$ref: operations/ListTickets.yaml", "$ref: ../../secret.yaml");

    // Keys.
    unknown_key: valid().replace("  summary: Lists the tickets", "  sumary: Lists the tickets");
    missing_keys: valid().replace("  operationId: SellTickets\n  summary: Sells tickets.\n", "");
    wrong_word: valid().replace("x-acs-class: list", "x-acs-class: lists");
    wrong_value_type: valid().replace("minimum: 1,", "minimum: one,").replace("required: [Id]", "required: true");

    // Operations and paths.
    path_key: valid().replace("/tickets#Action=SellTickets:", "/tickets:");
    path_of_rpc: valid().replace("style: roa", "style: rpc");
    operation_id: valid().replace("operationId: SellTickets", "operationId: SellTicket");
    placeholder: valid().replace("/shows/{ShowId}/tickets#", "/shows/{Show}/tickets#");
    two_methods: valid().replace("post:\n  operationId", "put: {}\npost:\n  operationId");
    method_not_listed: valid().replace("[post, put]", "[put, fetch]");
    unknown_tag: valid().replace("  - name: Selling", "  - name: Sales");

    // Names in Rust.
    names_in_rust: valid()
        .replace("      name: ShowId\n", "      name: ShowId\n      x-acs-name: ShowId\n")
        .replace("    - name: MaxResults\n", "    - name: MaxResults\n      x-acs-name: self\n")
        .replace("  operationId: SellTickets\n", "  operationId: SellTickets\n  x-acs-name: sell\n")
        .replace("    Ticket:\n      type: object\n", "    Ticket:\n      type: object\n      x-acs-name: Self\n")
        .replace("            Free: For sale.\n", "            Free: For sale.\n          x-acs-enum-names: { Free: Unknown, Sold: sold, Gone: Gone }\n")
        .replace("        items: { type: string }", "        items: { type: string, x-acs-name: row }");
    equal_names_in_rust: valid()
        .replace("    - name: NextToken\n", "    - name: NextToken\n      x-acs-name: token\n")
        .replace("    - name: MaxResults\n", "    - name: MaxResults\n      x-acs-name: token\n")
        .replace("Id: { type: string,", "Id: { type: string, x-acs-name: id,")
        .replace("        State:\n", "        State:\n          x-acs-name: id\n")
        .replace("  operationId: SellTickets\n", "  operationId: SellTickets\n  x-acs-name: Tickets\n")
        .replace("  operationId: ListTickets\n", "  operationId: ListTickets\n  x-acs-name: Tickets\n")
        .replace("            Free: For sale.\n", "            Free: For sale.\n          x-acs-enum-names: { Free: A, Sold: A }\n");
    crate_of_ours: valid().replace("crate: alibabacloud-tickets", "crate: alibabacloud_core");
    crate_of_cargo: valid().replace("crate: alibabacloud-tickets", "crate: std");
    crate_keyword: valid().replace("crate: alibabacloud-tickets", "crate: type");
    crate_device: valid().replace("crate: alibabacloud-tickets", "crate: com1");
    crate_version: valid().replace(
        "crate: alibabacloud-tickets",
        "crate: alibabacloud-tickets\n  crate-version: 0.01.0",
    );
    lines_of_control_characters: valid()
        .replace("title: Ticket Service", "title: \"Ticket\\nService!{}\"")
        .replace("version: \"2020-01-01\"", "version: \"2020\\u202e-01\"")
        .replace("  - name: Selling", "  - name: \"Sell\\ring\"")
        .replace("  summary: Sells tickets.\n", "  summary: Sells tickets.\n  externalDocs: { url: \"https://a.b/>\\n```\" }\n");

    // Parameters.
    array_without_style: valid().replace("      x-acs-array-style: repeatList\n", "");
    form_array_without_encoding: valid().replace(
        "        encoding:\n          Tickets: { contentType: application/json }\n", "",
    );
    style_of_a_scalar: valid().replace("        type: array\n        items: { type: string }", "        type: string");
    duplicate_parameter: valid().replace("name: Row", "name: NextToken");
    two_media_types: valid().replace(
        "      application/x-www-form-urlencoded:", "      application/json: { schema: {} }\n      application/x-www-form-urlencoded:",
    );
    form_with_get: valid().replace("post:\n  operationId", "get:\n  operationId").replace("[post, put]", "[get]");
    body_type: valid().replace(
        "    \"204\":\n      description: They are sold.", "    \"200\":\n      description: Odd.\n      content: { application/xml: {} }",
    );

    // Schemas.
    unknown_reference: valid().replace(
        "                items: { $ref: \"../openapi.yaml#/components/schemas/Ticket\" }",
        "                items: { $ref: \"../openapi.yaml#/components/schemas/Tickets\" }",
    );
    foreign_reference: valid().replace(
        "../openapi.yaml#/components/parameters/ShowId", "https://example.com/ShowId.yaml",
    );
    endless_recursion: valid().replace(
        "      required: [Id]\n", "      required: [Id, Twin]\n",
    ).replace(
        "        Id: { type: string, description: Identifies it. }\n",
        "        Id: { type: string, description: Identifies it. }\n        Twin: { $ref: \"#/components/schemas/Ticket\" }\n",
    );
    recursion_without_an_object: valid().replace(
        "    Ticket:\n", "    List: { type: array, description: Lists., items: { type: object, description: Maps., additionalProperties: { $ref: \"#/components/schemas/List\" } } }\n    Ticket:\n",
    );
    enum_values: valid().replace("[Free, Sold, Void]", "[Free, Sold, Sold, Void]").replace("Free: For sale.", "Fre: For sale.");
    keys_of_another_type: valid().replace("type: integer, format: int32", "type: string, format: int32");
    required_names_no_property: valid().replace("required: [Id]", "required: [id]");
    nullable: valid().replace("Id: { type: string,", "Id: { type: [string, \"null\"],");
    limits_that_contradict: valid().replace("minimum: 1,", "minimum: 101,");

    // Checks between the parts.
    arguments: valid().replace("x-acs-arguments: [ShowId]", "x-acs-arguments: [MaxResults, Show]");
    pagination: valid()
        .replace("    input: NextToken", "    input: NextTokens")
        .replace("    output: NextToken", "    output: Page.NextToken")
        .replace("    items: Tickets", "    total: Tickets\n    items: Success");
    pagination_first: valid().replace("    items: Tickets", FIRST);
    pagination_first_number: valid()
        .replace("    kind: token\n    input: NextToken\n    output: NextToken\n", "    kind: page-number\n    page: MaxResults\n")
        .replace("    limit: MaxResults\n    items", "    first: { MaxResults: 2 }\n    items");
    pagination_without_first: valid().replace("    items: Tickets", "    items: Tickets\n    first: {}");
    pagination_numbered: valid().replace("    items: Tickets", NUMBERED);
    idempotency: valid().replace("x-acs-idempotency: ClientToken", "x-acs-idempotency: Tickets");
    success_field: valid().replace("x-acs-success-field: Success", "x-acs-success-field: NextToken");
    success_value_without_field: valid().replace("x-acs-success-field: Success", "x-acs-success-value: OK");
    success_value_of_an_array: valid().replace(
        "x-acs-success-field: Success", "x-acs-success-field: Tickets\n  x-acs-success-value: OK",
    );
    replaced_but_not_deprecated: valid().replace(
        "x-acs-success-field: Success", "x-acs-replaced-by: [GetTickets]",
    );
    waiter: valid()
        .replace("    state: Tickets[].State", "    state: Tickets.State")
        .replace("    parameters: [ShowId]\n    state", "    parameters: [Show]\n    state");
    waiter_message: valid().replace("    success: [Sold]", "    message: Tickets[].Why\n    success: [Sold]");
    waiter_identity: valid().replace("    success: [Sold]", "    identity: { ShowId: Id, Row: Seat }\n    success: [Sold]");
    waiter_identity_without_list: valid()
        .replace("    state: Tickets[].State", "    state: NextToken")
        .replace("    success: [Sold]", "    identity: { ShowId: Id }\n    success: [Sold]");
    waiter_identity_kinds: valid()
        .replace("    parameters: [ShowId]", "    parameters: [ShowId, Row, MaxResults]")
        .replace("        items: { type: string }", "        items: { type: boolean }")
        .replace("    success: [Sold]", "    identity: { Row: Bundle, MaxResults: Id }\n    success: [Sold]");
    waiter_fixed: valid()
        .replace("    success: [Sold]", "    fixed: { ShowId: a, Seat: b, Row: c, MaxResults: 1000 }\n    success: [Sold]");
    waiter_absence_without_list: valid()
        .replace("    state: Tickets[].State", "    state: NextToken")
        .replace("    success: [Sold]", "    success-if-absent: true\n    success: []");
    waiter_without_success: valid().replace("    success: [Sold]", "    success: []");
    waiter_forgotten_states: valid().replace("    failure: [Void]\n    pending: [Free]\n", "");
    waiter_states: valid().replace("    success: [Sold]", "    success: [Sold, Gone, Void]");
    showcase: valid().replace("paths:\n", "x-acs-showcase: ListTicket\npaths:\n");
    showcase_without_a_client: valid()
        .replace("paths:\n", "x-acs-showcase: SellTickets\npaths:\n")
        .replace("  operationId: SellTickets\n", "  operationId: SellTickets\n  x-acs-unsupported: It has its own gateway.\n");
    waiter_operation: valid().replace("    operation: ListTickets", "    operation: SellTickets");
    ram: valid()
        .replace("status: documented", "status: guessed")
        .replace("action: tickets:SellTickets", "action: SellTickets")
        .replace("arn: acs:tickets:*:*:ticket/*", "arn: ticket/*");
    ram_page: valid()
        .replace("page: https://example.com/tickets", "page: tickets.html")
        .replace("read: \"2024-05-02\"", "read: May 2024");
    ram_day_without_page: valid().replace("    page: https://example.com/tickets\n", "");
    ram_none: valid()
        .replace("status: documented", "status: none")
        .replace("    page: https://example.com/tickets\n    read: \"2024-05-02\"\n    updated: \"2024-03-01\"\n", "");
    ram_unknown: valid().replace("status: documented", "status: unknown");
    ram_without_actions: valid().replace(ACTIONS, "");
    ram_without_read: valid()
        .replace("    read: \"2024-05-02\"\n    updated: \"2024-03-01\"\n", "    note: It is secret.\n");
    kinds_of_changes: valid().replace("kinds: [operation-added]", "kinds: [error-added, error-add, error-added]\n      source: rumour");
    no_kind_of_change: valid().replace("kinds: [operation-added]", "kinds: []");
    dates_of_changes: valid().replace("    - date: \"2020-02-01\"", CHANGES);
    error_codes_and_changes: valid().replace("status: 409", "status: 40900").replace("\"2020-02-01\"", "Feb 2020");
    endpoints: valid().replace(": tickets-vpc.cn-hangzhou.aliyuncs.com", ": https://Tickets/").replace("https://tickets.{region}", "http://tickets");
    example: valid().replace("request: { Buyer: a }", "request: { Byer: a }");
}

#[test]
fn the_fixture_is_valid() {
    let dir = Fixture::valid().write("valid");
    let service = Loader::new()
        .lint(true)
        .load(&dir)
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(
        Service::from_bundle(&Service::bundle(&dir).unwrap()).unwrap(),
        service
    );
    let names: Vec<_> = service
        .operations
        .iter()
        .map(|operation| operation.name.as_str())
        .collect();
    assert_eq!(names, ["ListTickets", "SellTickets"]);
}

#[test]
fn missing_descriptions_are_errors_only_on_request() {
    let fixture = Fixture::valid()
        .replace("      description: Where to go on.\n", "")
        .replace(", description: Who buys. }", " }")
        .replace("      description: A ticket.\n", "")
        .replace("  summary: Sells tickets.\n", "");
    let dir = fixture.write("missing_descriptions");
    assert!(Service::load(&dir).is_ok());
    let errors = Loader::new().lint(true).load(&dir).unwrap_err();
    let messages: Vec<_> = errors.iter().map(|error| error.message()).collect();
    assert_eq!(
        messages,
        [
            "missing description of the schema `Ticket`",
            "missing description of the parameter `NextToken`",
            "missing description of the operation `SellTickets`",
            "missing description of the property `Buyer`",
        ]
    );
    // What a glossary may describe.
    let loader = Loader::new().lint(true).accept_undescribed(true);
    let errors = loader.load(&dir).unwrap_err();
    let messages: Vec<_> = errors.iter().map(|error| error.message()).collect();
    assert_eq!(
        messages,
        ["missing description of the operation `SellTickets`"]
    );
}

#[test]
fn examples_that_do_not_match_are_errors_only_on_request() {
    let fixture = Fixture::valid()
        .replace("schema: { type: integer, format: int32,", "schema: { type: integer, format: int32, example: 101,")
        .replace("Id: { type: string,", "Id: { type: string, maxLength: 3, example: long,")
        .replace("          enum: [Free", "          default: Lost\n          enum: [Free")
        .replace("request: { Buyer: a }", "request: { ClientToken: [a] }")
        .replace("items: { type: string }", "items: { type: string, contentMediaType: application/json, example: \"{\" }")
        .replace(
            "  x-acs-success-field: Success",
            "  x-acs-success-field: Success\n  x-acs-example:\n    request: { ShowId: a }\n    response: { Sucess: true, Tickets: [{ Id: 7 }] }",
        );
    let dir = fixture.write("examples");
    Service::load(&dir).unwrap_or_else(|errors| panic!("{errors}"));
    let errors = Loader::new().lint(true).load(&dir).unwrap_err();
    let messages: Vec<_> = errors
        .iter()
        .map(|error| (error.path().unwrap(), error.message()))
        .collect();
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_debug_snapshot!(messages);
    });
}

#[test]
fn a_broken_bundle_is_rejected_with_the_path() {
    let bundle = Service::bundle(&Fixture::valid().write("bundle")).unwrap();
    let broken = bundle.replace("\"x-acs-class\": \"list\"", "\"x-acs-class\": \"read\"");
    let errors = Service::from_bundle(&broken).unwrap_err();
    let [error] = errors.iter().as_slice() else {
        panic!("{errors}");
    };
    assert_eq!(
        error.message(),
        "expected `get`, `list`, `create`, `update`, `delete` or `action`, found `read`"
    );
    assert_eq!(
        error.path(),
        Some("$.paths['/shows/{ShowId}/tickets#Action=ListTickets'].get.x-acs-class")
    );
    assert_eq!(error.position(), None);
    assert!(Service::from_bundle(&bundle[..bundle.len() / 2]).is_err());
}
