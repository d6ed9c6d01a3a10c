// Lists the packages of an instance. The address of the page has the endpoint as `?endpoint=`.
import init, { Oos } from "./sdk/wasm_tests.js";

const endpoint = new URLSearchParams(location.search).get("endpoint");
const byId = (id) => document.getElementById(id);
const table = document.querySelector("table");
const rows = table.tBodies[0];

/** Temporary credentials, from the backend of this page. */
async function credentials() {
  const response = await fetch("credentials");
  if (!response.ok) throw new Error(`the backend responded with status ${response.status}`);
  return response.json();
}

function show(text, isError = false) {
  byId("status").textContent = text;
  byId("status").classList.toggle("error", isError);
}

function row(item) {
  const cells = [item.name, item.version, item.publisher].map((text) => {
    const cell = document.createElement("td");
    cell.textContent = text ?? "";
    return cell;
  });
  const line = document.createElement("tr");
  line.append(...cells);
  return line;
}

await init();
const oos = new Oos(endpoint, "cn-hangzhou", credentials);

async function list() {
  show("Listing…");
  try {
    const packages = await oos.packages(byId("instance").value);
    rows.replaceChildren(...packages.map(row));
    table.hidden = packages.length === 0;
    show(`${packages.length} packages`);
  } catch (error) {
    table.hidden = true;
    show(error.message, true);
  }
}

byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  list();
});
await list();
