// JSON without loss, and the parts of values that are secrets by their schema.

/** A number that JavaScript cannot hold. It is shown with its digits and sent as a text. */
export class Digits {
  constructor(text) {
    this.text = text;
  }
}

/** What is shown instead of a secret. */
export const MASK = '********';

/** Creates an object without a prototype, so that keys such as `__proto__` are only keys. */
export const record = (entries = []) => Object.assign(Object.create(null), Object.fromEntries(entries));

export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Digits);

/** Converts digits to a number if that loses nothing. */
export function number(digits) {
  const value = Number(digits);
  return Number.isSafeInteger(value) || (/[.eE]/.test(digits) && Number.isFinite(value)) ? value : new Digits(digits);
}

/** Parses JSON; throws a `SyntaxError`. */
export const parse = (text) => JSON.parse(text, (key, value, context) => (typeof value === 'number' && context?.source ? number(context.source) : value));

const write = (digits, indent) => (value) => JSON.stringify(value, (key, member) => (member instanceof Digits ? digits(member.text) : member), indent) ?? '';

/** Writes JSON to be read by people. */
export const stringify = write((text) => JSON.rawJSON?.(text) ?? text, 2);

/** Writes JSON to be sent. */
export const toJson = write((text) => text);

const childOf = (schema, key) => {
  if (schema?.type === 'array') return schema.items;
  if (schema?.type === 'map') return schema.values;
  return schema?.properties?.find(({ name }) => name === key)?.schema;
};

function mapSecrets(value, schema, replace, other) {
  if (value === undefined || value === null) return value;
  if (schema?.sensitive) return replace(value, other);
  if (Array.isArray(value)) return value.map((item, index) => mapSecrets(item, schema?.items, replace, other?.[index]));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, mapSecrets(member, childOf(schema, key), replace, isObject(other) ? other[key] : undefined)]);
  return record(members.filter(([, member]) => member !== undefined));
}

/** Masks each secret. */
export const masked = (value, schema) => mapSecrets(value, schema, () => MASK);

/** Leaves out each secret. */
export const withoutSecrets = (value, schema) => mapSecrets(value, schema, () => undefined);

/** Replaces each mask with the secret that `original` has there. */
export const unmasked = (value, schema, original) => mapSecrets(value, schema, (found, secret) => (found === MASK ? secret : found), original);

/** Returns the schema of the parameters of an operation. */
export const schemaOfParameters = ({ parameters }) => ({
  type: 'object',
  properties: parameters.map(({ name, sensitive, schema }) => ({ name, schema: sensitive ? { ...schema, sensitive } : schema })),
});

/** Returns the value at a path such as `A.B`. */
export const at = (value, path) => path.split('.').reduce((current, key) => (isObject(current) ? current[key] : undefined), value);
