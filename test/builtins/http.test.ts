// http.send against a server of our own: off by default, allowed hosts alone, results and errors as OPA's.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { HTTP_BUILTINS } from '../../engine/builtins/host/http.ts';
import { isAllowedHost } from '../../engine/builtins/host/http/allowed-hosts.ts';
import { BuiltinError } from '../../engine/host/builtin.ts';
import type { BuiltinContext } from '../../engine/host/builtin.ts';
import { fromJs, toJs } from '../../engine/value/json.ts';
import { testContext } from './run-case.ts';

interface Response {
  readonly status: string;
  readonly status_code: number;
  readonly body: unknown;
  readonly raw_body: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly error?: { readonly code: string; readonly message: string };
}

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let server: Worker;
let plain = '';
let tls = '';

beforeAll(async () => {
  server = new Worker(new URL('./fixtures/http-server.mjs', import.meta.url), { execArgv: [] });
  const [ports] = (await once(server, 'message')) as [{ plain: number; tls: number }];
  plain = `http://127.0.0.1:${ports.plain}`;
  tls = `https://localhost:${ports.tls}`;
});

afterAll(async () => {
  await server.terminate();
});

function contextOf(httpHosts?: readonly string[]): BuiltinContext {
  return { ...testContext(), cache: new Map(), ...(httpHosts && { httpHosts }) };
}

function send(request: object, context = contextOf(['127.0.0.1', 'localhost'])): Response {
  return toJs(HTTP_BUILTINS['http.send']!(context, fromJs({ method: 'get', ...request }))!) as Response;
}

function failure(request: object, context?: BuiltinContext): string {
  try {
    send(request, context);
  } catch (error) {
    if (error instanceof BuiltinError) return error.message;
    throw error;
  }
  throw new Error('no error');
}

function echo(members: object, path = '/echo'): Echo {
  return send({ ...members, url: `${plain}${path}` }).body as Echo;
}

describe('which hosts may be called', () => {
  test('none by default', () => {
    expect(failure({ url: `${plain}/echo` }, contextOf())).toBe('unallowed host: 127.0.0.1');
    expect(failure({ url: `${plain}/echo` }, contextOf([]))).toBe('unallowed host: 127.0.0.1');
  });

  test('only those in the list', () => {
    expect(failure({ url: `${plain}/echo` }, contextOf(['example.com']))).toBe('unallowed host: 127.0.0.1');
    expect(send({ url: `${plain}/echo` }, contextOf(['127.0.0.1'])).status_code).toBe(200);
  });

  test('the same for where redirects lead', () => {
    const to = encodeURIComponent('http://other.example/x');
    expect(failure({ url: `${plain}/redirect?to=${to}`, enable_redirect: true })).toBe(
      'Get "http://other.example/x": unallowed host: other.example',
    );
  });

  test('a refusal can be a result', () => {
    expect(send({ url: `${plain}/echo`, raise_error: false }, contextOf())).toEqual({
      status_code: 0,
      error: {
        code: 'eval_http_send_internal_error',
        message: 'eval_builtin_error: http.send: unallowed host: 127.0.0.1',
      },
    });
  });

  test.each([
    [['example.com'], 'EXAMPLE.com', 80, true],
    [['example.com'], 'example.com.', 80, true],
    [['example.com'], 'api.example.com', 80, false],
    [['example.com'], 'badexample.com', 80, false],
    [['*.example.com'], 'api.example.com', 80, true],
    [['*.example.com'], 'a.b.example.com', 80, true],
    [['*.example.com'], 'example.com', 80, false],
    [['*.example.com'], 'badexample.com', 80, false],
    [['localhost:8080'], 'localhost', 8080, true],
    [['localhost:8080'], 'localhost', 80, false],
    [['[::1]'], '::1', 80, true],
    [['[::1]:8080'], '::1', 80, false],
    [['bücher.example'], 'xn--bcher-kva.example', 443, true],
    [['*'], 'anything', 1, true],
    [[''], '', 80, false],
    [['*.'], 'a.', 80, false],
    [undefined, 'localhost', 80, false],
  ])('%j allows %s:%d: %s', (list, host, port, want) => {
    expect(isAllowedHost(list, host, port)).toBe(want);
  });

  test('no schemes but http and https', () => {
    expect(failure({ url: 'unix://localhost/x?socket=%2Ftmp%2Fs' })).toContain('unsupported protocol scheme "unix"');
    expect(failure({ url: 'file://localhost/etc/hosts' })).toContain('unsupported protocol scheme "file"');
  });
});

describe('requests', () => {
  test('bodies, headers and methods', () => {
    expect(echo({ method: 'post', body: { a: ['<'] }, headers: { 'x-a': 'é' } })).toMatchObject({
      method: 'POST',
      body: '{"a":["\\u003c"]}',
      headers: { 'x-a': Buffer.from('é', 'utf8').toString('latin1'), 'content-length': '16' },
    });
    expect(echo({ method: 'put', raw_body: 'raw', body: 'not this' })).toMatchObject({ body: 'raw' });
    expect(echo({}, '/echo?q=a b').url).toBe('/echo?q=a%20b');
  });

  test('cannot be split by headers', () => {
    expect(failure({ url: `${plain}/echo`, headers: { a: 'b\r\nc: d' } })).toContain(
      'invalid header field value for "A"',
    );
    expect(failure({ url: `${plain}/echo`, headers: { 'a\n': 'b' } })).toContain('invalid header field name');
    const { headers } = echo({ headers: { 'transfer-encoding': 'chunked', 'content-length': '5' } });
    expect(headers['transfer-encoding']).toBeUndefined();
    expect(headers['content-length']).toBeUndefined();
  });

  test('redirects only when asked for, without credentials to other hosts', () => {
    expect(send({ url: `${plain}/redirect` }).status_code).toBe(302);
    const here = send({ url: `${plain}/redirect`, enable_redirect: true, headers: { authorization: 'secret' } });
    expect((here.body as Echo).headers['authorization']).toBe('secret');
    const to = encodeURIComponent(`${plain.replace('127.0.0.1', 'localhost')}/echo`);
    const there = send({
      url: `${plain}/redirect?to=${to}`,
      enable_redirect: true,
      headers: { authorization: 'secret', cookie: 'secret' },
    });
    expect((there.body as Echo).headers['authorization']).toBeUndefined();
    expect((there.body as Echo).headers['cookie']).toBeUndefined();
    const posted = send({ method: 'post', url: `${plain}/redirect?status=307`, enable_redirect: true, raw_body: 'x' });
    expect(posted.body).toMatchObject({ method: 'POST', body: 'x' });
  });

  test('redirects end', () => {
    // Redirects to itself for ever.
    expect(failure({ url: `${plain}/loop`, enable_redirect: true })).toContain('stopped after 10 redirects');
  });
});

describe('responses', () => {
  test('have status, headers and body', () => {
    expect(send({ url: `${plain}/text?body=hello` })).toMatchObject({
      status: '200 Fine',
      status_code: 200,
      body: null,
      raw_body: 'hello',
      headers: { 'content-type': ['text/plain'] },
    });
    expect(send({ url: `${plain}/cookies` }).headers['set-cookie']).toEqual(['a=1', 'b=2']);
  });

  test.each([
    ['application/json', '{"a": 1}', {}, { a: 1 }],
    ['application/problem+json; charset=utf-8', '[1]', {}, [1]],
    ['application/json', '{"a": 1', {}, null],
    ['text/plain', '{"a": 1}', {}, null],
    ['text/plain', '{"a": 1}', { force_json_decode: true }, { a: 1 }],
    ['application/yaml', 'a: 1', {}, { a: 1 }],
    ['text/plain', 'a: [1]', { force_yaml_decode: true }, { a: [1] }],
  ])('%s %s %j', (type, body, members, want) => {
    const query = `type=${encodeURIComponent(type)}&body=${encodeURIComponent(body)}`;
    expect(send({ url: `${plain}/text?${query}`, ...members }).body).toEqual(want);
  });

  test('are unpacked, up to a limit', () => {
    expect(send({ url: `${plain}/gzip` }).body).toEqual({ packed: true });
    expect(failure({ url: `${plain}/bomb` })).toBe('response body is too large');
  });
});

describe('failures', () => {
  test('time runs out', () => {
    const url = `${plain}/slow`;
    expect(failure({ url, timeout: '100ms' })).toBe(`Get ${url}: request timed out`);
    expect(send({ url, timeout: 100_000_000, raise_error: false }).error).toEqual({
      code: 'eval_http_send_network_error',
      message: `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    });
    expect(failure({ url: `${plain}/slow-body`, timeout: '100ms' })).toBe(
      'context deadline exceeded (Client.Timeout or context cancellation while reading body)',
    );
  });

  test('no connection', () => {
    expect(failure({ url: `${plain}/hang-up` })).toBe(`Get "${plain}/hang-up": EOF`);
    expect(failure({ url: 'http://127.0.0.1:1/' })).toBe(
      'Get "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
    );
    expect(failure({ url: 'http://user:secret@127.0.0.1:1/' })).not.toContain('secret');
  });

  test.each([
    [{ headers: { a: 1 } }, 'invalid type for headers value "1"'],
    [{ headers: [] }, 'invalid type for headers key'],
    [{ method: 1 }, '"method" must be a string'],
    [{ method: 'a b' }, 'net/http: invalid method "A B"'],
    [{ enable_redirect: 'yes' }, 'strconv.ParseBool: parsing "\\"yes\\"": invalid syntax'],
    [{ timeout: 'soon' }, 'invalid timeout value "soon": time: invalid duration "soon"'],
    [{ timeout: null }, "operand 1 'timeout' must be one of {string, number} but got null"],
    [{ raise_error: 1 }, 'invalid value for raise_error field'],
    [{ cache: 1 }, 'invalid value for "cache" field'],
    [{ force_cache: true }, "'force_cache' set but 'force_cache_duration_seconds' parameter is missing"],
    [{ max_retry_attempts: -1 }, 'invalid value -1 for field "max_retry_attempts"'],
    [{ tls_ca_cert: 'x' }, 'could not append certificates'],
    [{ tls_client_cert: 'a', tls_client_key: 'b' }, 'tls: failed to find any PEM data in certificate input'],
    [
      { tls_ca_cert_env_variable: 'constructor' },
      'could not add CA certificates from envvar "constructor": could not append certificates',
    ],
    [{ unknown: 1 }, 'operand 1 invalid request parameters(s): {"unknown"}'],
  ])('%j', (members, want) => {
    expect(failure({ url: `${plain}/echo`, ...members })).toBe(want);
  });
});

describe('TLS', () => {
  const authority = readFileSync(new URL('./fixtures/localhost.pem', import.meta.url), 'utf8');

  test('needs an authority that is known', () => {
    expect(failure({ url: `${tls}/echo` })).toContain('x509: certificate signed by unknown authority');
    expect(send({ url: `${tls}/echo`, tls_ca_cert: authority }).status_code).toBe(200);
    expect(send({ url: `${tls}/echo`, tls_insecure_skip_verify: true }).status_code).toBe(200);
  });

  test('needs the name that was asked for', () => {
    const request = { url: `${tls}/echo`, tls_ca_cert: authority, tls_server_name: 'other.example' };
    expect(failure(request)).toContain('tls: failed to verify certificate: x509: ');
  });
});

describe('one evaluation', () => {
  test('asks once for the same', () => {
    const context = contextOf(['127.0.0.1']);
    const first = send({ url: `${plain}/count` }, context).raw_body;
    expect(send({ url: `${plain}/count` }, context).raw_body).toBe(first);
    expect(send({ url: `${plain}/count`, headers: { a: 'b' } }, context).raw_body).not.toBe(first);
    expect(send({ url: `${plain}/count` }).raw_body).not.toBe(first);
  });

  test('leaves headers aside that do not count', () => {
    const context = contextOf(['127.0.0.1']);
    const ask = (id: string): string =>
      send({ url: `${plain}/count`, headers: { id, a: 'b' }, cache_ignored_headers: ['id'] }, context).raw_body;
    expect(ask('1')).toBe(ask('2'));
  });

  test('asks again after failures of the server, not after failures of the network', () => {
    const context = contextOf(['127.0.0.1']);
    const ask = (): string => send({ url: `${plain}/count?status=500` }, context).raw_body;
    expect(ask()).not.toBe(ask());
    const url = 'http://127.0.0.1:1/';
    expect(failure({ url }, context)).toBe(failure({ url }, context));
  });
});
