// The right column, above: the code of exactly these parameters.

import { latest, send } from './api.js';
import { append, copyButton, debounce, el, fill, muted, tabs } from './dom.js';
import { codeBlock, highlight } from './highlight.js';
import { t } from './i18n.js';
import { currentCall, emit, on, state } from './state.js';

const DELAY = 120;
const FORMS = [
  ['rustAsync', 'Rust', 'rust'],
  ['rustBlocking', 'blocking', 'rust'],
  ['rustTest', 'test', 'rust'],
  ['curl', 'curl', 'shell'],
  ['aliyun', 'aliyun', 'shell'],
  ['policy', 'RAM policy', 'json'],
];

export function createCode() {
  const node = el('.codes');
  let texts = null;
  let failure = null;
  let view = null;
  const text = () => texts?.[view.current] ?? '';

  function render(panel, [id, , language]) {
    if (failure || !texts) {
      panel.append(failure ? el('p.problem', failure) : muted(t('Loading …')));
      return;
    }
    const problems = texts.problems?.length;
    append(
      panel,
      problems ? el('p.hint', t('The form has problems ({0}); the code holds what is valid.', problems)) : null,
      texts[id] ? codeBlock(texts[id], language, t('Code')) : problems ? null : muted(t('There is no such form for this operation.')),
    );
  }

  // Changes the text in place where possible, which keeps the focus and the scroll position.
  function refresh() {
    const shown = view.panel.querySelector('pre > code');
    const [, , language] = FORMS.find(([id]) => id === view.current);
    if (shown && !failure && text() && !texts.problems?.length && view.panel.childElementCount === 1) fill(shown, highlight(text(), language));
    else view.render();
  }

  const read = latest((signal) => send('/api/code', currentCall(), signal));
  const load = debounce(async () => {
    const { operation } = state;
    try {
      const found = await read();
      if (!found || operation !== state.operation) return;
      [texts, failure] = [found, null];
    } catch (error) {
      if (error.code === 'unreachable') emit('failure', error);
      failure = error.message;
    }
    refresh();
  }, DELAY);

  on('operation', () => {
    texts = failure = null;
    view = tabs(
      t('Code for this call'),
      FORMS.map((form) => ({ id: form[0], label: t(form[1]), render: (panel) => render(panel, form) })),
      { selected: view?.current, actions: copyButton(text, t('Code')) },
    );
    fill(node, el('h2.sr', t('Code')), view.node);
    load();
  });
  on('parameters', load);
  on('target', load);
  return { node, step: (by) => view?.step(by) };
}
