// Starts the page: session, routes, keys, language, theme.

import { get, readOperation, readService, send } from './api.js';
import { createBasket } from './basket.js';
import { calls, sendCurrent } from './calls.js';
import { createCode } from './code.js';
import { button, byId, debounce, dialog, el, fill, muted } from './dom.js';
import { createEmulator } from './emulator.js';
import { exampleOf } from './form.js';
import { createHistory } from './history.js';
import { chooseLanguage, currentLanguage, setLanguage, t } from './i18n.js';
import { isObject, parse, record } from './json.js';
import { createOperation } from './operation.js';
import { createResponse } from './response.js';
import { createSearch } from './search.js';
import { emit, forgetListeners, linkTo, linkToPage, on, readLink, state, update } from './state.js';

const POLL = 700;
const LINK_DELAY = 250;
const NARROW = matchMedia('(max-width: 1079px)');
const THEMES = { auto: ['◐', 'as the system'], light: ['☀', 'light'], dark: ['☾', 'dark'] };
const PAGES = { emulator: 'Emulator', history: 'History', basket: 'Policy' };

const keyOf = ({ product, version, name }) => `${product}/${version}/${name}`;
// The parameters of each operation, secrets included, for the way back.
const typed = new Map();
const services = new Map();
let parts = null;
// The page that is shown instead of the operation, such as `emulator/log`.
let page = null;
let opening = 0;

// The choices of theme and language last as long as the browser tab.
function remember(name, value) {
  try {
    const key = `alibabacloud-explorer-${name}`;
    if (value) sessionStorage.setItem(key, value);
    return sessionStorage.getItem(key);
  } catch {
    return value;
  }
}

// --- the frame ------------------------------------------------------------------------------------

function showColumn(column) {
  document.body.dataset.column = column;
  for (const entry of byId('switch').children) entry.ariaCurrent = String(entry.dataset.column === column);
}

function showTools() {
  const { theme = 'auto' } = document.documentElement.dataset;
  const themes = Object.keys(THEMES);
  const named = (id, label, node) => Object.assign(node, { id, ariaLabel: label, title: label });
  const nextTheme = () => {
    document.documentElement.dataset.theme = remember('theme', themes[(themes.indexOf(theme) + 1) % themes.length]);
    showTools();
    byId('theme').focus();
  };
  const isChinese = currentLanguage() === 'zh';
  const language = button('.icon-button', () => switchLanguage(isChinese ? 'en' : 'zh'), isChinese ? 'English' : '中文');
  language.id = 'language';
  language.lang = isChinese ? 'en' : 'zh';
  fill(
    byId('tools'),
    language,
    named('theme', t('Theme: {0}', t(THEMES[theme][1])), button('.icon-button', nextTheme, THEMES[theme][0])),
    named('keys', t('Keys'), button('.icon-button', showKeys, '?')),
  );
}

function showFrame() {
  const { operation, start, target, regions } = state;
  const columns = byId('columns');
  const open = page?.split('/')[0];
  columns.className = page ? 'paged' : '';
  fill(byId('request'), page ? parts[open].node : parts.operation.node);
  fill(byId('side'), parts.code.node, parts.response.node);
  const back = operation ? linkTo(operation, state.parameters) : '#/';
  const link = (name, label, href) => el('a', { href, 'aria-current': open === name ? 'page' : null }, label, name === 'history' && calls.length ? el('span.count', String(calls.length)) : null);
  fill(byId('pages'), link(undefined, t('Explore'), back), Object.entries(PAGES).map(([name, label]) => link(name, t(label), linkToPage(name))));
  const column = (id, label) => {
    const node = button('', () => {
      if (page && id !== 'find') location.hash = back;
      showColumn(id);
    }, label);
    node.dataset.column = id;
    return node;
  };
  fill(byId('switch'), column('find', t('Find')), column('request', t('Request')), column('code', t('Code')), column('response', t('Response')));
  showColumn(document.body.dataset.column);

  document.title = `${open ? t(PAGES[open]) : (operation?.name ?? '')} · Explorer`;
  document.body.dataset.target = target;
  const { cloud } = start.targets;
  fill(
    byId('band'),
    target === 'cloud' ? [el('strong', t('CLOUD')), t('Calls go to a real account'), cloud.keyId, cloud.provider, regions.cloud, cloud.allowWrites ? t('writes allowed') : t('read-only')].filter(Boolean).map((text) => el('span', text)) : null,
  );
}

function showMessage(title, text, action) {
  byId('columns').className = 'alone';
  fill(byId('request'), el('.page-body', el('h1', title), el('p', text), action));
  showColumn('request');
}

function showFailure(error) {
  if (error.code === 'no_session') showMessage(t('Open the address that the program printed'), t('This page needs the start token, which is in the address that alibabacloud-explorer prints. It is different after each start.'));
  else if (error.code === 'unreachable') showMessage(t('The program does not respond'), t('It may have ended. Start alibabacloud-explorer again and open the address that it prints.'), button('.primary', () => location.reload(), t('Try again')));
  else dialog(t('That did not work'), () => el('div', el('p', error.message), muted(error.code)));
}

// Makes the parts of the page, and makes them again in another language.
function build() {
  forgetListeners();
  for (const [id, label] of [['pages', t('Pages')], ['find', t('Operations')], ['side', t('Code and response')], ['switch', t('Columns')]]) byId(id).ariaLabel = label;
  document.querySelector('.skip').textContent = t('Skip to the operation');
  parts = {
    search: createSearch((hit) => {
      const link = linkTo(hit);
      if (location.hash === link) route();
      else location.hash = link;
    }),
    operation: createOperation(),
    code: createCode(),
    response: createResponse(),
    emulator: createEmulator(),
    history: createHistory(openEntry),
    basket: createBasket(),
  };
  on('target', showFrame);
  on('history', showFrame);
  on('parameters', () => {
    typed.set(keyOf(state.operation), state.parameters);
    writeLater();
  });
  on('shown', () => state.shown && NARROW.matches && !page && showColumn('response'));
  on('failure', showFailure);
  on('compare', (entries) => {
    parts.history.compare(entries);
    location.hash = linkToPage('history');
  });
  fill(byId('find'), parts.search.node);
  emit('services');
  showTools();
}

function switchLanguage(language) {
  chooseLanguage(remember('language', language));
  build();
  emit('operation');
  if (page) showPage(page);
  else showFrame();
  parts.search.reveal();
  writeLink();
  byId('language').focus();
}

// --- routes ---------------------------------------------------------------------------------------

function writeLink() {
  const link = page ? linkToPage(page) : linkTo(state.operation, state.parameters);
  if (link !== location.hash) history.replaceState(null, '', link);
}
const writeLater = debounce(() => {
  writeLink();
  if (!page) byId('pages').firstChild.href = location.hash;
}, LINK_DELAY);

function parametersOf({ values }) {
  try {
    const value = parse(values);
    return isObject(value) ? record(Object.entries(value)) : null;
  } catch {
    return null;
  }
}

async function openOperation(link, isFirst) {
  const mine = (opening += 1);
  const serviceKey = `${link.product}/${link.version}`;
  try {
    const [operation, service] = await Promise.all([readOperation(link), services.get(serviceKey) ?? readService(link.product, link.version)]);
    if (mine !== opening) return;
    services.set(serviceKey, service);
    const known = typed.get(keyOf(operation));
    const given = parametersOf(link);
    // A link has no secrets: if it is that of what was typed, they are still there.
    const isKnown = known && (!given || linkTo(operation, known) === linkTo(operation, given));
    const parameters = isKnown ? known : (given ?? (isFirst ? exampleOf(operation) : record()));
    Object.assign(state, { operation, service, parameters, problems: [] });
    typed.set(keyOf(operation), parameters);
    page = null;
    showFrame();
    showColumn('request');
    emit('operation');
    parts.search.reveal();
    writeLink();
  } catch (error) {
    if (mine !== opening) return;
    if (error.code === 'no_session' || error.code === 'unreachable') showFailure(error);
    else fill(byId('request'), el('.page-body', el('h1', link.name), el('p.problem', error.message)));
  }
}

function showPage(name) {
  opening += 1;
  writeLater.cancel();
  page = name;
  const [first, second] = name.split('/');
  showFrame();
  showColumn('request');
  parts[first].show(second, (tab) => {
    page = `emulator/${tab}`;
    writeLink();
  });
}

// Opens an entry of the history: its operation, its parameters, its outcome.
async function openEntry(entry) {
  const { call } = entry;
  const link = { product: call.product, version: call.version, name: call.operation };
  typed.set(keyOf(link), record(Object.entries(call.parameters)));
  history.pushState(null, '', linkTo(link));
  await openOperation(link);
  update('shown', { shown: entry });
}

async function route() {
  const link = readLink(location.hash);
  if (link.token) {
    begin();
    return;
  }
  if (!state.start) return;
  if (/^(en|zh)$/.test(link.lang) && link.lang !== currentLanguage()) {
    chooseLanguage(link.lang);
    build();
    if (state.operation) emit('operation');
  }
  const { opens } = state.start;
  const first = opens && { product: opens.product, version: opens.version, name: opens.operation };
  if (Object.hasOwn(PAGES, link.page?.split('/')[0] ?? '')) {
    if (!state.operation && first) await openOperation(first, true);
    showPage(link.page);
    writeLink();
  } else if (link.name) await openOperation(link);
  else if (first) await openOperation(first, true);
  else showMessage(t('There are no operations'), state.start.problems?.join('; ') ?? '');
}

// --- keys -----------------------------------------------------------------------------------------

function showKeys() {
  const rows = [
    ['/', t('Search operations')],
    ['↑ ↓ Enter', t('Choose a result; move between operations')],
    [`${/Mac|iP/.test(navigator.platform) ? '⌘' : 'Ctrl'} Enter`, t('Send the call')],
    ['[ ]', t('Previous and next form of the code')],
    ['← →', t('Move between tabs')],
    ['Esc', t('Leave the search, close a dialog')],
    ['?', t('Show these keys')],
  ];
  dialog(t('Keys'), () => el('dl.facts', rows.map(([keys, text]) => [el('dt', keys.split(' ').map((key) => el('kbd', key))), el('dd', text)])));
}

document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  if (event.isComposing || document.querySelector('dialog') || !parts) return;
  const typing = target.closest?.('input:not([type=checkbox], [type=radio]), textarea, select');
  if (key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    // The last edit of a box counts.
    typing?.dispatchEvent(new Event('change'));
    if (!page && byId('send') && !byId('send').disabled) sendCurrent();
  } else if (event.ctrlKey || event.metaKey || event.altKey) return;
  else if (typing) {
    if (key === 'Escape' && target.id !== 'search') target.blur();
    return;
  } else if (key === '/') {
    if (NARROW.matches) showColumn('find');
    parts.search.focus();
  } else if (key === '[') parts.code.step(-1);
  else if (key === ']') parts.code.step(1);
  else if (key === '?') showKeys();
  else return;
  event.preventDefault();
});

document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('request').focus();
});

// --- start ----------------------------------------------------------------------------------------

async function poll() {
  while (state.start.loading) {
    await new Promise((resolve) => setTimeout(resolve, POLL));
    try {
      const { targets } = state.start;
      const start = await get('/api/start');
      update('services', { start: { ...start, targets: { ...start.targets, cloud: targets.cloud } } });
    } catch {
      return;
    }
  }
}

async function begin() {
  const { token } = readLink(location.hash);
  try {
    if (token) {
      history.replaceState(null, '', location.pathname);
      await send('/api/session', { token });
    }
    const start = await get('/api/start');
    const { emulator, cloud } = start.targets;
    if (start.defaultTarget === 'cloud' && cloud.asked === false) start.targets.cloud = await send('/api/cloud', {});
    const target = start.targets.cloud.available ? start.defaultTarget : 'emulator';
    Object.assign(state, { start, target, regions: { emulator: emulator.region ?? '', cloud: start.targets.cloud.region ?? '' } });
  } catch (error) {
    showFailure(error.code === 'unreachable' ? error : { code: 'no_session' });
    return;
  }
  build();
  await route();
  poll();
}

document.documentElement.dataset.theme = remember('theme') ?? 'auto';
if (remember('language')) chooseLanguage(remember('language'));
else setLanguage(readLink(location.hash).lang ?? navigator.language);
showTools();
addEventListener('hashchange', route);
begin();
