// What the specification says about an operation: texts, types, permissions, errors, changes.

import { append, copyButton, el, externalLink, inline, muted, prose, table } from './dom.js';
import { constraints, requiredMark, typeName } from './form.js';
import { codeBlock } from './highlight.js';
import { t } from './i18n.js';
import { stringify } from './json.js';
import { accessBadge } from './search.js';
import { linkTo } from './state.js';

const facts = (entries) => el('dl.facts', entries.filter(([, value]) => value).map(([name, value]) => [el('dt', name), el('dd', value)]));
const codes = (list) => (list?.length ? list.map((text) => el('div', el('code', text))) : null);

// Members are made when they are opened, since responses can be deep.
function members(schema) {
  const inner = schema?.items ?? schema?.values;
  if (inner) return members(inner);
  if (schema?.recursive) return el('p.hint', t('Contains itself; further levels are left out.'));
  return schema?.properties?.length ? el('dl.schema', schema.properties.map((property) => entry(property.name, property.schema, property.required))) : null;
}

const hasMembers = (schema) => Boolean(schema?.properties?.length || (schema?.items && hasMembers(schema.items)) || (schema?.values && hasMembers(schema.values)));

function entry(name, schema, required, tags = []) {
  const limits = constraints(schema);
  const values = schema.enum ?? schema.items?.enum ?? [];
  const nested = hasMembers(schema) ? el('details', el('summary', t('Members of {0}', name))) : null;
  nested?.addEventListener('toggle', () => nested.childElementCount === 1 && nested.append(members(schema)));
  return [
    el('dt', el('code.field-name', name), required ? requiredMark() : null, el('span.type', typeName(schema)), schema.sensitive ? el('span.tag', t('secret')) : null, tags.map((tag) => el('span.tag', tag))),
    el(
      'dd',
      prose(schema.description),
      values.length ? el('ul', values.map(({ value, meaning }) => el('li', el('code', String(value)), ' ', inline(meaning)))) : null,
      limits.length ? el('p.limits', limits) : null,
      nested,
    ),
  ];
}

export function showDocumentation(panel, operation) {
  const { pagination, parameters, product, version } = operation;
  const example = operation.example?.response ? stringify(operation.example.response) : null;
  append(
    panel,
    prose(operation.description || operation.summary),
    facts([
      [t('Request'), el('code', `${operation.method} ${operation.path}`)],
      ['Rust', operation.rust && el('code', `${operation.rust.crate} · ${operation.rust.method}`)],
      [t('Access'), accessBadge(operation.access)],
      [t('Pages'), pagination && [t(`by ${pagination.kind}`), ' ', el('code', pagination.input ?? ''), ' → ', el('code', pagination.items ?? '')]],
      [t('Source'), operation.documentation && externalLink(operation.documentation, t('Published documentation'))],
    ]),
    operation.related?.length
      ? [el('h2', t('Related operations')), el('ul.plain', operation.related.map(({ name, summary }) => el('li', el('a.op-name', { href: linkTo({ product, version, name }) }, name), ' ', el('span.muted', inline(summary)))))]
      : null,
    el('h2', t('Parameters')),
    parameters.length
      ? el('dl.schema', parameters.map((parameter) => entry(parameter.name, parameter.schema, parameter.required, [parameter.in !== 'query' && t(`in ${parameter.in}`), parameter.deprecated && t('deprecated')].filter(Boolean))))
      : muted(t('This operation has no parameters.')),
    el('h2', t('Response')),
    members(operation.response) ?? muted(operation.response ? typeName(operation.response) : t('The response has no body.')),
    example ? [el('h2', t('Example of a response')), el('.with-copy', copyButton(() => example, t('Example of a response')), codeBlock(example, 'json', t('Example of a response')))] : null,
  );
}

const STATUS = {
  documented: 'The permission is documented.',
  none: 'The operation needs no permission.',
  unknown: 'The permission is not documented; the action is usually the product and the name of the operation.',
};

export function showPermissions(panel, { ram }) {
  append(
    panel,
    el('p', t(STATUS[ram?.status] ?? STATUS.unknown)),
    prose(ram?.note),
    ram?.actions?.map(({ action, access, resources, conditions, dependents }) => [
      el('h2', el('code', action)),
      facts([
        [t('Access'), access && t(access)],
        [t('Resources'), codes(resources?.length ? resources : ['*'])],
        [t('Condition keys'), codes(conditions)],
        [t('Dependent actions'), codes(dependents)],
      ]),
    ]),
    ram?.page ? muted(externalLink(ram.page, t('Source')), ram.read ? ` · ${t('read on {0}', ram.read)}` : null) : null,
    muted(t('The tab "RAM policy" beside the code has the statement for the parameters of the form.')),
  );
}

export function showErrors(panel, { errors, serviceErrors }) {
  const list = (title, entries) =>
    entries?.length
      ? [
          el('h2', title),
          table(
            title,
            [t('Error code'), 'HTTP', t('Meaning and what to do')],
            entries.map(({ code, status, message, meaning, recommendation }) =>
              el('tr', el('th', { scope: 'row' }, el('code', code)), el('td', status ? String(status) : ''), el('td', message ? muted(message) : null, meaning ? el('p', inline(meaning)) : null, recommendation ? el('p', inline(recommendation)) : null)),
            ),
          ),
        ]
      : null;
  append(panel, list(t('Errors of this operation'), errors), list(t('Errors of every operation'), serviceErrors));
  if (!panel.childElementCount) panel.append(muted(t('The specification lists no errors.')));
}

export function showChanges(panel, { changes }) {
  panel.append(changes?.length ? el('dl.facts', changes.map(({ date, text }) => [el('dt', date), el('dd', inline(text))])) : muted(t('The specification records no changes.')));
}
