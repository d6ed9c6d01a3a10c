// Creates nodes. Texts become text nodes only: nothing here parses HTML, so a text of a specification
// or a response stays a text whatever it contains.

import { t } from './i18n.js';

const SVG = 'http://www.w3.org/2000/svg';
let lastId = 0;

/** Returns an ID that no other element of the page has. */
export const uniqueId = (prefix) => `${prefix}-${(lastId += 1)}`;

export const byId = (id) => document.getElementById(id);

/**
 * Creates an element from `tag.class.class`; the tag is `div` if there is none. Properties, which may
 * be left out, are listeners if they start with `on`, else attributes. Children are nodes, texts, and
 * lists of them; `null`, `undefined` and `false` are skipped.
 */
export function el(selector, ...children) {
  const [tag, ...classes] = selector.split('.');
  const node = document.createElement(tag || 'div');
  if (classes.length) node.className = classes.join(' ');
  if (children[0]?.constructor === Object) {
    for (const [name, value] of Object.entries(children.shift())) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
      else if (name === 'value') node.value = value;
      else node.setAttribute(name, value === true ? '' : value);
    }
  }
  return append(node, children);
}

export function append(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false) node.append(child);
  }
  return node;
}

/** Replaces the children of a node. */
export function fill(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

const ICONS = {
  send: 'M4 3.5v13l12-6.5z',
  copy: 'M7 7V3.5h9.5V13H13M3.5 7H13v9.5H3.5z',
  done: 'm4 10.5 4 4 8-9',
  add: 'M10 4v12M4 10h12',
  remove: 'm5 5 10 10M15 5 5 15',
  download: 'M10 3v10m-4-4 4 4 4-4M4 17h12',
  arrow: 'm7.5 4.5 5.5 5.5-5.5 5.5',
  eye: 'M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10zm8 2.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z',
};

/** Creates one of the drawings, which screen readers skip. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** Creates a button; `kind` is its classes: `.small`, `.link`, `.primary`. */
export const button = (kind, onclick, ...children) => el(`button${kind}`, { type: 'button', onclick }, ...children);

/** Creates a button that shows a drawing only; `label` is its name. */
export function iconButton(name, label, onclick) {
  const node = button('.icon-button', onclick, icon(name));
  node.ariaLabel = node.title = label;
  return node;
}

/** Creates an input for a text. */
export const input = (properties) => el('input.control', { type: 'text', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', ...properties });

/** Creates an area that is scrolled with the keyboard as well. */
export const scrollable = (selector, label, ...children) => el(selector, { tabindex: 0, role: 'group', 'aria-label': label }, ...children);

/** Creates a table that scrolls; the rows are `tr` elements. */
export const table = (label, heads, rows) =>
  scrollable('.scroll', label, el('table', el('thead', el('tr', heads.map((head) => el('th', { scope: 'col' }, head)))), el('tbody', rows)));

export const muted = (...children) => el('p.muted', ...children);

/** Creates a button that copies what `text()` returns; `what` completes its name. */
export function copyButton(text, what) {
  const node = button('.small', async () => {
    let copied = true;
    try {
      await navigator.clipboard.writeText(text());
    } catch {
      copied = false;
    }
    fill(node, icon(copied ? 'done' : 'remove'), copied ? t('Copied') : t('Not copied'));
    announce(node.textContent);
    setTimeout(show, 1600);
  });
  const show = () => fill(node, icon('copy'), t('Copy'));
  node.ariaLabel = `${t('Copy')}: ${what}`;
  show();
  return node;
}

/** Has screen readers say a text. */
export function announce(text) {
  byId('announcements').textContent = text;
}

/** Fills a node with what `load` returns later, or with its error. */
export async function fillLater(node, load) {
  if (!node.childElementCount) fill(node, muted(t('Loading …')));
  try {
    fill(node, await load());
  } catch (error) {
    fill(node, el('p.problem', error.message));
  }
}

/** Returns a function that calls `action` once, `wait` milliseconds after its last call. */
export function debounce(action, wait) {
  let timer;
  const run = () => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };
  run.cancel = () => clearTimeout(timer);
  return run;
}

/**
 * Creates tabs. `entries` are `{id, label, badge?, render(panel)}`; `render` runs when a tab opens.
 * Arrow keys, Home and End move between them.
 */
export function tabs(label, entries, { selected, onSelect, actions } = {}) {
  const prefix = uniqueId('tabs');
  const panel = el('.tabpanel', { role: 'tabpanel', id: prefix, tabindex: 0 });
  const list = el('.tablist', { role: 'tablist', 'aria-label': label });
  let current = entries.find(({ id }) => id === selected) ?? entries[0];
  const buttons = entries.map((entry) => {
    const node = button('', () => select(entry), entry.label, entry.badge ? el('span.count', String(entry.badge)) : null);
    node.role = 'tab';
    node.id = `${prefix}-${entry.id}`;
    return node;
  });
  append(list, buttons);
  list.addEventListener('keydown', ({ key }) => {
    if (key === 'Home') select(entries[0]);
    else if (key === 'End') select(entries.at(-1));
    else if (key === 'ArrowRight') step(1);
    else if (key === 'ArrowLeft') step(-1);
    else return;
    buttons[entries.indexOf(current)].focus();
  });

  function render() {
    panel.setAttribute('aria-labelledby', `${prefix}-${current.id}`);
    panel.scrollTop = 0;
    for (const [index, entry] of entries.entries()) {
      const chosen = entry === current;
      buttons[index].ariaSelected = String(chosen);
      buttons[index].tabIndex = chosen ? 0 : -1;
      if (chosen) buttons[index].setAttribute('aria-controls', prefix);
      else buttons[index].removeAttribute('aria-controls');
    }
    panel.replaceChildren();
    current.render(panel);
  }
  function select(entry) {
    current = entry;
    render();
    buttons[entries.indexOf(entry)].scrollIntoView({ block: 'nearest', inline: 'nearest' });
    onSelect?.(entry.id);
  }
  const step = (by) => select(entries[(entries.indexOf(current) + by + entries.length) % entries.length]);
  render();
  return {
    node: el('.tabs', el('.tabbar', list, actions), panel),
    panel,
    render,
    step,
    select: (id) => select(entries.find((entry) => entry.id === id)),
    get current() {
      return current.id;
    },
  };
}

/** Opens a dialog; resolves to what `close` was called with, or undefined. */
export function dialog(title, build) {
  const id = uniqueId('dialog');
  const opener = document.activeElement;
  const node = el('dialog', { 'aria-labelledby': id });
  return new Promise((resolve) => {
    let result;
    const close = (value) => {
      result = value;
      node.close();
    };
    append(node, el('.dialog-head', el('h2', { id }, title), iconButton('remove', t('Close'), () => close())), build(close));
    node.addEventListener('click', ({ target }) => target === node && close());
    node.addEventListener('close', () => {
      node.remove();
      opener?.focus();
      resolve(result);
    });
    document.body.append(node);
    node.showModal();
    node.querySelector('[autofocus]')?.focus();
  });
}

/** Creates the nodes of a line: texts and code spans. */
export const inline = (text) =>
  String(text ?? '')
    .split(/(`[^`]+`)/)
    .map((part) => (/^`.+`$/s.test(part) ? el('code', part.slice(1, -1)) : part));

/**
 * Creates the nodes of a text: paragraphs, lists, and code spans. The rest of Markdown stays as it is
 * written.
 */
export function prose(text) {
  const nodes = [];
  let open = null;
  for (const line of String(text ?? '').split('\n')) {
    const item = /^\s*(?:[-*•]|(\d+)[.)])\s+(.*)/.exec(line);
    if (item) {
      const tag = item[1] ? 'ol' : 'ul';
      if (nodes.at(-1)?.tag !== tag) nodes.push({ tag, items: [] });
      open = [item[2]];
      nodes.at(-1).items.push(open);
    } else if (!line.trim()) open = null;
    else if (open) open.push(line.trim());
    else {
      open = [line.trim()];
      nodes.push({ tag: 'p', items: [open] });
    }
  }
  return nodes.map(({ tag, items }) => el(tag, items.map((lines) => (tag === 'p' ? inline(lines.join(' ')) : el('li', inline(lines.join(' ')))))));
}

/** Creates a link to another site; an address that is not one of the web stays a text. */
export const externalLink = (address, label) =>
  /^https?:\/\//i.test(address ?? '') ? el('a', { href: address, rel: 'noopener noreferrer', target: '_blank' }, label) : label;
