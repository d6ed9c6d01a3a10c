// The pages of the emulator: state, request log, faults.

import { get, send } from './api.js';
import { append, button, el, fill, fillLater, input, muted, table, tabs, uniqueId } from './dom.js';
import { t } from './i18n.js';
import { on, state } from './state.js';
import { statusBadge } from './response.js';
import { jsonTree } from './tree.js';

const KINDS = {
  throttle: 'Throttled',
  server_error: 'Server error',
  disconnect: 'Connection closed',
  slow: 'Slow response',
  expired_token: 'Expired token',
  clock_skew: 'Clock differs',
};
// The names that the emulator has for them.
const NAMES = { ...KINDS, error: KINDS.server_error, drop: KINDS.disconnect, latency: KINDS.slow, clock_offset: KINDS.clock_skew };

// The lists of active faults that are shown, with what loads them.
const lists = new Map();

/** Creates the controls that inject faults into the next calls to the emulator. */
export function faultControls() {
  const ids = [uniqueId('kind'), uniqueId('count')];
  const kind = el('select.control', { id: ids[0] }, Object.entries(KINDS).map(([value, label]) => el('option', { value }, t(label))));
  const count = input({ id: ids[1], type: 'number', min: 1, max: 100, value: 2 });
  const only = el('input', { type: 'checkbox', checked: true });
  const active = el('.faults-active', { 'aria-live': 'polite' });
  const { operation } = state;

  const change = (path, body) =>
    fillLater(active, async () => {
      if (path) await send(path, body);
      const faults = await get('/api/emulator/faults');
      return faults.length
        ? faults.map((fault) => el('span.tag.warn', `${t(NAMES[fault.kind] ?? fault.kind)} × ${fault.times ?? fault.count ?? '∞'} ${fault.operation ?? ''}`))
        : el('span.hint', t('No faults are active.'));
    });
  const load = () => change();
  const inject = () =>
    change('/api/emulator/faults', {
      kind: kind.value,
      count: Math.min(100, Math.max(1, Number.parseInt(count.value, 10) || 1)),
      operation: operation && only.checked ? operation.name : undefined,
    });
  lists.set(active, load);
  load();
  return el(
    'div',
    el(
      '.inputs',
      el('label', { for: ids[0] }, t('Fault')),
      kind,
      el('label', { for: ids[1] }, t('Next requests')),
      count,
      operation ? el('label.check', only, t('only {0}', operation.name)) : null,
      button('.small', inject, t('Inject')),
      button('.small', () => change('/api/emulator/faults/clear', {}), t('Clear faults')),
    ),
    active,
  );
}

function page(panel, load, ...actions) {
  const body = el('div');
  const reload = () => fillLater(body, load);
  append(panel, el('.toolbar', button('', reload, t('Reload')), actions.map((action) => action(reload))), body);
  reload();
}

const showState = (panel) =>
  page(
    panel,
    async () => jsonTree(await get('/api/emulator/state'), t('State')),
    (reload) =>
      button(
        '',
        async () => {
          await send('/api/emulator/reset', {}).catch(() => {});
          reload();
        },
        t('Reset the emulator'),
      ),
  );

const showLog = (panel) =>
  page(panel, async () => {
    const requests = await get('/api/emulator/requests');
    if (!requests.length) return el('p', t('No requests yet.'));
    return table(
      t('Request log'),
      [t('Time'), t('Operation'), t('Status'), t('Request ID'), t('Parameters')],
      requests.slice(0, 200).map(({ time, operation, product, status, code, requestId, parameters }) =>
        el('tr', el('td', String(time ?? '').slice(11, 19)), el('th', { scope: 'row' }, el('span.op-name', operation ?? '—'), el('span.muted', ` ${product ?? ''}`)), el('td', statusBadge(status < 400, status), ' ', code ? el('code', code) : null), el('td', el('code', requestId ?? '')), el('td', el('code', JSON.stringify(parameters ?? {})))),
      ),
    );
  });

const showFaults = (panel) => append(panel, muted(t('Faults apply to the next requests to the emulator; the client retries where that is safe. Watch the timeline of the response.')), faultControls());

export function createEmulator() {
  const node = el('.page-body');
  on('shown', () => {
    for (const [list, load] of lists) {
      if (list.isConnected) load();
      else lists.delete(list);
    }
  });
  return {
    node,
    show(selected, onSelect) {
      const view = tabs(
        t('Emulator'),
        [
          { id: 'state', label: t('State'), render: showState },
          { id: 'log', label: t('Request log'), render: showLog },
          { id: 'faults', label: t('Faults'), render: showFaults },
        ],
        { selected, onSelect },
      );
      fill(node, el('h1', t('Emulator')), muted(t('Runs inside of the program, on this machine only; nothing leaves it.')), view.node);
    },
  };
}
