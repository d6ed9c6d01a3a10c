// JSON as a tree that opens level by level, and as a table.

import { button, el, fill, icon, table } from './dom.js';
import { t } from './i18n.js';
import { Digits, isObject } from './json.js';

const STEP = 100;
const OPEN_LEVELS = 3;
const OPEN_UP_TO = 30;
const LONG = 600;

function scalar(value) {
  if (value instanceof Digits) return el('span.tok-number', value.text);
  if (typeof value !== 'string') return el(typeof value === 'number' ? 'span.tok-number' : 'span.tok-keyword', String(value));
  const text = JSON.stringify(value);
  const node = el('span.tok-string', text.slice(0, LONG));
  if (text.length > LONG) node.append(button('.link', () => fill(node, text), t('… {0} more characters', text.length - LONG)));
  return node;
}

const isCompound = (value) => Array.isArray(value) || isObject(value);
const count = (value) => (Array.isArray(value) ? value : Object.keys(value)).length;
const size = (value) => t(`{0} ${Array.isArray(value) ? 'item' : 'member'}${count(value) === 1 ? '' : 's'}`, count(value));

// Appends what `create` returns for each entry, a step at a time; the button for more goes to `foot`.
function stepwise(entries, list, foot, create) {
  let shown = 0;
  const more = () => {
    list.append(...entries.slice(shown, (shown += STEP)).map(create));
    fill(foot, shown < entries.length ? button('.link', more, t('{0} more', entries.length - shown)) : null);
  };
  more();
}

function branch(key, value, depth) {
  const name = key === null ? null : el(typeof key === 'number' ? 'span.muted' : 'span.json-key', String(key));
  if (!isCompound(value) || !count(value)) {
    return el('.json-leaf', name, name && ': ', isCompound(value) ? el('span.muted', isObject(value) ? '{}' : '[]') : scalar(value));
  }
  const details = el('details', el('summary', icon('arrow'), name, el('span.count', size(value))));
  const open = () => {
    if (!details.open || details.childElementCount > 1) return;
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    const list = el('.json-members');
    const foot = el('div');
    stepwise(entries, list, foot, ([inner, member]) => branch(inner, member, depth + 1));
    details.append(list, foot);
  };
  details.addEventListener('toggle', open);
  details.open = depth < OPEN_LEVELS && count(value) <= OPEN_UP_TO;
  open();
  return details;
}

/** Creates the tree of a value. */
export const jsonTree = (value, label) => el('.json-tree', { role: 'group', 'aria-label': label }, branch(null, value, 0));

/** Creates the table of a list of objects; returns null for other values. */
export function jsonTable(items, label) {
  if (!Array.isArray(items) || !items.length || !items.every(isObject)) return null;
  const sample = items.slice(0, STEP);
  const columns = [...new Set(sample.flatMap(Object.keys))];
  // Columns of nested values are last: they read better in the tree.
  const nested = (key) => sample.some((item) => isCompound(item[key]));
  columns.sort((a, b) => nested(a) - nested(b));
  const cell = (value) => (value === undefined ? '' : isCompound(value) ? el('span.muted', size(value)) : typeof value === 'string' ? value : scalar(value));
  const box = table(label, columns, []);
  const foot = el('p');
  stepwise(items, box.querySelector('tbody'), foot, (item) => el('tr', columns.map((key) => el('td', cell(item[key])))));
  return el('div', box, foot);
}
