// The middle column: what the operation is, its form, the tabs beside the form, and the bar that sends.

import { showAnatomy } from './anatomy.js';
import { latest, send } from './api.js';
import { saveProject, sendCurrent, sendToBoth } from './calls.js';
import { append, button, debounce, el, fill, icon, inline, input, tabs, uniqueId } from './dom.js';
import { showChanges, showDocumentation, showErrors, showPermissions } from './documentation.js';
import { faultControls } from './emulator.js';
import { createForm, exampleOf } from './form.js';
import { t } from './i18n.js';
import { isObject, masked, parse, record, schemaOfParameters, stringify, unmasked } from './json.js';
import { accessBadge } from './search.js';
import { currentCall, emit, isRead, on, state, update } from './state.js';

const CHECK_DELAY = 180;

// The parameters as JSON, with the interface of a form.
function createJsonView(operation, onChange) {
  const schema = schemaOfParameters(operation);
  const ids = [uniqueId('json'), uniqueId('problem'), uniqueId('hint')];
  const field = el('textarea.control.mono', { id: ids[0], rows: 18, spellcheck: 'false', 'aria-describedby': `${ids[1]} ${ids[2]}` });
  const own = el('p.problem', { id: ids[1], hidden: true });
  const others = el('ul.problems', { hidden: true });
  const fail = (text) => {
    own.hidden = !text;
    own.textContent = text;
    field.ariaInvalid = text ? 'true' : 'false';
  };
  let value = record();
  field.addEventListener('input', () => {
    try {
      const parsed = parse(field.value.trim() || '{}');
      if (!isObject(parsed)) throw new SyntaxError(t('expected an object: {...}'));
      value = unmasked(parsed, schema, value);
      fail('');
    } catch (error) {
      fail(t('not JSON: {0}', error.message));
      return;
    }
    onChange();
  });
  return {
    node: el('.form', el('label.field-name', { for: ids[0] }, t('Parameters as JSON')), field, own, others, el('p.hint', { id: ids[2] }, t('Secrets are shown as ********; a mask that stays keeps its secret.'))),
    get: () => value,
    set(next) {
      value = next;
      field.value = stringify(masked(next, schema));
      fail('');
    },
    focus: () => field.focus(),
    showProblems(problems) {
      others.hidden = !problems.length;
      fill(others, problems.map(({ path, message }) => el('li', path ? `${path}: ${message}` : message)));
    },
  };
}

export function createOperation() {
  const node = el('.operation');
  const bar = el('.sendbar');
  // The form or its JSON view.
  let form = null;
  let asJson = false;
  let view = null;
  let refreshAnatomy = null;

  const setParameters = (parameters) => update('parameters', { parameters });

  const find = latest((signal) => send('/api/check', currentCall(), signal));
  const check = debounce(async () => {
    try {
      const found = await find();
      if (found) update('problems', { problems: found.problems });
    } catch (error) {
      if (error.code === 'no_session' || error.code === 'unreachable') emit('failure', error);
      else update('problems', { problems: [{ path: error.path, message: error.message }] });
    }
  }, CHECK_DELAY);

  function showTry(panel) {
    const { operation } = state;
    const choose = (json) => {
      const node = button('', () => {
        asJson = json;
        view.render();
        view.panel.querySelector('[aria-pressed=true]').focus();
      }, json ? 'JSON' : t('Form'));
      node.ariaPressed = String(asJson === json);
      return node;
    };
    form = (asJson ? createJsonView : createForm)(operation, () => {
      state.parameters = form.get();
      emit('parameters', 'form');
    });
    form.set(state.parameters);
    form.showProblems(state.problems);
    append(
      panel,
      el('.toolbar', button('', () => setParameters(exampleOf(operation)), t('Fill example')), button('', () => setParameters(record()), t('Clear')), el('span.toggle', { role: 'group', 'aria-label': t('View') }, choose(false), choose(true))),
      operation.unsupported ? el('p.notice.warn', t('Clients cannot send this operation:'), ' ', inline(operation.unsupported)) : null,
      form.node,
    );
  }

  // Asks for the credentials when the cloud is chosen for the first time.
  async function chooseTarget(target) {
    const { targets } = state.start;
    if (target === 'cloud' && targets.cloud.asked === false) {
      try {
        targets.cloud = await send('/api/cloud', {});
        state.regions.cloud ||= targets.cloud.region ?? '';
      } catch (error) {
        emit('failure', error);
      }
    }
    update('target', { target: target === 'cloud' && !targets.cloud.available ? 'emulator' : target });
  }

  // The fold of the faults outlives the bar, which is made again around each call.
  let faults = null;
  function faultFold() {
    faults ??= el('details', { ontoggle: () => faults.childElementCount === 1 && faults.append(faultControls()) }, el('summary', t('Faults')));
    return faults;
  }

  function showBar() {
    const { operation, target, start, regions, busy } = state;
    const { cloud } = start.targets;
    const [name, regionId, listId] = [uniqueId('target'), uniqueId('region'), uniqueId('regions')];
    const unavailable = cloud.asked !== false && !cloud.available;
    const readOnly = !isRead(operation) && !cloud.allowWrites;
    const choice = ['emulator', 'cloud'].map((value) => [
      el('input', { type: 'radio', name, id: `${name}-${value}`, checked: target === value, disabled: value === 'cloud' && unavailable, onchange: () => chooseTarget(value) }),
      el(`label.target-${value}`, { for: `${name}-${value}` }, value === 'cloud' ? t('Cloud') : t('Emulator')),
    ]);
    const region = input({ id: regionId, list: listId, value: regions[target] });
    region.addEventListener('change', () => {
      regions[target] = region.value.trim();
      emit('parameters', 'region');
    });
    const go = button(`.primary.${target}`, sendCurrent, icon('send'), busy ? t('Sending …') : target === 'cloud' ? t('Send to the cloud') : t('Send'));
    go.id = 'send';
    go.disabled = Boolean(operation.unsupported) || (target === 'cloud' && readOnly);
    go.setAttribute('aria-keyshortcuts', 'Control+Enter Meta+Enter');
    const both = button('.link', sendToBoth, t('Send to both'));
    both.disabled = !cloud.available || readOnly || Boolean(operation.unsupported);
    fill(
      bar,
      el('.sendrow', el('.segmented', { role: 'radiogroup', 'aria-label': t('Target') }, choice), el('label.sr', { for: regionId }, t('Region')), region, el('datalist', { id: listId }, state.service.regions.map((value) => el('option', { value }))), go),
      el(
        '.sendrow',
        both,
        button('.link', saveProject, t('Download project')),
        target === 'emulator' ? faultFold() : null,
        target === 'cloud' && readOnly ? el('p.problem', t('The cloud is read-only here. Start the program with --allow-writes to send writes.')) : null,
        unavailable && cloud.problem ? el('details', el('summary', t('Why is there no cloud?')), el('p.hint', cloud.problem)) : null,
      ),
    );
  }

  on('operation', () => {
    const { operation, service } = state;
    const list = [
      ['try', t('Try'), showTry],
      ['documentation', t('Docs'), showDocumentation],
      ['permissions', t('Permissions'), showPermissions],
      ['errors', t('Errors'), showErrors, operation.errors?.length],
      ['changes', t('Changes'), showChanges, operation.changes?.length],
      ['request', t('Request'), (panel) => (refreshAnatomy = showAnatomy(panel))],
    ];
    asJson = false;
    faults = null;
    view = tabs(
      t('About the operation'),
      list.map(([id, label, show, badge]) => ({ id, label, badge, render: (panel) => show(panel, operation) })),
      { selected: view?.current, onSelect: (id) => (bar.hidden = id !== 'try') },
    );
    bar.hidden = view.current !== 'try';
    fill(
      node,
      el(
        '.op-head',
        el('p.muted', `${service.title} · ${operation.version}`),
        el('h1.op-name', operation.name),
        el('.badges', accessBadge(operation.access), operation.deprecated ? el('span.tag.warn', t('deprecated')) : null, el('span.tag', operation.style)),
        el('p', inline(operation.summary)),
      ),
      view.node,
      bar,
    );
    showBar();
    check();
  });
  on('parameters', (source) => {
    if (source !== 'form') form?.set(state.parameters);
    check();
    refreshAnatomy?.();
  });
  on('problems', () => form?.showProblems(state.problems));
  on('target', () => {
    showBar();
    bar.querySelector('input:checked').focus();
    check();
    refreshAnatomy?.();
  });
  on('busy', () => {
    const hadFocus = document.activeElement?.id === 'send';
    showBar();
    if (hadFocus) bar.querySelector('#send').focus();
  });
  return { node };
}
