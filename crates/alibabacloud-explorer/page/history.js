// The page of the history: what was sent from this tab, and the comparison of two responses.

import { calls, clearHistory } from './calls.js';
import { button, el, fill, muted, scrollable, table } from './dom.js';
import { t } from './i18n.js';
import { bodyText, duration, outcomeHead, statusBadge, targetTag } from './response.js';
import { on } from './state.js';

// Changed parts with more cells than this are shown as a whole.
const LIMIT = 4_000_000;
const CONTEXT = 3;

/** Returns the lines of two texts as pairs of a sign (` `, `−` or `+`) and a text. */
export function diffLines(before, after) {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const same = (lines) => lines.map((text) => [' ', text]);
  return [...same(a.slice(0, start)), ...changedLines(a.slice(start, a.length - end), b.slice(start, b.length - end)), ...same(a.slice(a.length - end))];
}

function changedLines(a, b) {
  if (a.length * b.length > LIMIT) return [...a.map((text) => ['−', text]), ...b.map((text) => ['+', text])];
  // The length of the longest common subsequence of the rests after i and j.
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i, j) => common[i * width + j];
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) lines.push([' ', a[i++], j++]);
    else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) lines.push(['−', a[i++]]);
    else lines.push(['+', b[j++]]);
  }
  return lines;
}

function difference(before, after) {
  const lines = diffLines(before, after);
  const changes = [...lines.keys()].filter((index) => lines[index][0] !== ' ');
  if (!changes.length) return el('p.good', t('The two responses are the same.'));
  const near = new Set(changes.flatMap((index) => Array.from({ length: 2 * CONTEXT + 1 }, (_, offset) => index + offset - CONTEXT)));
  const nodes = [];
  let gap = 0;
  const closeGap = () => {
    if (gap) nodes.push(el('.diff-gap', t('… {0} equal lines', gap)));
    gap = 0;
  };
  for (const [index, [sign, text]] of lines.entries()) {
    if (near.has(index)) {
      closeGap();
      nodes.push(el(`.diff-line.${{ '−': 'old', '+': 'new' }[sign] ?? 'same'}`, `${sign} ${text}`));
    } else gap += 1;
  }
  closeGap();
  const removed = lines.filter(([sign]) => sign === '−').length;
  return el('div', el('p', t('{0} lines only in the first, {1} only in the second', removed, changes.length - removed)), scrollable('.code.diff', t('Difference'), nodes));
}

const timeOf = ({ at }) => new Date(at).toLocaleTimeString();

/** Creates the page. `open(entry)` shows an entry with its operation. */
export function createHistory(open) {
  const node = el('.page-body');
  let chosen = [];

  function comparison() {
    const entries = calls.filter(({ key }) => chosen.includes(key));
    if (entries.length !== 2) return el('p.hint', t('{0} of 2 chosen', entries.length));
    // The emulator comes first, else the older call.
    entries.sort((a, b) => (a.call.target === b.call.target ? a.at.localeCompare(b.at) : a.call.target === 'emulator' ? -1 : 1));
    const side = (entry, index) => el('.side', el('h3', `${index + 1}. ${entry.call.operation} `, targetTag(entry.call.target), el('span.muted', ` ${timeOf(entry)}`)), outcomeHead(entry.outcome, true));
    return el('section', { 'aria-label': t('Comparison') }, el('h2', t('Comparison')), el('.side-by-side', entries.map(side)), difference(...entries.map(({ outcome }) => bodyText(outcome))));
  }

  function row(entry) {
    const { key, call, outcome } = entry;
    const onchange = ({ target }) => {
      chosen = target.checked ? [...chosen, key].slice(-2) : chosen.filter((other) => other !== key);
      show();
      node.querySelector(`[data-key="${key}"] input`)?.focus();
    };
    return el(
      'tr',
      { 'data-key': key },
      el('td', el('input', { type: 'checkbox', 'aria-label': t('Compare {0}', `${call.operation}, ${timeOf(entry)}`), checked: chosen.includes(key), onchange })),
      el('td', timeOf(entry)),
      el('td', targetTag(call.target)),
      el('th', { scope: 'row' }, button('.link.op-name', () => open(entry), call.operation), el('span.muted', ` ${call.product}`)),
      el('td', statusBadge(outcome.ok, outcome.status), ' ', outcome.error?.code ? el('code', outcome.error.code) : null),
      el('td', duration(outcome.durationMs)),
      el('td', String(outcome.attempts.length)),
    );
  }

  function show() {
    fill(
      node,
      el('h1', t('History')),
      muted(t('Calls of this browser tab. Secrets are not stored. Choose two to compare their responses.')),
      calls.length
        ? [el('.toolbar', button('', clearHistory, t('Clear the history'))), table(t('History'), [t('Compare'), t('Time'), t('Target'), t('Operation'), t('Status'), t('Duration'), t('Attempts')], calls.map(row)), comparison()]
        : el('p', t('Nothing was sent yet.')),
    );
  }

  on('history', () => node.isConnected && show());
  return {
    node,
    show,
    compare(entries) {
      chosen = entries.map(({ key }) => key);
    },
  };
}
