// Runs the scenarios in Node and, if chromedriver is given, in headless Chromium. With --serve, only
// serves the page.
//
//   node test.mjs EMULATOR SDK [CHROMEDRIVER | --serve]
//
// EMULATOR is the program, SDK the directory that wasm-bindgen wrote. ACS_SCREENSHOTS is a directory
// for a picture of the page.
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "./scenarios.js";

const [emulatorPath, sdkPath, driverPath] = process.argv.slice(2);
const isServing = driverPath === "--serve";
const own = import.meta.dirname;
const children = [];

/** Starts a program and returns what `find` finds in a line of its output. */
function start(program, options, find) {
  const child = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (data) => {
      text += data;
      const found = text.split("\n").map(find).find(Boolean);
      if (found) resolve(found);
    });
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`${program} has ended`)));
  });
}

/** The files of the page, and what the scenarios need of a server. */
class Server {
  #aborted = [];
  #stream;

  async listen() {
    this.http = createServer((request, response) => {
      this.respond(request, response).catch((error) => response.writeHead(500).end(String(error)));
    });
    await new Promise((resolve) => this.http.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${this.http.address().port}`;
  }

  /** The address of the page. */
  get page() {
    return `${this.url}/?endpoint=${encodeURIComponent(this.endpoint)}`;
  }

  async respond(request, response) {
    const path = new URL(request.url, this.url).pathname;
    const never = () => {
      this.#aborted.push(new Promise((resolve) => response.on("close", resolve)));
    };
    if (request.method === "POST" && path === "/") return never();
    if (path.startsWith("/control/")) return this.control(request, response, path);
    switch (path) {
      case "/credentials": {
        const role = "acs:ram::1000000000000001:role/page";
        const issued = await this.sdk.assumeRole(this.endpoint, "test", "secret", role);
        return response.setHeader("content-type", "application/json").end(JSON.stringify(issued));
      }
      case "/aborted":
        await this.#aborted.pop();
        return response.end();
      case "/stream":
        this.#stream = { response, rest: ["two", "three"] };
        return response.write("one");
      case "/stream/next": {
        // The next chunk is sent when the client has the one before.
        const next = this.#stream.rest.shift();
        next ? this.#stream.response.write(next) : this.#stream.response.end();
        return response.end();
      }
      case "/endless": {
        never();
        const timer = setInterval(() => response.write("."), 5);
        return response.on("close", () => clearInterval(timer));
      }
      case "/broken":
        response.setHeader("content-length", "100").write("begin");
        return setTimeout(() => response.destroy(), 20);
      case "/closed": {
        // The address of a server that has ended.
        const other = createServer();
        await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
        const { port } = other.address();
        await new Promise((resolve) => other.close(resolve));
        return response.end(`http://127.0.0.1:${port}/`);
      }
      case "/redirect":
        return response.writeHead(302, { location: "/elsewhere" }).end();
    }
    const name = path === "/" ? "page/index.html" : path.slice(1);
    const file = name.startsWith("sdk/")
      ? join(sdkPath, name.slice(4))
      : join(own, name === "scenarios.js" || name.startsWith("page/") ? name : `page/${name}`);
    const types = { html: "text/html", css: "text/css", js: "text/javascript", wasm: "application/wasm" };
    const bytes = await readFile(file).catch(() => undefined);
    if (!bytes) return response.writeHead(404).end();
    response.setHeader("content-type", types[file.split(".").pop()]).end(bytes);
  }

  /** Passes a request on to the control API of the emulator. */
  async control(request, response, path) {
    const chunks = await request.toArray();
    const reply = await fetch(`${this.endpoint}/_emulator/${path.slice("/control/".length)}`, {
      method: request.method,
      headers: { "content-type": "application/json" },
      body: chunks.length ? Buffer.concat(chunks) : undefined,
    });
    response.writeHead(reply.status).end(await reply.text());
  }
}

/** A browser, by the protocol of WebDriver. */
class Browser {
  async open(port) {
    this.url = `http://127.0.0.1:${port}/session`;
    const args = ["--headless", "--no-sandbox", "--disable-dev-shm-usage", "--lang=en-US", "--window-size=800,720"];
    const alwaysMatch = { "goog:chromeOptions": { args }, timeouts: { script: 120_000 } };
    const { sessionId } = await this.send("POST", "", { capabilities: { alwaysMatch } });
    this.url += `/${sessionId}`;
  }

  async send(method, path, body) {
    const response = await fetch(this.url + path, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (value?.error) throw new Error(value.message);
    return value;
  }

  goto(url) {
    return this.send("POST", "/url", { url });
  }

  /** Runs an asynchronous function in the page. */
  async script(body, ...args) {
    const script = `const done = arguments[arguments.length - 1];
      (async (...args) => {${body}})(...arguments).then(
        (value) => done({ value }), (error) => done({ error: error.stack ?? String(error) }));`;
    const { value, error } = await this.send("POST", "/execute/async", { script, args });
    if (error) throw new Error(error);
    return value;
  }

  /** Waits for the end of a list in the page, and returns what it says. */
  status() {
    return this.script(`for (;;) {
      const text = document.getElementById("status").textContent;
      if (text && text !== "Listing…") return text;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }`);
  }
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

async function inBrowser(server, driver) {
  const port = await start(driver, ["--port=0"], (line) => line.match(/successfully on port (\d+)/)?.[1]);
  const browser = new Browser();
  await browser.open(port);
  try {
    await browser.goto(server.page);
    expect((await browser.status()) === "7 packages", await browser.status());
    const rows = await browser.script(`return document.querySelectorAll("tbody tr").length;`);
    expect(rows === 7, `${rows} rows`);
    if (process.env.ACS_SCREENSHOTS) {
      const png = await browser.send("GET", "/screenshot");
      await writeFile(join(process.env.ACS_SCREENSHOTS, "wasm.png"), Buffer.from(png, "base64"));
    }
    const names = await browser.script(
      `const sdk = await import("/sdk/wasm_tests.js");
       const { run } = await import("/scenarios.js");
       await sdk.default();
       return run(sdk, args[0]);`,
      { server: server.url, endpoint: server.endpoint, isBrowser: true },
    );
    // The same page, of an origin that the emulator does not allow.
    await browser.goto(server.page.replace("127.0.0.1", "localhost"));
    const status = await browser.status();
    expect(status.includes("does not allow calls from the origin of the page"), status);
    return [...names, "a list in the page", "an origin that is not allowed"];
  } finally {
    await browser.send("DELETE", "");
  }
}

const server = new Server();
try {
  await server.listen();
  const sdk = await import(pathToFileURL(join(sdkPath, "wasm_tests.js")));
  await sdk.default({ module_or_path: await readFile(join(sdkPath, "wasm_tests_bg.wasm")) });
  server.sdk = sdk;
  server.endpoint = await start(
    emulatorPath,
    [
      ...["--listen", "127.0.0.1:0", "--service", "oos", "--service", "sts"],
      ...["--ram", join(own, "ram.yaml"), "--allow-origin", server.url],
    ],
    (line) => line.match(/^listening on (\S+)/)?.[1],
  );
  if (isServing) {
    console.log(server.page);
    await new Promise(() => {});
  }
  const report = (where, names) => console.log(`${where}: ${names.length} passed\n  ${names.join("\n  ")}`);
  report("node", await run(sdk, { server: server.url, endpoint: server.endpoint, isBrowser: false }));
  if (driverPath) report("chromium", await inBrowser(server, driverPath));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const child of children) child.kill();
  server.http.closeAllConnections();
  server.http.close();
}
