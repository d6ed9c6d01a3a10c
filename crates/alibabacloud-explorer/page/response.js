// The right column, below: what came back.

import { send } from './api.js';
import { append, button, copyButton, el, externalLink, fill, fillLater, icon, inline, muted, tabs } from './dom.js';
import { saveTest, sendNext } from './calls.js';
import { codeBlock } from './highlight.js';
import { t } from './i18n.js';
import { at, stringify } from './json.js';
import { currentCall, linkToPage, on, state } from './state.js';
import { jsonTable, jsonTree } from './tree.js';

const PAGE_LIMIT = 1000;
export const duration = (value) => t('{0} ms', value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
const seconds = (value) => (value / 1000).toFixed(1);

/** Returns the text of a body: its JSON, or what was received. */
export const bodyText = ({ body, raw }) => (body === null || body === undefined ? (raw ?? '') : typeof body === 'string' ? body : stringify(body));

/** Creates the tag of a target. */
export const targetTag = (target) => el(`span.tag.target-${target}`, target === 'cloud' ? t('Cloud') : t('Emulator'));

/** Creates the badge of a status. */
export const statusBadge = (ok, status) => el(`span.status.${ok ? 'good' : 'bad'}`, status ? String(status) : t('Not sent'));

function statusLine({ ok, status, durationMs, attempts, requestId, clockSkewMs, redacted, truncated }) {
  return el(
    '.status-line',
    statusBadge(ok, status),
    el('span', duration(durationMs)),
    attempts.length > 1 ? el('span', t('{0} attempts', attempts.length)) : null,
    clockSkewMs ? el('span.tag.warn', t('clock corrected by {0} s', seconds(clockSkewMs))) : null,
    redacted ? el('span.tag', t('secrets hidden')) : null,
    truncated ? el('span.tag.warn', t('cut: {0} bytes', truncated)) : null,
    requestId ? el('span.request-id', t('Request ID'), el('code', requestId), copyButton(() => requestId, t('Request ID'))) : null,
  );
}

// One bar for each attempt, after the bar of the wait before it.
function timeline({ attempts, clockSkewMs }) {
  if (!attempts.length) return muted(t('Nothing was sent.'));
  const total = attempts.reduce((sum, { waitMs, durationMs }) => sum + waitMs + durationMs, 0) || 1;
  let from = 0;
  const rows = attempts.map(({ number, waitMs, durationMs, status, error, reason }) => {
    const bar = (kind, length) => {
      const node = el(`span.bar.${kind}`);
      node.style.left = `${(100 * from) / total}%`;
      node.style.width = `max(3px, ${(100 * length) / total}%)`;
      from += length;
      return node;
    };
    const facts = [waitMs ? t('waited {0}', duration(waitMs)) : null, t('took {0}', duration(durationMs)), status, error, reason ? t('retried: {0}', t(reason)) : null];
    return el(
      'li',
      t('Attempt {0}', number),
      el('.bars', { 'aria-hidden': 'true' }, waitMs ? bar('wait', waitMs) : null, bar(error || status >= 400 ? 'bad' : 'good', durationMs)),
      el('span.muted', facts.filter(Boolean).join(' · ')),
    );
  });
  return el('.timeline', el('ol', rows), clockSkewMs ? el('p.hint', t('The clock of this machine differs from that of the service by {0} s; the client signs with the corrected time.', seconds(clockSkewMs))) : null);
}

function errorCard(error) {
  if (!error) return null;
  const fact = (title, text) => (text ? el('p', el('strong', `${title}: `), inline(text)) : null);
  const add = t('Statement to add to a policy');
  return el(
    'section.error-card',
    { 'aria-label': t('Error') },
    el('h3', el('code', error.code ?? error.kind)),
    el('p', error.message),
    fact(t('Meaning'), error.meaning),
    // Services recommend a page.
    error.recommendation ? el('p', el('strong', `${t('What to do')}: `), externalLink(error.recommendation, inline(error.recommendation))) : null,
    error.statement ? [el('.part-head', el('strong', add), copyButton(() => error.statement, add)), codeBlock(error.statement, 'json', add)] : null,
    error.trail?.length ? el('details', el('summary', t('How it came about')), el('ol', error.trail.map((line) => el('li', line)))) : null,
  );
}

/** Creates what the response and the comparison show above the body. */
export const outcomeHead = (outcome, always) => [statusLine(outcome), errorCard(outcome.error), always || outcome.attempts.length > 1 ? timeline(outcome) : null];

export function createResponse() {
  const node = el('.response');
  let selected;
  let pages = null;

  function showPages() {
    const body = el('div');
    const call = currentCall();
    pages = body;
    selected = 'pages';
    fillLater(body, async () => {
      const { items, pages: read, truncated, error, durationMs } = await send('/api/pages', { ...call, limit: PAGE_LIMIT });
      return [
        el('p', t(read === 1 ? '{0} items on one page in {2}' : '{0} items on {1} pages in {2}', items.length, read, duration(durationMs)), truncated ? ` · ${t('cut at {0} items', items.length)}` : null),
        error ? el('p.problem', error.message ?? String(error)) : null,
        el('.toolbar', copyButton(() => stringify(items), t('All pages'))),
        jsonTable(items, t('All pages')) ?? jsonTree(items, t('All pages')),
      ];
    });
    show();
  }

  function show() {
    const { shown: entry, operation } = state;
    const title = el('h2', t('Response'));
    if (!entry) {
      fill(node, title, el('p', t('Nothing was sent yet.')), muted(t('Send the call with the button below the form, or with Ctrl+Enter.')));
      return;
    }
    const { call, outcome } = entry;
    const { body } = outcome;
    const isOpen = operation?.name === call.operation && operation.product === call.product;
    const items = isOpen && operation.pagination?.items ? at(body, operation.pagination.items) : null;
    const text = bodyText(outcome);
    const hasTree = body !== null && typeof body === 'object';
    const view = (id, label, create, badge) => ({ id, label, badge, render: (panel) => append(panel, create()) });
    const views = [
      pages && view('pages', t('All pages'), () => pages),
      hasTree && view('tree', t('Tree'), () => jsonTree(body, t('Response'))),
      Array.isArray(items) && items.length && view('table', t('Table'), () => jsonTable(items, t('Table')) ?? jsonTree(items, t('Table'))),
      text && view('raw', t('Raw'), () => el('.with-copy', copyButton(() => outcome.raw ?? text, t('Response')), codeBlock(text, hasTree ? 'json' : 'text', t('Response')))),
      outcome.headers.length && view('headers', t('Headers'), () => el('dl.facts', outcome.headers.map(([name, value]) => [el('dt', name), el('dd', el('code', value))]))),
      view('timeline', t('Timeline'), () => timeline(outcome), outcome.attempts.length),
    ].filter(Boolean);
    fill(
      node,
      el('.part-head', title, targetTag(call.target), isOpen ? null : el('code', call.operation)),
      outcomeHead(outcome),
      el(
        '.toolbar',
        isOpen && outcome.next ? button('', sendNext, t('Next page')) : null,
        isOpen && outcome.ok && operation.pagination ? button('', showPages, t('All pages')) : null,
        outcome.id ? button('', () => saveTest(entry), icon('download'), t('Save as test')) : null,
        el('a', { href: linkToPage('history') }, t('Compare')),
      ),
      tabs(t('Response'), views, { selected, onSelect: (id) => (selected = id) }).node,
    );
  }

  on('shown', () => {
    pages = null;
    show();
  });
  on('operation', show);
  return { node, show };
}
