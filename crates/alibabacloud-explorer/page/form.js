// The form of an operation, made from its schema. A field reads and writes one value:
//
//     node            what is shown
//     get(), set(v)   its value; undefined if it is not set
//     child(key)      the field of a member; children() all of them
//     problem(list)   shows problems at the field
//     focus()

import { append, button, el, fill, icon, iconButton, inline, input, prose, uniqueId } from './dom.js';
import { t } from './i18n.js';
import { Digits, MASK, isObject, number, parse, record, stringify } from './json.js';

// From this many optional parameters on, they can be filtered.
const FILTER_FROM = 9;
const LONG_TEXT = 170;
const MAX_DEPTH = 12;

const isSet = (value) => value !== undefined && value !== null;
const plainText = (value) => (typeof value === 'string' ? value : stringify(value));

/** Returns the name of a type. */
export function typeName(schema) {
  if (schema.type === 'array') return t('list of {0}', typeName(schema.items ?? { type: 'any' }));
  if (schema.dateTime) return t('time');
  return schema.type === 'any' ? 'JSON' : schema.json && schema.type === 'string' ? t('JSON text') : t(schema.type);
}

export const requiredMark = () => el('span.required', { title: t('required') }, ' *', el('span.sr', t('required')));

function range(low, high, unit = '') {
  if (isSet(low) && isSet(high)) return `${low === high ? low : t('{0} to {1}', low, high)} ${unit}`;
  if (isSet(low)) return `${t('at least {0}', low)} ${unit}`;
  return isSet(high) ? `${t('at most {0}', high)} ${unit}` : null;
}

/** Returns what a schema says beside its description: limits, pattern, default. */
export const constraints = (schema) =>
  [
    range(schema.minimum, schema.maximum),
    range(schema.minLength, schema.maxLength, t('characters')),
    range(schema.minItems, schema.maxItems, t('items')),
    schema.pattern && [`${t('pattern')} `, el('code', schema.pattern)],
    isSet(schema.default) && !schema.sensitive && [`${t('default')} `, el('code', plainText(schema.default))],
  ]
    .filter(Boolean)
    .flatMap((part, index) => [index ? ' · ' : '', part]);

function description(text) {
  if (!text) return null;
  if (text.length <= LONG_TEXT) return el('p', inline(text));
  const node = el('div');
  const show = (whole) => {
    const toggle = button('.link', () => show(!whole), whole ? t('less') : t('more'));
    toggle.ariaExpanded = String(whole);
    fill(node, whole ? prose(text) : el('p', inline(`${text.slice(0, text.lastIndexOf(' ', LONG_TEXT - 20))} …`)), toggle);
  };
  show(false);
  return node;
}

// What surrounds a control: name, type, description, limits, problems. `control` is what carries the
// problems for screen readers.
function frame({ name, schema, required, sensitive, parameter, onRemove }, control, ...content) {
  const ids = [uniqueId('name'), uniqueId('hint'), uniqueId('problem')];
  const isInput = /^(input|select|textarea)$/.test(control.localName);
  if (isInput) control.id = uniqueId('field');
  else control.setAttribute('aria-labelledby', ids[0]);
  control.setAttribute('aria-describedby', `${ids[1]} ${ids[2]}`);
  if (required && isInput) control.ariaRequired = 'true';
  const tags = [parameter && parameter.in !== 'query' && t(`in ${parameter.in}`), sensitive && t('secret'), parameter?.idempotency && t('idempotency token')];
  const limits = constraints(schema);
  const problem = el('p.problem', { id: ids[2], hidden: true });
  const head = el(
    '.field-head',
    el(isInput ? 'label.field-name' : 'span.field-name', { id: ids[0], for: control.id || null }, name, required ? requiredMark() : null),
    el('span.type', typeName(schema)),
    tags.filter(Boolean).map((tag) => el('span.tag', tag)),
    parameter?.deprecated ? el('span.tag.warn', t('deprecated')) : null,
    onRemove ? iconButton('remove', t('Remove {0}', name), onRemove) : null,
  );
  const hint = el('.hint', { id: ids[1] }, description(schema.description), parameter?.idempotency ? el('p', t('Unset: the client creates one for each call and repeats it on retries.')) : null, limits.length ? el('p.limits', limits) : null);
  return {
    node: isInput || control.role === 'radiogroup' ? el('.field', head, content, hint, problem) : append(control, head, hint, problem, content),
    problem(list) {
      problem.hidden = !list.length;
      problem.textContent = list.join('; ');
      if (!isInput) return;
      if (list.length) control.ariaInvalid = 'true';
      else control.removeAttribute('aria-invalid');
    },
  };
}

// Reads the text of a box as a value of a type; `problem` says why it is none.
function readText(schema, asJson, text) {
  if (schema.type === 'integer') return /^\s*[+-]?\d+\s*$/.test(text) ? { value: number(text.trim().replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1')) } : { value: text, problem: t('not an integer') };
  if (schema.type === 'number') return text.trim() && Number.isFinite(Number(text)) ? { value: Number(text) } : { value: text, problem: t('not a number') };
  if (!asJson) return { value: text };
  try {
    const value = parse(text);
    return { value: schema.type === 'string' ? text : value };
  } catch (error) {
    return { value: text, problem: t('not JSON: {0}', error.message) };
  }
}

const looksLong = (name, { json, maxLength, example }) =>
  json || maxLength > 512 || /content|script|document|body|userdata|definition|certificate|policy$/i.test(name) || (typeof example === 'string' && /\n|^\{/.test(example));

function textField(options) {
  const { name, schema, sensitive, onChange } = options;
  const isNumber = schema.type === 'integer' || schema.type === 'number';
  const asJson = schema.json || schema.type === 'any';
  const isLong = !isNumber && (asJson || looksLong(name, schema));
  const example = isSet(schema.example) && !sensitive ? plainText(schema.example) : '';
  const control = isLong ? el('textarea.control', { rows: 3, spellcheck: 'false' }) : input({ type: sensitive ? 'password' : 'text', autocomplete: sensitive ? 'new-password' : 'off', inputmode: schema.type === 'integer' ? 'numeric' : null });
  if (example.length < 80) control.placeholder = example;
  if (asJson || isNumber) control.classList.add('mono');
  const hide = (hidden) => {
    if (isLong) control.classList.toggle('hidden-text', hidden);
    else control.type = hidden ? 'password' : 'text';
  };
  // A value that a box cannot show, such as an empty text, is kept until the box is edited.
  let kept;
  let given = [];
  const read = () => (kept !== undefined ? { value: kept } : control.value === '' ? {} : readText(schema, asJson, control.value));
  const row = el('.control-row', control);
  if (sensitive) {
    hide(true);
    const eye = iconButton('eye', t('Show {0}', name), () => {
      const shown = eye.ariaPressed !== 'true';
      eye.ariaPressed = String(shown);
      hide(!shown);
    });
    eye.ariaPressed = 'false';
    row.append(eye);
  }
  if (schema.dateTime) {
    const now = button('.small', () => {
      control.value = currentTime(schema.example);
      control.dispatchEvent(new Event('input'));
    }, t('Now'));
    now.ariaLabel = `${name}: ${t('Now')}`;
    row.append(now);
  }
  const { node, problem } = frame(options, control, row);
  const showProblems = () => {
    const own = read().problem;
    problem(own ? [own] : given);
  };
  control.addEventListener('input', () => {
    kept = undefined;
    showProblems();
    onChange();
  });
  return {
    node,
    name,
    get: () => read().value,
    set(value) {
      const isText = typeof value === 'string' && !(asJson && schema.type !== 'string');
      control.value = !isSet(value) ? '' : isText ? value : stringify(value);
      kept = isSet(value) && (isText ? control.value !== value || value === '' : !isNumber) ? value : undefined;
      showProblems();
    },
    problem(list) {
      given = list;
      showProblems();
    },
    focus: () => control.focus(),
  };
}

// The current time in the format of an example.
function currentTime(example = '') {
  const iso = new Date().toISOString();
  if (/^\d{4}-\d\d-\d\d$/.test(example)) return iso.slice(0, 10);
  if (/T\d\d:\d\dZ$/.test(example)) return `${iso.slice(0, 16)}Z`;
  if (/:\d\d$/.test(example)) return iso.slice(0, 19).replace('T', example.includes('T') ? 'T' : ' ');
  return `${iso.slice(0, 19)}Z`;
}

// A value of an enum, with its meaning. An open enum takes other values as well.
function choiceField(options) {
  const { name, schema, onChange } = options;
  const values = schema.enum.map(({ value }) => plainText(value));
  const control = el('select.control', el('option', { value: '' }, t('not set')), values.map((value, index) => el('option', { value: index }, value)), el('option', { value: 'other', hidden: !schema.openEnum }, t('other value …')));
  const other = input({ 'aria-label': `${name}: ${t('other value …')}`, hidden: true, oninput: onChange });
  const meaning = el('p.meaning', { 'aria-live': 'polite' });
  const show = () => {
    other.hidden = control.value !== 'other';
    fill(meaning, inline(schema.enum[control.value]?.meaning));
  };
  control.addEventListener('change', () => {
    show();
    if (!other.hidden) other.focus();
    onChange();
  });
  let kept;
  return {
    ...frame(options, control, el('.control-row', control, other), meaning),
    name,
    get: () => (control.value === '' ? undefined : control.value === 'other' ? (kept !== undefined && other.value === plainText(kept) ? kept : other.value || undefined) : schema.enum[control.value].value),
    set(value) {
      const index = isSet(value) ? values.indexOf(plainText(value)) : -1;
      control.value = isSet(value) ? (index < 0 ? 'other' : String(index)) : '';
      kept = index < 0 ? value : undefined;
      other.value = isSet(kept) ? plainText(kept) : '';
      show();
    },
    focus: () => control.focus(),
  };
}

// A boolean has three states.
function booleanField(options) {
  const { name, onChange } = options;
  const group = uniqueId('boolean');
  let kept;
  const radios = ['', 'true', 'false'].map((value) =>
    el('input', {
      type: 'radio',
      name: group,
      id: `${group}-${value}`,
      value,
      checked: !value,
      onchange() {
        kept = undefined;
        onChange();
      },
    }),
  );
  const control = el('.segmented', { role: 'radiogroup' }, radios.map((radio) => [radio, el('label', { for: radio.id }, radio.value || t('not set'))]));
  const chosen = () => radios.find(({ checked }) => checked);
  return {
    ...frame(options, control, control),
    name,
    get: () => kept ?? { true: true, false: false }[chosen().value],
    set(value) {
      kept = isSet(value) && typeof value !== 'boolean' ? value : undefined;
      radios[[undefined, true, false].indexOf(value) > 0 ? (value ? 1 : 2) : 0].checked = true;
    },
    focus: () => chosen().focus(),
  };
}

const emptyOf = (schema) => ({ object: record(), map: record(), array: [], string: '', bytes: '' })[schema?.type] ?? null;

// A list or a map: rows with a field each, which are added and removed. A value of another type, from
// the JSON view, is kept until the rows are edited.
function rowsField(options) {
  const { name, schema, onChange } = options;
  const isMap = schema.type === 'map';
  const inner = (isMap ? schema.values : schema.items) ?? { type: 'any' };
  const body = el('.rows');
  const add = button('.small', () => {
    insert(isMap ? '' : undefined, undefined).focus();
    change();
  }, icon('add'), t('Add {0}', name));
  const { node, problem } = frame(options, el('.field.group', { role: 'group' }), body, add);
  let rows = [];
  let kept;
  let used = false;
  const change = () => {
    kept = undefined;
    onChange();
  };
  function insert(key, value) {
    used = true;
    const row = { key: isMap ? input({ value: key, 'aria-label': t('Key'), placeholder: t('Key'), oninput: change }) : null };
    row.field = createField({
      name: isMap ? t('Value') : `${name}[${rows.length}]`,
      schema: inner,
      sensitive: options.sensitive || inner.sensitive,
      depth: options.depth + 1,
      onChange: change,
      // The names of the rows that follow change, so all are made again.
      onRemove() {
        rebuild(rows.filter((other) => other !== row).map((other) => [other.key?.value, other.field.get()]));
        change();
        add.focus();
      },
    });
    row.field.open?.();
    if (value !== undefined) row.field.set(value);
    rows.push(row);
    body.append(isMap ? el('.map-row', row.key, row.field.node) : row.field.node);
    return row.key ?? row.field;
  }
  function rebuild(entries) {
    rows = [];
    body.replaceChildren();
    for (const [key, value] of entries) insert(key, value);
    used = entries.length > 0;
  }
  const valueOf = ({ field }) => field.get() ?? emptyOf(inner);
  return {
    node,
    name,
    problem,
    get() {
      if (kept !== undefined || !used) return kept;
      return isMap ? record(rows.filter(({ key }) => key.value !== '').map((row) => [row.key.value, valueOf(row)])) : rows.map(valueOf);
    },
    set(value) {
      const fits = isMap ? isObject(value) : Array.isArray(value);
      rebuild(!fits ? [] : isMap ? Object.entries(value) : value.map((item) => [undefined, item]));
      used = fits;
      kept = fits || !isSet(value) ? undefined : value;
    },
    child: (key) => (isMap ? rows.find((row) => row.key.value === String(key)) : rows[key])?.field,
    children: () => rows.map(({ field }) => field),
    focus: () => add.focus(),
  };
}

// The members of an object are made when it is opened, so that a large form stays cheap.
function objectField(options) {
  const { name, schema, required, onChange } = options;
  const isFixed = required || options.onRemove;
  const body = el('.rows');
  const toggle = button('.small', () => {
    if (members) close();
    else open().focus();
    change();
  });
  const { node, problem } = frame(options, el('.field.group', { role: 'group' }), body, isFixed ? null : toggle);
  let members = null;
  let others = [];
  let kept;
  const change = () => {
    kept = undefined;
    onChange();
  };
  const label = () => fill(toggle, icon(members ? 'remove' : 'add'), t(members ? 'Remove {0}' : 'Set {0}', name));
  function open() {
    if (!members) {
      members = memberFields(schema.properties, { sensitive: options.sensitive, depth: options.depth + 1, onChange: change });
      body.append(members.node);
      label();
    }
    return members;
  }
  function close() {
    members = null;
    others = [];
    body.replaceChildren();
    label();
  }
  close();
  if (required) open();
  return {
    node,
    name,
    problem,
    open,
    get() {
      if (kept !== undefined || !members) return kept;
      const entries = [...others, ...members.entries()];
      return required && !entries.length ? undefined : record(entries);
    },
    set(value) {
      close();
      if (isFixed || isObject(value)) open();
      if (isObject(value)) {
        members.set(value);
        others = Object.entries(value).filter(([key]) => !members.child(key));
      }
      kept = isSet(value) && !isObject(value) ? value : undefined;
    },
    child: (key) => members?.child(key),
    children: () => members?.fields() ?? [],
    focus: () => (members ?? toggle).focus(),
  };
}

function createField(options) {
  const { schema, sensitive, depth } = options;
  const asJson = () => textField({ ...options, schema: { ...schema, type: 'any' } });
  if (schema.json && /^(string|any)$/.test(schema.type)) return textField(options);
  if (schema.type === 'boolean') return booleanField(options);
  if (/^(array|map|object)$/.test(schema.type)) {
    // One hidden box is safer than many, if all of the value is a secret.
    if (sensitive || schema.recursive || depth > MAX_DEPTH) return asJson();
    if (schema.type !== 'object') return rowsField(options);
    return schema.properties?.length ? objectField(options) : asJson();
  }
  return schema.enum?.length && !sensitive ? choiceField(options) : textField(options);
}

// The fields of several members: the required ones first, the optional ones behind a fold.
function memberFields(members, { sensitive, depth, onChange }) {
  const fields = new Map();
  const required = members.filter((member) => member.required);
  const optional = members.filter((member) => !member.required);
  const summary = el('span.count');
  const count = () => {
    const used = optional.filter(({ name }) => fields.get(name).get() !== undefined).length;
    summary.textContent = used ? t('{0} of {1} set', used, optional.length) : optional.length;
  };
  const create = (member) => {
    const { name, schema } = member;
    const field = createField({
      ...member,
      sensitive: sensitive || member.sensitive || schema.sensitive,
      parameter: member.in ? member : null,
      depth,
      onChange() {
        count();
        onChange();
      },
    });
    fields.set(name, field);
    return field.node;
  };
  const node = el('.members', required.map(create));
  let fold = null;
  if (optional.length) {
    fold = el('details.optional', { open: !required.length || optional.length < 2 }, el('summary', t('Optional'), summary), optional.length < FILTER_FROM ? null : filterBox(optional, fields), optional.map(create));
    node.append(fold);
    count();
  }
  return {
    node,
    fields: () => [...fields.values()],
    entries: () => [...fields].map(([key, field]) => [key, field.get()]).filter(([, value]) => value !== undefined),
    set(value) {
      for (const [key, field] of fields) field.set(value[key]);
      if (fold && optional.some(({ name }) => value[name] !== undefined)) fold.open = true;
      count();
    },
    child: (key) => fields.get(key),
    focus: () => fields.get((required[0] ?? optional[0])?.name)?.focus(),
  };
}

function filterBox(members, fields) {
  const status = el('span.hint', { role: 'status' });
  const label = t('Filter by name or description');
  const oninput = ({ target }) => {
    const words = target.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const { name, schema } of members) {
      const text = `${name} ${schema.description ?? ''}`.toLowerCase();
      const isVisible = words.every((word) => text.includes(word));
      fields.get(name).node.hidden = !isVisible;
      shown += isVisible;
    }
    status.textContent = target.value ? t('{0} of {1}', shown, members.length) : '';
  };
  return el('.filter', input({ type: 'search', placeholder: label, 'aria-label': label, oninput }), status);
}

// Splits a path such as `Tags[0].Key` or `Labels["a.b"]`.
const keysOf = (path) => [...(path ?? '').matchAll(/\[(\d+)\]|\["((?:\\.|[^"\\])*)"\]|([^.[\]]+)/g)].map(([, index, quoted, name]) => (index ? Number(index) : (quoted ?? name)));

/** Creates the form of an operation. `onChange` runs after each edit. */
export function createForm({ parameters }, onChange) {
  const members = memberFields(parameters, { depth: 0, onChange });
  const general = el('ul.problems', { hidden: true });
  const node = el('.form', general, parameters.length ? members.node : el('p.muted', t('This operation has no parameters.')));
  let others = [];
  const clear = (fields) => {
    for (const field of fields) {
      field.problem([]);
      if (field.children) clear(field.children());
    }
  };
  return {
    node,
    get: () => record([...members.entries(), ...others]),
    set(value) {
      members.set(value);
      others = Object.entries(value).filter(([key]) => !members.child(key));
    },
    focus: members.focus,
    /** Shows each problem at the deepest field of its path, and the others above the form. */
    showProblems(problems) {
      clear(members.fields());
      const found = new Map();
      const rest = [];
      for (const { path, message } of problems) {
        let field = members;
        for (const key of keysOf(path)) {
          const child = field.child?.(key);
          if (!child) break;
          field = child;
        }
        const text = !path || field.name === path ? message : `${path}: ${message}`;
        if (field === members) rest.push(text);
        else found.set(field, [...(found.get(field) ?? []), text]);
      }
      for (const [field, list] of found) field.problem(list);
      general.hidden = !rest.length;
      fill(general, rest.map((text) => el('li', text)));
    },
  };
}

/** Returns parameters with which an operation can be tried. */
export function exampleOf({ example, parameters }) {
  const values = record(Object.entries(example?.request ?? {}));
  for (const { name, required, schema } of parameters) {
    const value = values[name];
    if ((value === undefined && required) || value === '...' || value === MASK) values[name] = exampleValue(schema, 0);
  }
  return values;
}

function exampleValue(schema, depth) {
  const given = schema.example ?? schema.default ?? schema.enum?.[0]?.value;
  const { type, items, properties = [], values } = schema;
  if (type === 'integer' || type === 'number') {
    const digits = isSet(given) ? plainText(given) : '';
    return /^-?\d+(\.\d+)?$/.test(digits) ? number(digits) : (schema.minimum ?? 1);
  }
  if (type === 'boolean') return given === true || given === 'true';
  if (type === 'bytes') return 'aGVsbG8=';
  if (type === 'any') return given ?? record();
  if (type === 'array') return Array.isArray(given) ? given : items && depth < 6 ? Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () => exampleValue(items, depth + 1)) : [];
  if (type === 'map') return isObject(given) ? given : values && depth < 6 ? record([['key', exampleValue(values, depth + 1)]]) : record();
  if (type === 'object') {
    if (isObject(given)) return given;
    const required = properties.filter((property) => property.required);
    const chosen = required.length ? required : properties.filter((property) => isSet(property.schema.example)).slice(0, 4);
    return record(depth < 6 ? chosen.map((property) => [property.name, exampleValue(property.schema, depth + 1)]) : []);
  }
  if (isSet(given)) return plainText(given);
  if (schema.dateTime) return currentTime();
  return schema.json ? '{}' : 'example'.padEnd(schema.minLength ?? 0, 'x').slice(0, schema.maxLength ?? 100);
}
