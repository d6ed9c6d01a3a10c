// A sample of RPC and ROA calls with the official Node clients: the new core (V3) and the old one
// (V1).
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const { spawn } = require('node:child_process');
const readline = require('node:readline');
const PopCore = require('@alicloud/pop-core');
const { default: OpenApi, $OpenApiUtil } = require('@alicloud/openapi-core');
const $dara = require('@darabonba/typescript');

const ID = 'interop';
const SECRET = 'interop-secret';
const OOS = '2019-06-01';
const ROA = '2024-01-01';
const INSTANCE = 'i-emulator0000000001';

/** Starts the emulator with OOS and the ROA fixture. */
async function start() {
  const specs = path.join(__dirname, '..', 'fixtures', 'specs', 'fixture-roa');
  const options = ['--listen=127.0.0.1:0', `--access-key-id=${ID}`, `--access-key-secret=${SECRET}`, `--specs=${specs}`];
  const child = spawn(process.env.EMULATOR, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of readline.createInterface({ input: child.stdout })) {
    assert(line.startsWith('listening on '), line);
    return { child, url: line.slice('listening on '.length) };
  }
  throw new Error('the emulator did not print its address');
}

/** Makes a call with the new core. */
function call(url, style, details, request, secret = SECRET) {
  const client = new OpenApi(new $OpenApiUtil.Config({
    accessKeyId: ID, accessKeySecret: secret, endpoint: url.replace('http://', ''), protocol: 'http', regionId: 'cn-hangzhou',
  }));
  const params = new $OpenApiUtil.Params({
    protocol: 'HTTP', method: 'POST', authType: 'AK', pathname: '/', reqBodyType: 'json', bodyType: 'json', style, ...details,
  });
  return client.callApi(params, new $OpenApiUtil.OpenApiRequest(request), new $dara.RuntimeOptions({}));
}

/** Checks that a call fails with `code`. */
async function refused(promise, code) {
  const error = await promise.then(() => undefined, (thrown) => thrown);
  assert(error, `${code} expected, not a response`);
  assert.strictEqual(error.code, code, error.message);
}

async function v3Rpc(url) {
  const details = { action: 'ListInstancePackageStates', version: OOS };
  const query = { InstanceId: INSTANCE, MaxResults: '3', TemplateNames: '["ACS-ECS-Docker"]' };
  const { body } = await call(url, 'RPC', details, { query });
  assert.deepStrictEqual(body.PackageStates.map((state) => state.TemplateName), ['ACS-ECS-Docker']);
  await refused(call(url, 'RPC', details, { query }, 'wrong'), 'SignatureDoesNotMatch');
  await refused(call(url, 'RPC', details, { query: {} }), 'MissingInstanceId');
}

async function v3Roa(url) {
  const create = { action: 'createCluster', version: ROA, pathname: '/clusters' };
  const created = await call(url, 'ROA', create, { body: { name: '测试 α', size: 3 } });
  assert.deepStrictEqual(created.body, { name: '测试 α', size: 3 });
  const describe = { action: 'DescribeCluster', version: ROA, pathname: '/clusters/7', method: 'GET' };
  const described = await call(url, 'ROA', describe, { query: { verbose: 'true' } });
  assert.strictEqual(typeof described.body.size, 'number');
  await refused(call(url, 'ROA', { ...describe, pathname: '/clusters/seven' }, {}), 'InvalidClusterId');
  await refused(call(url, 'ROA', describe, {}, 'wrong'), 'SignatureDoesNotMatch');
}

async function v1Rpc(url) {
  const client = (accessKeySecret) => new PopCore({ accessKeyId: ID, accessKeySecret, endpoint: url, apiVersion: OOS });
  const parameters = { InstanceId: INSTANCE, MaxResults: 2, RegionId: 'cn-hangzhou' };
  for (const method of ['GET', 'POST']) {
    const body = await client(SECRET).request('ListInstancePackageStates', parameters, { method });
    assert.strictEqual(body.PackageStates.length, 2);
    await refused(client('wrong').request('ListInstancePackageStates', parameters, { method }), 'SignatureDoesNotMatch');
  }
  await refused(client(SECRET).request('NoSuchOperation', {}), 'InvalidApi.NotFound');
}

async function v1Roa(url) {
  const client = (accessKeySecret) => new PopCore.ROAClient({ accessKeyId: ID, accessKeySecret, endpoint: url, apiVersion: ROA });
  const described = await client(SECRET).get('/clusters/7', { verbose: 'true' });
  assert.strictEqual(typeof described.size, 'number');
  const created = await client(SECRET).post('/clusters', {}, JSON.stringify({ name: 'a b', size: 1 }));
  assert.strictEqual(created.name, 'a b');
  await refused(client('wrong').get('/clusters/7'), 'SignatureDoesNotMatch');
}

async function main() {
  const { child, url } = await start();
  try {
    for (const test of [v3Rpc, v3Roa, v1Rpc, v1Roa]) {
      await test(url);
    }
  } finally {
    child.kill('SIGTERM');
  }
  console.log('RPC and ROA calls succeed and fail as expected, with V3 and V1');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
