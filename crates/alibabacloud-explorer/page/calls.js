// Sends calls and keeps what was sent.

import { send, sendForFile } from './api.js';
import { announce, button, dialog, el, inline, input } from './dom.js';
import { t } from './i18n.js';
import { parse, record, schemaOfParameters, toJson, withoutSecrets } from './json.js';
import { currentCall, emit, state, update } from './state.js';

const KEPT = 50;
const STORED = 30;
const STORED_BODY = 64_000;
const STORE = 'alibabacloud-explorer-history';

/** The calls of this browser tab, the newest first. */
export const calls = [];
try {
  calls.push(...parse(sessionStorage.getItem(STORE) ?? '[]'));
} catch {
  // Without a store the history begins empty.
}
// What is stored of an entry: no secret of the request or of the response.
const storable = new WeakMap();

function store() {
  try {
    sessionStorage.setItem(STORE, toJson(calls.slice(0, STORED).map((entry) => storable.get(entry) ?? entry)));
  } catch {
    // The history in memory is complete; only a reload loses it.
  }
  emit('history');
}

export function clearHistory() {
  calls.length = 0;
  store();
  update('shown', { shown: null });
}

function remember(operation, call, outcome) {
  const entry = { key: crypto.randomUUID(), at: new Date().toISOString(), call, outcome };
  const body = withoutSecrets(outcome.body, operation.response);
  storable.set(entry, {
    ...entry,
    call: { ...call, parameters: withoutSecrets(call.parameters, schemaOfParameters(operation)) },
    outcome: { ...outcome, body: toJson(body).length < STORED_BODY ? body : null, raw: null, next: null },
  });
  calls.unshift(entry);
  calls.length = Math.min(calls.length, KEPT);
  store();
  return entry;
}

// Asks for the name of the operation before it changes something in the cloud.
function confirmWrite({ name }) {
  const { keyId, provider } = state.start.targets.cloud;
  return dialog(t('Change something in the cloud?'), (close) => {
    const go = el('button.primary.cloud', { disabled: true }, t('Send to the cloud'));
    const field = input({ id: 'confirm-name', autofocus: true, oninput: () => (go.disabled = field.value !== name) });
    const onsubmit = (event) => {
      event.preventDefault();
      if (field.value === name) close(name);
    };
    return el(
      'form',
      { onsubmit },
      el('p', inline(t('`{0}` is sent to a real account: {1}, {2}, region {3}.', name, keyId ?? '', provider ?? '', state.regions.cloud))),
      el('label', { for: 'confirm-name' }, t('Type the name of the operation to confirm')),
      field,
      el('.buttons', button('', () => close(), t('Cancel')), go),
    );
  });
}

// Sends a call. A refusal of the program becomes an outcome as well; null if the user cancelled.
async function attempt(operation, call) {
  try {
    return await send('/api/call', call).catch(async (error) => {
      if (error.code !== 'confirm') throw error;
      const confirm = await confirmWrite(operation);
      return confirm ? send('/api/call', { ...call, confirm }) : null;
    });
  } catch (error) {
    if (error.code === 'no_session' || error.code === 'unreachable') throw error;
    return { ok: false, durationMs: 0, attempts: [], headers: [], error: { code: error.code, message: error.message } };
  }
}

async function whileBusy(action) {
  if (state.busy || !state.operation) return;
  update('busy', { busy: true });
  try {
    await action();
  } catch (error) {
    emit('failure', error);
  }
  update('busy', { busy: false });
}

/** Sends the open operation to the chosen target. */
export const sendCurrent = () =>
  whileBusy(async () => {
    const { operation } = state;
    const call = currentCall();
    const outcome = await attempt(operation, call);
    if (!outcome) return;
    update('shown', { shown: remember(operation, call, outcome) });
    announce(outcome.ok ? t('{0} after {1} ms', outcome.status, Math.round(outcome.durationMs)) : `${t('Error')}: ${outcome.error?.code} ${outcome.error?.message}`);
  });

/** Sends the open operation to both targets, and shows the outcomes side by side. */
export const sendToBoth = () =>
  whileBusy(async () => {
    const { operation } = state;
    const entries = [];
    for (const target of ['emulator', 'cloud']) {
      const call = currentCall(target);
      const outcome = await attempt(operation, call);
      if (!outcome) return;
      entries.push(remember(operation, call, outcome));
    }
    update('shown', { shown: entries[0] });
    emit('compare', entries);
  });

/** Sends the call for the page after the outcome that is shown. */
export function sendNext() {
  update('parameters', { parameters: record(Object.entries(state.shown.outcome.next.parameters)) });
  return sendCurrent();
}

async function save(path, body, fallback) {
  try {
    const { blob, name } = await sendForFile(path, body, fallback);
    const url = URL.createObjectURL(blob);
    el('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    announce(t('Saved {0}', name));
  } catch (error) {
    emit('failure', error);
  }
}

/** Saves a call and its outcome as a test with a cassette. */
export const saveTest = ({ call, outcome }) => save('/api/save-test', { call, outcome: outcome.id }, `${call.operation}-test.zip`);

/** Saves a project that makes the open call. */
export const saveProject = () => save('/api/save-project', { call: currentCall() }, `${state.operation.name}.zip`);
