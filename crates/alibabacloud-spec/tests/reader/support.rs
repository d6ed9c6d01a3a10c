//! A small valid specification, to be read unchanged or broken in one way.

use std::fs;
use std::path::{Path, PathBuf};

const MAIN: &str = r##"openapi: 3.1.0
info:
  title: Ticket Service
  version: "2020-01-01"
  description: Sells tickets.
x-acs-product:
  code: tickets
  crate: alibabacloud-tickets
  style: roa
servers:
  - url: https://tickets.{region}.aliyuncs.com
    variables:
      region:
        default: cn-hangzhou
        enum: [cn-hangzhou, cn-shanghai]
x-acs-endpoints:
  rule: regional
  vpc:
    cn-hangzhou: tickets-vpc.cn-hangzhou.aliyuncs.com
tags:
  - name: Selling
    description: Sell tickets.
paths:
  /shows/{ShowId}/tickets#Action=ListTickets:
    $ref: operations/ListTickets.yaml
  /tickets#Action=SellTickets:
    $ref: operations/SellTickets.yaml
x-acs-waiters:
  TicketSold:
    description: Waits until a ticket is sold.
    operation: ListTickets
    parameters: [ShowId]
    state: Tickets[].State
    success: [Sold]
    failure: [Void]
    pending: [Free]
components:
  parameters:
    ShowId:
      name: ShowId
      in: path
      required: true
      description: The show.
      schema: { type: string }
  schemas:
    Ticket:
      type: object
      description: A ticket.
      required: [Id]
      properties:
        Id: { type: string, description: Identifies it. }
        State:
          type: string
          description: What has become of it.
          enum: [Free, Sold, Void]
          x-acs-enum-descriptions:
            Free: For sale.
        Bundle:
          type: array
          description: Tickets that go with it.
          items: { $ref: "#/components/schemas/Ticket" }
"##;

const LIST: &str = r##"get:
  operationId: ListTickets
  summary: Lists the tickets of a show.
  tags: [Selling]
  x-acs-class: list
  x-acs-arguments: [ShowId]
  x-acs-pagination:
    kind: token
    input: NextToken
    output: NextToken
    limit: MaxResults
    items: Tickets
  x-acs-success-field: Success
  parameters:
    - $ref: "../openapi.yaml#/components/parameters/ShowId"
    - name: NextToken
      in: query
      description: Where to go on.
      schema: { type: string }
    - name: MaxResults
      in: query
      description: How many tickets a page holds.
      schema: { type: integer, format: int32, minimum: 1, maximum: 100 }
    - name: Row
      in: query
      description: Rows to look at.
      x-acs-array-style: repeatList
      schema:
        type: array
        items: { type: string }
  responses:
    "200":
      description: A page of tickets.
      content:
        application/json:
          schema:
            type: object
            properties:
              Success: { type: boolean, description: Whether it worked. }
              NextToken: { type: string, description: Goes into the next request. }
              Tickets:
                type: array
                description: The tickets of this page.
                items: { $ref: "../openapi.yaml#/components/schemas/Ticket" }
"##;

const SELL: &str = r##"post:
  operationId: SellTickets
  summary: Sells tickets.
  tags: [Selling]
  x-acs-class: action
  x-acs-methods: [post, put]
  x-acs-idempotency: ClientToken
  x-acs-ram:
    status: documented
    page: https://example.com/tickets
    read: "2024-05-02"
    updated: "2024-03-01"
    actions:
      - action: tickets:SellTickets
        access: update
        resources:
          - type: Ticket
            required: true
            arn: acs:tickets:*:*:ticket/*
  x-acs-errors:
    - code: SoldOut
      status: 409
      description: No ticket is left.
  x-acs-changes:
    - date: "2020-02-01"
      kinds: [operation-added]
      description: First release.
  x-acs-example:
    request: { Buyer: a }
    response: {}
  requestBody:
    content:
      application/x-www-form-urlencoded:
        schema:
          type: object
          required: [Buyer]
          properties:
            Buyer: { type: string, description: Who buys. }
            ClientToken: { type: string, description: Makes a repeated call harmless. }
            Tickets:
              type: array
              description: What to sell.
              items: { $ref: "../openapi.yaml#/components/schemas/Ticket" }
        encoding:
          Tickets: { contentType: application/json }
  responses:
    "204":
      description: They are sold.
"##;

/// The files of the specification, by name.
pub(crate) struct Fixture {
    files: Vec<(&'static str, String)>,
}

impl Fixture {
    /// Returns the valid specification.
    pub(crate) fn valid() -> Self {
        let files = [
            ("openapi.yaml", MAIN),
            ("operations/ListTickets.yaml", LIST),
            ("operations/SellTickets.yaml", SELL),
        ];
        Self {
            files: files.map(|(name, text)| (name, text.to_owned())).to_vec(),
        }
    }

    /// Replaces a text, which must occur exactly once in all files.
    pub(crate) fn replace(mut self, from: &str, to: &str) -> Self {
        let count: usize = self
            .files
            .iter()
            .map(|(_, text)| text.matches(from).count())
            .sum();
        assert_eq!(count, 1, "occurrences of {from:?}");
        for (_, text) in &mut self.files {
            *text = text.replace(from, to);
        }
        self
    }

    /// Replaces or adds a file.
    pub(crate) fn file(mut self, name: &'static str, text: &str) -> Self {
        self.files.retain(|(known, _)| *known != name);
        self.files.push((name, text.to_owned()));
        self
    }

    /// Removes a file.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.files.retain(|(known, _)| *known != name);
        self
    }

    /// Returns one text that contains the operations in the main document.
    pub(crate) fn whole(&self) -> String {
        let text = |wanted: &str| {
            self.files
                .iter()
                .find(|(name, _)| *name == wanted)
                .map_or("", |(_, text)| text)
        };
        let mut whole = text("openapi.yaml").to_owned();
        for operation in ["ListTickets", "SellTickets"] {
            let file = format!("operations/{operation}.yaml");
            let lines = text(&file).lines().map(|line| format!("\n    {line}"));
            let indented: String = lines.collect();
            whole = whole.replace(&format!("\n    $ref: {file}"), &indented);
        }
        whole.replace("../openapi.yaml#", "#")
    }

    /// Writes the files into a new directory with this name.
    pub(crate) fn write(&self, name: &str) -> PathBuf {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("specs")
            .join(name);
        if dir.exists() {
            fs::remove_dir_all(&dir).unwrap();
        }
        fs::create_dir_all(dir.join("operations")).unwrap();
        for (name, text) in &self.files {
            fs::write(dir.join(name), text).unwrap();
        }
        dir
    }
}
