// What the page shows, and the events of its changes. The parts of the page do not know each other:
// they read the state and listen.

import { choiceOfLanguage } from './i18n.js';
import { record, schemaOfParameters, toJson, withoutSecrets } from './json.js';

export const state = {
  /** The response of /api/start. */
  start: null,
  /** `emulator` or `cloud`. */
  target: 'emulator',
  regions: { emulator: '', cloud: '' },
  /** The open operation, its service, its parameters, and what /api/check found in them. */
  operation: null,
  service: null,
  parameters: record(),
  problems: [],
  /** The entry of the history whose outcome is shown. */
  shown: null,
  /** Whether a call is on its way. */
  busy: false,
};

const listeners = new Map();

/** Listens for `operation`, `parameters`, `problems`, `target`, `shown`, `busy`, `history`, ... */
export const on = (name, listener) => listeners.set(name, [...(listeners.get(name) ?? []), listener]);

export const emit = (name, detail) => listeners.get(name)?.forEach((listener) => listener(detail));

/** Ends all listening, before the parts of the page are made again. */
export const forgetListeners = () => listeners.clear();

/** Sets members of the state and reports the event. */
export function update(name, members, detail) {
  Object.assign(state, members);
  emit(name, detail);
}

/** Returns the open operation as the routes take it. */
export function currentCall(target = state.target) {
  const { product, version, name } = state.operation;
  return { product, version, operation: name, parameters: state.parameters, region: state.regions[target] || undefined, target };
}

/** Whether an operation only reads. */
export const isRead = ({ access }) => /^(read|get|list|none)$/.test(access);

const query = (parts) => {
  const language = choiceOfLanguage();
  if (language) parts.push(`lang=${language}`);
  return parts.length ? `?${parts.join('&')}` : '';
};

/** Returns the deep link of an operation, with `parameters` but their secrets if `operation` has them. */
export function linkTo(operation, parameters) {
  const path = [operation.product, operation.version, operation.name].map(encodeURIComponent).join('/');
  const values = parameters && toJson(withoutSecrets(parameters, schemaOfParameters(operation)));
  return `#/${path}${query(values && values !== '{}' ? [`p=${encodeURIComponent(values)}`] : [])}`;
}

/** Returns the link of a page beside the operations: `history`, `basket`, ... */
export const linkToPage = (page) => `#/${page}${query([])}`;

/** Reads a fragment: `{token}`, `{page, lang}` or `{product, version, name, values, lang}`. */
export function readLink(fragment) {
  const token = /^#token=([\w-]+)/.exec(fragment);
  if (token) return { token: token[1] };
  const [, path, rest] = /^#?\/?([^?]*)\??(.*)/s.exec(fragment);
  const parameters = new URLSearchParams(rest);
  const [lang, values] = [parameters.get('lang'), parameters.get('p')];
  const parts = path.split('/').map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return parts.length === 3 ? { product: parts[0], version: parts[1], name: parts[2], values, lang } : { page: path, lang };
}
