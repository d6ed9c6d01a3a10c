// The request as it is sent: canonical request, string to sign, signature; and the first difference
// to what a service reports when it computes another signature.

import { latest, send } from './api.js';
import { button, copyButton, debounce, el, fill, fillLater, muted, scrollable } from './dom.js';
import { codeBlock } from './highlight.js';
import { t } from './i18n.js';
import { currentCall } from './state.js';

const DELAY = 200;

const part = (title, text) => (text ? el('section.part', el('.part-head', el('h2', title), copyButton(() => text, title)), codeBlock(text, 'text', title)) : null);

// A text whose character at the first difference is marked.
function differing(text, line, column, label) {
  const lines = (text ?? '').split('\n').map((content, index) => {
    if (index + 1 !== line) return `${content}\n`;
    const characters = [...content];
    const at = Math.max(0, column - 1);
    return el('span.difference', characters.slice(0, at).join(''), el('mark', characters[at] ?? '⏎'), `${characters.slice(at + 1).join('')}\n`);
  });
  return [el('h3', label), scrollable('pre.code', label, el('code', lines))];
}

function comparison() {
  const field = el('textarea.control.mono', { id: 'signature-message', rows: 4, spellcheck: 'false', placeholder: 'server string to sign is: …' });
  const result = el('div', { 'aria-live': 'polite' });
  const compare = () =>
    fillLater(result, async () => {
      const { what, line, column, explanation, ours, theirs } = await send('/api/signature', { ...currentCall(), message: field.value });
      const title = what === 'stringToSign' ? t('String to sign') : t('Canonical request');
      return [
        line ? el('p.problem', t('{0}: the first difference is in line {1}, column {2}.', title, line, column)) : el('p.good', t('{0}: no difference.', title)),
        explanation ? el('p', explanation) : null,
        differing(ours, line, column, t('Ours')),
        differing(theirs, line, column, t('Of the service')),
      ];
    });
  return el(
    'section.part',
    el('h2', t('A signature does not match?')),
    el('label', { for: field.id }, t('Paste the message of the error. The parameters of the form must be those of the call.')),
    field,
    button('', () => field.value.trim() && compare(), t('Find the first difference')),
    result,
  );
}

/** Shows the request; returns a function that shows it again after a change of the form. */
export function showAnatomy(panel) {
  const shown = el('div');
  panel.append(shown, comparison());
  const read = latest((signal) => send('/api/preview', currentCall(), signal));
  const load = () =>
    shown.isConnected &&
    fillLater(shown, async () => {
      const preview = await read();
      if (!preview) return [...shown.childNodes];
      const { method, url, headers, body, canonicalRequest, stringToSign, signature, algorithm } = preview;
      const head = [`${method} ${url}`, ...headers.map((header) => header.join(': '))].join('\n');
      return [
        muted(t('Nothing is sent. Keys are never shown.')),
        part(t('Request'), body ? `${head}\n\n${typeof body === 'string' ? body : JSON.stringify(body)}` : head),
        part(t('Canonical request'), canonicalRequest),
        part(t('String to sign'), stringToSign),
        part(`${t('Signature')} · ${algorithm}`, signature),
      ];
    });
  queueMicrotask(load);
  return debounce(load, DELAY);
}
