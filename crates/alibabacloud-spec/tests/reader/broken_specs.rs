//! What the reader says about specifications that are broken, each in one way.

use crate::support::Fixture;
use alibabacloud_spec::{Loader, Service};

/// Reads a fixture that must be refused; the text of the errors, with the directory left out.
fn errors(name: &str, fixture: &Fixture) -> String {
    let dir = fixture.write(name);
    let text = Service::load(&dir)
        .expect_err("the specification is broken")
        .to_string();
    text.replace(
        &format!("{}/", dir.to_string_lossy().replace('\\', "/")),
        "",
    )
}

/// One test and one snapshot for each way of breaking the sound specification.
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

fn sound() -> Fixture {
    Fixture::sound()
}

broken! {
    // The text itself.
    syntax: sound().replace("info:\n", "info: [\n");
    anchor_and_alias: sound().replace("post, put]", "&m post, *m]");
    merge_key: sound().replace("info:\n", "info:\n  <<: {}\n");
    duplicate_key: sound().replace("  style: roa\n", "  style: roa\n  style: rpc\n");
    ambiguous_plain_text: sound()
        .replace("Free: For sale.", "Free: no")
        .replace("version: \"2020-01-01\"", "version: 2020-01-01");
    tag_and_number_for_text: sound()
        .replace("title: Ticket Service", "title: 7")
        .replace("description: Sells tickets.", "description: !!str yes");
    second_document: sound().replace("paths:\n", "---\npaths:\n");
    too_deep: sound().replace("description: Sells tickets.", &format!("description: {}{}", "[".repeat(200), "]".repeat(200)));

    empty_file: sound().file("operations/SellTickets.yaml", "# Nothing yet.\n");

    // Files.
    missing_main_file: sound().without("openapi.yaml");
    missing_operation_file: sound().without("operations/ListTickets.yaml").replace(
        "x-acs-waiters:\n  TicketSold:\n    description: Waits until a ticket is sold.\n    operation: ListTickets\n    parameters: [ShowId]\n    state: Tickets[].State\n    success: [Sold]\n    failure: [Void]\n",
        "",
    );
    unlisted_file: sound().file("operations/VoidTickets.yaml", "post: {}\n");
    reference_out_of_the_directory: sound()
        .replace("$ref: operations/ListTickets.yaml", "$ref: ../../secret.yaml");

    // Keys.
    unknown_key: sound().replace("  summary: Lists the tickets", "  sumary: Lists the tickets");
    missing_keys: sound().replace("  operationId: SellTickets\n  summary: Sells tickets.\n", "");
    wrong_word: sound().replace("x-acs-class: list", "x-acs-class: lists");
    wrong_value_type: sound().replace("minimum: 1,", "minimum: one,").replace("required: [Id]", "required: true");

    // Operations and paths.
    path_key: sound().replace("/tickets#Action=SellTickets:", "/tickets:");
    path_of_rpc: sound().replace("style: roa", "style: rpc");
    operation_id: sound().replace("operationId: SellTickets", "operationId: SellTicket");
    placeholder: sound().replace("/shows/{ShowId}/tickets#", "/shows/{Show}/tickets#");
    two_methods: sound().replace("post:\n  operationId", "put: {}\npost:\n  operationId");
    method_not_listed: sound().replace("[post, put]", "[put, fetch]");
    unknown_tag: sound().replace("  - name: Selling", "  - name: Sales");

    // Parameters.
    array_without_style: sound().replace("      x-acs-array-style: repeatList\n", "");
    form_array_without_encoding: sound().replace(
        "        encoding:\n          Tickets: { contentType: application/json }\n", "",
    );
    style_of_a_scalar: sound().replace("        type: array\n        items: { type: string }", "        type: string");
    duplicate_parameter: sound().replace("name: Row", "name: NextToken");
    two_media_types: sound().replace(
        "      application/x-www-form-urlencoded:", "      application/json: { schema: {} }\n      application/x-www-form-urlencoded:",
    );
    form_with_get: sound().replace("post:\n  operationId", "get:\n  operationId").replace("[post, put]", "[get]");
    body_type: sound().replace(
        "    \"204\":\n      description: They are sold.", "    \"200\":\n      description: Odd.\n      content: { application/xml: {} }",
    );

    // Schemas.
    unknown_reference: sound().replace(
        "                items: { $ref: \"../openapi.yaml#/components/schemas/Ticket\" }",
        "                items: { $ref: \"../openapi.yaml#/components/schemas/Tickets\" }",
    );
    foreign_reference: sound().replace(
        "../openapi.yaml#/components/parameters/ShowId", "https://example.com/ShowId.yaml",
    );
    endless_recursion: sound().replace(
        "      required: [Id]\n", "      required: [Id, Twin]\n",
    ).replace(
        "        Id: { type: string, description: Identifies it. }\n",
        "        Id: { type: string, description: Identifies it. }\n        Twin: { $ref: \"#/components/schemas/Ticket\" }\n",
    );
    recursion_without_an_object: sound().replace(
        "    Ticket:\n", "    List: { type: array, description: Lists., items: { type: object, description: Maps., additionalProperties: { $ref: \"#/components/schemas/List\" } } }\n    Ticket:\n",
    );
    enum_values: sound().replace("[Free, Sold, Void]", "[Free, Sold, Sold, Void]").replace("Free: For sale.", "Fre: For sale.");
    keys_of_another_type: sound().replace("type: integer, format: int32", "type: string, format: int32");
    required_names_no_property: sound().replace("required: [Id]", "required: [id]");
    nullable: sound().replace("Id: { type: string,", "Id: { type: [string, \"null\"],");
    limits_that_contradict: sound().replace("minimum: 1,", "minimum: 101,");

    // What must hold between the parts.
    arguments: sound().replace("x-acs-arguments: [ShowId]", "x-acs-arguments: [MaxResults, Show]");
    pagination: sound()
        .replace("    input: NextToken", "    input: NextTokens")
        .replace("    output: NextToken", "    output: Page.NextToken")
        .replace("    items: Tickets", "    items: Success");
    idempotency: sound().replace("x-acs-idempotency: ClientToken", "x-acs-idempotency: Tickets");
    success_field: sound().replace("x-acs-success-field: Success", "x-acs-success-field: NextToken");
    waiter: sound()
        .replace("    state: Tickets[].State", "    state: Tickets.State")
        .replace("    parameters: [ShowId]\n    state", "    parameters: [Show]\n    state");
    waiter_message: sound().replace("    success: [Sold]", "    message: Tickets[].Why\n    success: [Sold]");
    waiter_states: sound().replace("    success: [Sold]", "    success: [Sold, Gone, Void]");
    waiter_operation: sound().replace("    operation: ListTickets", "    operation: SellTickets");
    ram: sound()
        .replace("source: documented", "source: guessed")
        .replace("action: tickets:SellTickets", "action: SellTickets")
        .replace("arn: acs:tickets:*:*:ticket/*", "arn: ticket/*");
    error_codes_and_changes: sound().replace("status: 409", "status: 40900").replace("\"2020-02-01\"", "Feb 2020");
    endpoints: sound().replace(": tickets-vpc.cn-hangzhou.aliyuncs.com", ": https://Tickets/").replace("https://tickets.{region}", "http://tickets");
    example: sound().replace("request: { Buyer: a }", "request: { Byer: a }");
}

#[test]
fn the_fixture_is_sound() {
    let dir = Fixture::sound().write("sound");
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
    let fixture = Fixture::sound()
        .replace("      description: Where to go on.\n", "")
        .replace(", description: Who buys. }", " }")
        .replace("      description: A ticket.\n", "");
    let dir = fixture.write("missing_descriptions");
    assert!(Service::load(&dir).is_ok());
    let errors = Loader::new().lint(true).load(&dir).unwrap_err();
    let messages: Vec<_> = errors.iter().map(|error| error.message()).collect();
    assert_eq!(
        messages,
        [
            "the schema `Ticket` needs a description",
            "the parameter `NextToken` needs a description",
            "the property `Buyer` needs a description",
        ]
    );
}

#[test]
fn examples_that_do_not_fit_are_errors_only_on_request() {
    let fixture = Fixture::sound()
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
fn a_broken_bundle_is_refused_with_the_path() {
    let bundle = Service::bundle(&Fixture::sound().write("bundle")).unwrap();
    let broken = bundle.replace("\"x-acs-class\":\"list\"", "\"x-acs-class\":\"read\"");
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
