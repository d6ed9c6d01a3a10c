// The left column: a search over all operations, and the services with their groups and operations.

import { get, latest, readService } from './api.js';
import { el, fill, fillLater, input, uniqueId } from './dom.js';
import { t } from './i18n.js';
import { linkTo, on, state } from './state.js';

/** Creates the badge of an access class. */
export const accessBadge = (access) => el(`span.tag.access-${/^[a-z]+$/.test(access ?? '') ? access : 'other'}`, t(access));

// Marks the words of a search in a text.
function marked(text, words) {
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return (text ?? '').split(new RegExp(`(${escaped})`, 'i')).map((part, index) => (index % 2 ? el('mark', part) : part));
}

const keyOf = ({ product, version }) => `${product}/${version}`;

/** Creates the column. `open(hit)` opens an operation. */
export function createSearch(open) {
  const listId = uniqueId('results');
  const field = input({
    type: 'search',
    id: 'search',
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': listId,
    'aria-keyshortcuts': '/',
    placeholder: t('Operation, parameter, error'),
  });
  const results = el('.results', { id: listId, role: 'listbox', 'aria-label': t('Results'), hidden: true });
  const note = el('p.hint', { role: 'status' });
  const services = createServices();
  const node = el('.finder', el('.searchbox', { role: 'search' }, el('label.sr', { for: 'search' }, t('Search operations')), field, el('kbd', { 'aria-hidden': 'true' }, '/'), note), results, services.node);
  let options = [];
  let active = -1;

  function activate(index) {
    options[active]?.node.setAttribute('aria-selected', 'false');
    active = index;
    const option = options[active];
    field.setAttribute('aria-activedescendant', option?.node.id ?? '');
    option?.node.setAttribute('aria-selected', 'true');
  }
  function move(by) {
    activate((active + by + options.length) % options.length);
    options[active].node.scrollIntoView({ block: 'nearest' });
  }

  function option(hit, words) {
    const { name, summary, match, text, access, deprecated } = hit;
    const found = match === 'name' || match === 'summary' ? marked(summary, words) : [`${t(match)} `, el('code', marked(text, words))];
    const row = el('.result', { role: 'option', id: uniqueId('result'), 'aria-selected': 'false', onclick: () => open(hit) }, el(`span.op-name${deprecated ? '.deprecated' : ''}`, marked(name, words)), accessBadge(access), el('span.result-text', found));
    options.push({ node: row, hit });
    return row;
  }

  function show({ hits, more, loading }, words) {
    const groups = new Map();
    for (const hit of hits) groups.set(keyOf(hit), [...(groups.get(keyOf(hit)) ?? []), hit]);
    options = [];
    fill(
      results,
      [...groups].map(([key, list]) => {
        const title = state.start.services.find((service) => keyOf(service) === key)?.title ?? key;
        return el('div', { role: 'group', 'aria-label': title }, el('.result-group', { 'aria-hidden': 'true' }, title), list.map((hit) => option(hit, words)));
      }),
    );
    const count = options.length;
    note.textContent = `${t(count ? (more ? 'The first {0}; type more to narrow' : '{0} found') : 'Nothing found', count)}${loading ? ` · ${t('specifications are still loading')}` : ''}`;
    activate(count ? 0 : -1);
    toggle(true);
    results.scrollTop = 0;
  }

  function toggle(searching) {
    results.hidden = !searching || !options.length;
    services.node.hidden = searching;
    field.setAttribute('aria-expanded', String(!results.hidden));
    if (!searching) {
      options = [];
      note.textContent = '';
      activate(-1);
    }
  }

  const find = latest((signal, text) => get(`/api/search?q=${encodeURIComponent(text)}&limit=30`, signal));
  const run = async () => {
    const text = field.value.trim();
    try {
      const found = text && (await find(text));
      if (found && field.value.trim() === text) show(found, text.split(/\s+/));
    } catch (error) {
      note.textContent = error.message;
    }
  };
  const changed = () => {
    if (field.value.trim()) run();
    else toggle(false);
  };
  field.addEventListener('input', changed);
  field.addEventListener('keydown', (event) => {
    const { length } = options;
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' && length) move(1);
    else if (event.key === 'ArrowUp' && length) move(-1);
    else if (event.key === 'ArrowDown') services.focus();
    else if (event.key === 'Enter' && length) open(options[active].hit);
    else if (event.key === 'Escape') {
      if (!field.value) field.blur();
      field.value = '';
      changed();
    } else return;
    event.preventDefault();
  });
  on('services', services.refresh);
  return { node, reveal: services.reveal, focus: () => field.select() };
}

// Folds of services and groups with links. Arrow keys move between what is visible, right and left
// open and close a fold.
function createServices() {
  const node = el('nav.services', { 'aria-label': t('Services') });
  const folds = new Map();
  let known = '';

  function fold(key, title, count, load) {
    const body = el('.fold');
    const details = el('details', el('summary', el('span.fold-title', title), el('span.count', count)), body);
    let loading;
    const open = () => (loading ??= load(body));
    details.addEventListener('toggle', () => details.open && open());
    folds.set(key, {
      details,
      open: () => {
        details.open = true;
        return open();
      },
    });
    return details;
  }

  const group = (service, { title, operations }) =>
    fold(`${keyOf(service)}#${title}`, title, String(operations.length), (body) =>
      fill(
        body,
        operations.map(({ name, summary, deprecated }) =>
          el(`a.op-name${deprecated ? '.deprecated' : ''}`, { href: linkTo({ ...service, name }), title: summary, 'data-key': `${keyOf(service)}/${name}` }, name),
        ),
      ),
    );

  function refresh() {
    const { services } = state.start;
    const now = JSON.stringify(services);
    if (now === known) return;
    known = now;
    const opened = [...folds].filter(([, { details }]) => details.open).map(([key]) => key);
    folds.clear();
    fill(
      node,
      services.map((service) =>
        fold(keyOf(service), service.title, String(service.operations), (body) =>
          fillLater(body, async () => {
            const { groups } = await readService(service.product, service.version);
            body.groups = groups;
            return groups.map((entry) => group(service, entry));
          }),
        ),
      ),
    );
    for (const key of opened) folds.get(key)?.open();
    reveal();
  }

  /** Opens the folds around the open operation and marks it. */
  async function reveal() {
    const { operation } = state;
    if (!operation) return;
    const service = folds.get(keyOf(operation));
    await service?.open();
    const found = service?.details.querySelector('.fold').groups?.find(({ operations }) => operations.some(({ name }) => name === operation.name));
    await folds.get(`${keyOf(operation)}#${found?.title}`)?.open();
    node.querySelector('[aria-current]')?.removeAttribute('aria-current');
    const link = node.querySelector(`[data-key="${CSS.escape(`${keyOf(operation)}/${operation.name}`)}"]`);
    link?.setAttribute('aria-current', 'page');
    link?.scrollIntoView({ block: 'nearest' });
  }

  const visible = () => [...node.querySelectorAll('summary, a')].filter((entry) => entry.checkVisibility());
  node.addEventListener('keydown', (event) => {
    const entries = visible();
    const index = entries.indexOf(event.target);
    const details = event.target.closest('summary')?.parentElement;
    const outer = (details?.open ? details : event.target.closest('.fold')?.parentElement) ?? details;
    if (event.key === 'ArrowDown') entries[index + 1]?.focus();
    else if (event.key === 'ArrowUp') entries[index - 1]?.focus();
    else if (event.key === 'ArrowRight' && details) {
      if (details.open) entries[index + 1]?.focus();
      details.open = true;
    } else if (event.key === 'ArrowLeft' && outer) {
      if (outer === details) outer.open = false;
      outer.querySelector('summary').focus();
    } else return;
    event.preventDefault();
  });
  return { node, refresh, reveal, focus: () => visible()[0]?.focus() };
}
