// Requests to the program that serves this page, and to nothing else.

import { parse, toJson } from './json.js';

/** An error of the program, or that it does not respond (`unreachable`). */
export class ApiError extends Error {
  constructor(status, { code = 'error', message = `HTTP ${status}`, path, problems } = {}) {
    super(problems?.length ? [message, ...problems.map((problem) => `${problem.path}: ${problem.message}`)].join('; ') : message);
    Object.assign(this, { status, code, path });
  }
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: 'no-store', redirect: 'error', ...options });
  } catch (cause) {
    throw new ApiError(0, { code: 'unreachable', message: cause.message });
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new ApiError(response.status, body.error);
}

const post = (path, body, signal) => request(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: toJson(body), signal });
const decode = async (response) => parse((await response.text()) || 'null');

/** Reads a route. */
export const get = async (path, signal) => decode(await request(path, { signal }));

/** Posts JSON to a route. */
export const send = async (path, body, signal) => decode(await post(path, body, signal));

/** Posts JSON to a route and returns the file of its response. */
export async function sendForFile(path, body, name) {
  const response = await post(path, body);
  const given = /filename="?([\w.-]+)/.exec(response.headers.get('Content-Disposition') ?? '');
  return { blob: await response.blob(), name: given?.[1] ?? name };
}

/**
 * Wraps a function whose first parameter is an `AbortSignal`: each call ends the one before it, which
 * then returns `undefined`.
 */
export function latest(action) {
  let controller;
  return async (...values) => {
    controller?.abort();
    const { signal } = (controller = new AbortController());
    try {
      const result = await action(signal, ...values);
      return signal.aborted ? undefined : result;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  };
}

const path = (...parts) => parts.map(encodeURIComponent).join('/');

export const readService = (product, version) => get(`/api/services/${path(product, version)}`);
export const readOperation = ({ product, version, name }) => get(`/api/operations/${path(product, version, name)}`);
