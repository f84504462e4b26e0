// Documents made to break what reads them: schemas, certificates and GraphQL that nest, repeat or name what they should not.
import { describe, expect, test } from '@jest/globals';
import { HOST_BUILTINS } from '../../engine/builtins/host/index.ts';
import { BuiltinError } from '../../engine/host/builtin.ts';
import { fromJs, toJs } from '../../engine/value/json.ts';
import { testContext } from './run-case.ts';

function call(name: string, ...args: readonly unknown[]): unknown {
  return toJs(HOST_BUILTINS[name]!(testContext(), ...args.map(fromJs))!);
}

function failure(name: string, ...args: readonly unknown[]): string {
  try {
    call(name, ...args);
  } catch (error) {
    if (error instanceof BuiltinError) return error.message;
    throw error;
  }
  throw new Error('no error');
}

function nest(depth: number, wrap: (inner: unknown) => unknown, innermost: unknown): unknown {
  let result = innermost;
  for (let i = 0; i < depth; i++) result = wrap(result);
  return result;
}

describe('JSON Schema', () => {
  test('that refers to itself for ever', () => {
    expect(failure('json.match_schema', {}, { $ref: '#' })).toMatch(/^schema /);
    const circle = {
      definitions: { a: { $ref: '#/definitions/b' }, b: { $ref: '#/definitions/a' } },
      $ref: '#/definitions/a',
    };
    expect(failure('json.match_schema', {}, circle)).toMatch(/^schema /);
  });

  test('that takes exponential work', () => {
    const definitions: Record<string, unknown> = { d0: { type: 'string' } };
    for (let i = 1; i < 40; i++) {
      const $ref = `#/definitions/d${i - 1}`;
      definitions[`d${i}`] = { anyOf: [{ $ref }, { $ref }] };
    }
    expect(failure('json.match_schema', [1], { definitions, $ref: '#/definitions/d39' })).toBe(
      'schema takes too much work to validate',
    );
  });

  test('that nests deeply', () => {
    const schema = `${'{"not":'.repeat(5000)}{}${'}'.repeat(5000)}`;
    expect(call('json.verify_schema', schema)).toEqual([false, expect.any(String)]);
  });

  test('about documents of any depth', () => {
    const schema = { definitions: { a: { items: { $ref: '#/definitions/a' } } }, $ref: '#/definitions/a' };
    const document = '['.repeat(5000) + ']'.repeat(5000);
    expect(failure('json.match_schema', document, schema)).toMatch(/^(?:schema|document) /);
  });

  test('that names what all objects have', () => {
    const schema = JSON.parse(
      '{"required": ["__proto__", "constructor"], "properties": {"__proto__": {"type": "string"}}}',
    );
    expect(call('json.match_schema', {}, schema)).toMatchObject([false, expect.any(Array)]);
    expect(call('json.match_schema', '{"__proto__": "x", "constructor": 1}', schema)).toEqual([true, []]);
    expect(({} as Record<string, unknown>)['type']).toBeUndefined();
  });

  test('does not load anything', () => {
    expect(failure('json.match_schema', {}, { $ref: 'http://127.0.0.1:1/schema.json' })).toContain(
      'remote reference loading disabled',
    );
    expect(failure('json.match_schema', {}, { $ref: 'file:///etc/hosts' })).toContain('disabled');
  });
});

describe('DER', () => {
  /** SEQUENCE in SEQUENCE, with long lengths. */
  function nestedSequences(depth: number): string {
    let der: Buffer = Buffer.from([0x05, 0x00]);
    for (let i = 0; i < depth; i++) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(der.length);
      der = Buffer.concat([Buffer.from([0x30, 0x84]), length, der]);
    }
    return der.toString('base64');
  }

  test('that nests deeply', () => {
    expect(failure('crypto.x509.parse_certificates', nestedSequences(3000))).toMatch(/^x509: /);
    expect(() => call('crypto.x509.parse_certificate_request', nestedSequences(3000))).toThrow(BuiltinError);
  });

  test('that promises more than there is', () => {
    for (const bytes of [
      [0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
      [0x30, 0x80, 0x00, 0x00],
      [0x30, 0x7f],
      [0x1f, 0xff],
    ])
      expect(() => call('crypto.x509.parse_certificates', Buffer.from(bytes).toString('base64'))).toThrow(BuiltinError);
  });
});

describe('GraphQL', () => {
  const SCHEMA = 'type Query { a: Int q: Query l(x: [[Int]]): Query }';

  test('that nests deeply', () => {
    expect(call('graphql.is_valid', `${'{q'.repeat(20_000)}{a}${'}'.repeat(20_000)}`, SCHEMA)).toBe(false);
    expect(failure('graphql.parse_query', `{l(x:${'['.repeat(20_000)}`)).toContain('nested deeper');
    expect(failure('graphql.parse_schema', `type Query {a:${'['.repeat(20_000)}`)).toContain('nested deeper');
    const tree = nest(800, (inner) => ({ Name: 'q', SelectionSet: [inner] }), { Name: 'a' });
    expect(failure('graphql.parse', { Operations: [{ SelectionSet: [tree] }] }, SCHEMA)).toContain('nested too deeply');
  });

  test('with fragments in circles', () => {
    const query = '{q{...F q{...F}}} fragment F on Query{q{...F q{...F}}}';
    expect(call('graphql.is_valid', query, SCHEMA)).toBe(false);
  });

  test('with fragments that double', () => {
    const fragments = Array.from({ length: 40 }, (_, i) => ` fragment F${i} on __Schema {...F${i + 1} ...F${i + 1}}`);
    const query = `{__schema{...F0}}${fragments.join('')} fragment F40 on __Schema {description}`;
    expect(failure('graphql.parse', query, SCHEMA)).toBe('document takes too much work to check');
  });

  test('with one field very often', () => {
    expect(failure('graphql.parse', `{${'q{a} '.repeat(5000)}}`, SCHEMA)).toBe('document takes too much work to check');
  });

  test('that names what all objects have', () => {
    expect(failure('graphql.parse', '{constructor ...toString}', SCHEMA)).toBe(
      'Cannot query field "constructor" on type "Query".\ninput:1:17: Unknown fragment "toString" in GraphQL string at location 1:2',
    );
    expect(call('graphql.schema_is_valid', 'type Query { a: constructor }')).toBe(false);
  });
});

test('tokens whose parts nest deeply', () => {
  const part = (text: string): string => Buffer.from(text).toString('base64url');
  const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
  expect(failure('io.jwt.decode', `${part('{"alg":"HS256"}')}.${part(deep)}.AA`)).toContain('exceeded max depth');
  expect(failure('io.jwt.decode', `${part(deep)}.${part('{}')}.AA`)).toContain('exceeded max depth');
});
