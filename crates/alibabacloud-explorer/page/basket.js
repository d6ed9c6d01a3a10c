// The page of the policy: the permissions that the calls of this tab need.

import { send } from './api.js';
import { calls } from './calls.js';
import { copyButton, debounce, el, fill, fillLater, input, muted, tabs } from './dom.js';
import { codeBlock } from './highlight.js';
import { t } from './i18n.js';
import { toJson } from './json.js';
import { on } from './state.js';

const DELAY = 250;
const FORMS = [['json', 'JSON'], ['terraform', 'Terraform'], ['markdown', 'Markdown']];

const identity = ({ call }) => toJson([call.product, call.version, call.operation, call.region, call.parameters]);

export function createBasket() {
  const node = el('.page-body');
  const result = el('div');
  const left = new Set();
  const settings = { account: '', region: '' };
  let selected;

  // Each call once.
  const entries = () => [...new Map(calls.map((entry) => [identity(entry), entry.call]))];

  const load = () =>
    fillLater(result, async () => {
      const chosen = entries().filter(([key]) => !left.has(key)).map(([, call]) => call);
      if (!chosen.length) return muted(t('No call is chosen.'));
      const policy = await send('/api/policy', { calls: chosen, account: settings.account || undefined, region: settings.region || undefined });
      const view = tabs(
        t('Policy'),
        FORMS.map(([id, label]) => ({ id, label, render: (panel) => panel.append(codeBlock(policy[id] ?? '', id, label)) })),
        { selected, onSelect: (id) => (selected = id), actions: copyButton(() => policy[view.current] ?? '', t('Policy')) },
      );
      return [policy.unknown?.length ? el('p.notice.warn', t('The permission of these operations is not documented:'), ` ${policy.unknown.join(', ')}`) : null, view.node];
    });
  const reload = debounce(load, DELAY);

  const setting = (name, label, placeholder) => [
    el('label', { for: `policy-${name}` }, label),
    input({
      id: `policy-${name}`,
      value: settings[name],
      placeholder,
      oninput: ({ target }) => {
        settings[name] = target.value.trim();
        reload();
      },
    }),
  ];

  function choice([key, call]) {
    const onchange = ({ target }) => {
      left[target.checked ? 'delete' : 'add'](key);
      load();
    };
    const values = Object.entries(call.parameters ?? {}).filter(([, value]) => typeof value === 'string' && value.length < 60);
    return el(
      'label.check',
      el('input', { type: 'checkbox', checked: !left.has(key), onchange }),
      el('span', el('span.op-name', call.operation), el('span.muted', [call.product, call.region, ...values.slice(0, 3).map((pair) => pair.join('='))].filter(Boolean).map((text) => ` · ${text}`))),
    );
  }

  function show() {
    const list = entries();
    fill(
      node,
      el('h1', t('Policy basket')),
      muted(t('The least permissions that the calls of this tab need, with the resources that they name.')),
      list.length
        ? [el('fieldset', el('legend', t('Calls')), list.map(choice)), el('.inputs', setting('account', t('Account ID'), '*'), setting('region', t('Region'), '*')), result]
        : el('p', t('Nothing was sent yet.')),
    );
    if (list.length) load();
  }

  on('history', () => node.isConnected && show());
  return { node, show };
}
