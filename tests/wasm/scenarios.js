// What must work in a browser and in Node. `sdk` is the module of the SDK; `server` the address of
// the test server, which is also the backend of the page; `endpoint` that of the emulator.

const INSTANCE = "i-emulator0000000001";
const OPERATION = "ListInstancePackageStates";

function check(condition, message) {
  if (!condition) throw new Error(message);
}

function same(actual, expected, what) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(a === b, `${what}: ${a}, expected ${b}`);
}

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("the call succeeded");
}

/** Runs all scenarios and returns their names. */
export async function run(sdk, { server, endpoint, isBrowser }) {
  let asked = 0;
  const credentials = async () => {
    asked += 1;
    return (await fetch(`${server}/credentials`)).json();
  };
  // Requests to the control API of the emulator, which is closed to pages; the server passes them on.
  const control = async (path, body) => {
    const init = body && { method: "POST", body: JSON.stringify(body) };
    return (await fetch(`${server}/control/${path}`, init)).json();
  };
  const counted = async () => (await control("counters")).by_operation?.[OPERATION] ?? 0;
  const calls = async (action) => {
    const before = await counted();
    const result = await action();
    return [result, (await counted()) - before];
  };
  const oos = new sdk.Oos(endpoint, "cn-hangzhou", credentials);

  const scenarios = {
    "a list with credentials of a callback": async () => {
      const [packages, requests] = await calls(() => oos.packages(INSTANCE));
      same(packages.length, 7, "packages");
      check(packages.some(({ name }) => name === "ACS-ECS-Docker"), "no ACS-ECS-Docker");
      same(requests, 1, "requests");
    },
    "pages, with cached credentials": async () => {
      const [packages, requests] = await calls(() => oos.packages(INSTANCE, 2));
      same([packages.length, requests, asked], [7, 4, 1], "packages, requests, callbacks");
    },
    "a retry after a throttle": async () => {
      await control("faults", { kind: "throttle", operation: OPERATION, retry_after_millis: 20, times: 1 });
      const [packages, requests] = await calls(() => oos.packages(INSTANCE));
      same([packages.length, requests], [7, 2], "packages, requests");
    },
    "a retry after a delay without advice": async () => {
      await control("faults", { kind: "error", status: 503, code: "ServiceUnavailable", message: "busy", operation: OPERATION, times: 1 });
      const [packages, requests] = await calls(() => oos.packages(INSTANCE));
      same([packages.length, requests], [7, 2], "packages, requests");
    },
    "an error of the service": async () => {
      await control("faults", { kind: "error", status: 404, code: "EntityNotExists.Instance", message: "gone", operation: OPERATION, times: 1 });
      const error = await failure(oos.packages(INSTANCE));
      same([error.code, error.kind, error.attempts], ["EntityNotExists.Instance", "Service", 1], "error");
      check(error.requestId && error.message.includes("gone"), error.message);
    },
    "a broken connection": async () => {
      await control("faults", { kind: "drop", operation: OPERATION, times: 1 });
      const [packages] = await calls(() => oos.packages(INSTANCE));
      same(packages.length, 7, "packages");
    },
    "a timeout, which aborts the request": async () => {
      const hanging = new sdk.Oos(`${server}`, "cn-hangzhou", credentials);
      const error = await failure(hanging.packages(INSTANCE, undefined, 100));
      same(error.kind, "Timeout", "kind");
      check(error.message.includes("100 ms"), error.message);
      await fetch(`${server}/aborted`);
    },
    "chunks as they arrive": async () => {
      const url = `${server}/stream`;
      const chunks = [];
      const next = (bytes) => {
        chunks.push(new TextDecoder().decode(bytes));
        fetch(`${server}/stream/next`);
      };
      same(await sdk.download(url, 10, next), 200, "status");
      same(chunks, ["one", "two", "three"], "chunks");
    },
    "a body that is dropped, which aborts the request": async () => {
      const chunks = [];
      await sdk.download(`${server}/endless`, 2, (bytes) => chunks.push(bytes.length));
      same(chunks.length, 2, "chunks");
      await fetch(`${server}/aborted`);
    },
    "a body that breaks off": async () => {
      const error = await failure(sdk.download(`${server}/broken`, 10, () => {}));
      same(error.name, "Interrupted", "kind");
    },
    "a redirect, which is not followed": async () => {
      if (isBrowser) {
        const error = await failure(sdk.download(`${server}/redirect`, 1, () => {}));
        check(error.message.includes("redirect"), error.message);
      } else {
        same(await sdk.download(`${server}/redirect`, 1, () => {}), 302, "status");
      }
    },
    "a URL that would be changed": async () => {
      const error = await failure(sdk.download(`${server}/a/../b`, 1, () => {}));
      same(error.name, "InvalidRequest", "kind");
    },
    "a server that cannot be reached": async () => {
      const closed = await (await fetch(`${server}/closed`)).text();
      const error = await failure(sdk.download(closed, 1, () => {}));
      same(error.name, isBrowser ? "Interrupted" : "Connect", "kind");
    },
    "no credentials": async () => {
      const error = await failure(new sdk.Oos(endpoint, "cn-hangzhou").packages(INSTANCE));
      same(error.kind, "Credentials", "kind");
      check(error.message.includes("CredentialsCallback"), error.message);
    },
    "a callback that fails": async () => {
      const broken = new sdk.Oos(endpoint, "cn-hangzhou", () => Promise.reject(new Error("hush")));
      const error = await failure(broken.packages(INSTANCE));
      same(error.kind, "Credentials", "kind");
      check(!error.message.includes("hush"), error.message);
    },
    "a clock and a timer": async () => {
      const [before, after, elapsed] = await sdk.sleep(30);
      check(elapsed >= 30 && after >= before, `${elapsed} ms, from ${before} to ${after}`);
      check(Math.abs(before - Date.now()) < 60_000, "another time than Date.now");
    },
  };
  for (const [name, scenario] of Object.entries(scenarios)) {
    try {
      await scenario();
    } catch (error) {
      error.message = `${name}: ${error.message}`;
      throw error;
    }
  }
  return Object.keys(scenarios);
}
