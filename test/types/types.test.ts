// The representation of types, their algebra, schemas and capabilities, where the policies of `cases/` don't reach.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { OPA, sayWithoutOpa } from '../reference-opa.ts';
import { analyze, analyzeQuery } from '../../engine/analysis/analyze.ts';
import { builtinByName, builtins } from '../../engine/builtins/table.ts';
import {
  capabilitiesToJson,
  checkCapabilities,
  currentCapabilities,
  importableKeywords,
  readCapabilities,
} from '../../engine/builtins/capabilities.ts';
import { parseModule, parseQuery } from '../../engine/syntax/parse.ts';
import { checkQueryTypes, checkTypes } from '../../engine/types/check.ts';
import { schemaType } from '../../engine/types/schema.ts';
import { compareTypes, containsType, keysOf, selectKey, unionOf, valuesOf } from '../../engine/types/type-algebra.ts';
import { typeFromJson, typeToJson } from '../../engine/types/type-json.ts';
import {
  anyType,
  arrayOf,
  booleanType,
  nullType,
  numberType,
  objectOf,
  objectType,
  setOf,
  stringType,
  tupleOf,
  typeText,
} from '../../engine/types/type.ts';
import { unifies } from '../../engine/types/unify.ts';
import { fromJs } from '../../engine/value/json.ts';
import { check, render } from './cases.ts';

describe('text', () => {
  test.each([
    [undefined, '???'],
    [unionOf(stringType, numberType), 'any<number, string>'],
    [anyType, 'any'],
    [arrayOf(anyType), 'array[any]'],
    [{ ...arrayOf(stringType), static: [numberType] }, 'array<number>[string]'],
    [setOf(undefined), 'set[???]'],
    [
      objectType(
        [
          { key: 'b', value: nullType },
          { key: 'a', value: stringType },
        ],
        { key: anyType, value: booleanType },
      ),
      'object<a: string, b: null>[any: boolean]',
    ],
    [objectType([{ key: [1, 'x'], value: nullType }]), 'object<[1 x]: null>'],
    [{ kind: 'function', args: [numberType], result: stringType } as const, '(number) => string'],
  ])('%j', (type, text) => {
    expect(typeText(type)).toBe(text);
  });
});

describe('algebra', () => {
  test('a union is sorted, flat and without repetition', () => {
    const one = unionOf(stringType, unionOf(nullType, arrayOf(anyType)));
    const two = unionOf(unionOf(arrayOf(anyType), stringType), nullType);
    expect(typeText(one)).toBe('any<null, string, array[any]>');
    expect(compareTypes(one, two)).toBe(0);
    expect(unionOf(one, anyType)).toBe(anyType);
    expect(containsType(one, nullType)).toBe(true);
    expect(containsType(one, numberType)).toBe(false);
  });

  test('selection', () => {
    const object = objectType([{ key: 'a', value: numberType }], { key: stringType, value: booleanType });
    expect(typeText(selectKey(object, 'a'))).toBe('number');
    expect(typeText(selectKey(object, 'b'))).toBe('boolean');
    expect(selectKey(object, 1)).toBeUndefined();
    expect(typeText(selectKey(tupleOf(stringType, numberType), 1))).toBe('number');
    expect(selectKey(tupleOf(stringType), 1)).toBeUndefined();
    expect(typeText(selectKey(unionOf(object, arrayOf(nullType)), 0))).toBe('null');
    expect(typeText(keysOf(unionOf(object, arrayOf(nullType))))).toBe('any<number, string>');
    expect(typeText(valuesOf(object))).toBe('any<boolean, number>');
    expect(keysOf(numberType)).toBeUndefined();
  });

  test('unification', () => {
    expect(unifies(tupleOf(numberType, anyType), arrayOf(numberType))).toBe(true);
    expect(unifies(tupleOf(numberType), tupleOf(numberType, numberType))).toBe(false);
    expect(unifies(objectOf(stringType, anyType), objectType([{ key: 'a', value: nullType }]))).toBe(true);
    expect(unifies(setOf(numberType), setOf(stringType))).toBe(false);
    expect(unifies(undefined, anyType)).toBe(false);
  });
});

describe('built-ins', () => {
  test('every type survives its JSON form', () => {
    for (const { args, result } of builtins) {
      for (const { type } of [...args, ...(result === undefined ? [] : [result])]) {
        expect(compareTypes(typeFromJson(JSON.parse(JSON.stringify(typeToJson(type)))), type)).toBe(0);
      }
    }
  });

  test('look-up', () => {
    expect(builtinByName('plus')?.infix).toBe('+');
    expect(builtinByName('walk')?.relation).toBe(true);
    expect(builtinByName('print')?.result).toBeUndefined();
    expect(builtinByName('no.such')).toBeUndefined();
  });
});

describe('capabilities', () => {
  sayWithoutOpa('capabilities');
  const withOpa = OPA !== undefined ? test : test.skip;

  withOpa('the built-ins are the reference’s (skipped without OPA)', () => {
    const { stdout } = spawnSync(OPA!, ['capabilities', '--current'], { encoding: 'utf8' });
    const reference = JSON.parse(stdout) as { builtins: unknown[] };
    const ours = JSON.parse(JSON.stringify(capabilitiesToJson())) as { builtins: unknown[] };
    const plain = (json: unknown): unknown => {
      if (Array.isArray(json)) return json.map(plain);
      if (typeof json !== 'object' || json === null) return json;
      return Object.fromEntries(
        Object.entries(json)
          .filter(([key]) => key !== 'description')
          .map(([key, value]) => [key, plain(value)]),
      );
    };
    expect(plain(ours.builtins)).toEqual(plain(reference.builtins));
  });

  test('a file is read as it was written', () => {
    const json: unknown = JSON.parse(JSON.stringify(capabilitiesToJson()));
    const { capabilities, faults } = readCapabilities(json) as { capabilities?: never; faults?: readonly string[] };
    expect(faults).toBeUndefined();
    expect(JSON.parse(JSON.stringify(capabilitiesToJson(capabilities)))).toEqual(json);
  });

  test('all faults of a file are reported, each with its path', () => {
    const faults = readCapabilities({
      builtins: [{ name: '', decl: {} }, { name: 'f', decl: { type: 'bogus' } }, 3],
      features: [1],
      future_keywords: 'in',
    }).faults;
    expect(faults).toEqual([
      'builtins[0].name: must be a string',
      'builtins[1].decl: must be a function type',
      'builtins[2]: must be an object',
      'builtins[2].decl: must be an object',
      'builtins[2].name: must be a string',
      'future_keywords: must be an array',
      'features[0]: must be a string',
    ]);
  });

  test('what makes parsing impossible', () => {
    expect(checkCapabilities(currentCapabilities, 'v1')).toEqual([]);
    expect(checkCapabilities({ ...currentCapabilities, features: [] }, 'v1')[0]?.message).toBe(
      'illegal capabilities: rego_v1 feature required for parsing v1 Rego',
    );
    expect(checkCapabilities({ ...currentCapabilities, features: [] }, 'v0')).toEqual([]);
    expect(checkCapabilities({ ...currentCapabilities, futureKeywords: ['zzz'] }, 'v1')[0]?.message).toBe(
      'illegal capabilities: unknown keyword: zzz',
    );
    expect(importableKeywords({ ...currentCapabilities, futureKeywords: ['not'] })).toEqual([
      'contains',
      'every',
      'if',
      'in',
      'not',
    ]);
  });

  test('a restricted table takes functions away and adds others', () => {
    const name = { ...builtinByName('upper')!, name: 'shout' };
    const builtin = (wanted: string) => (wanted === 'shout' ? name : undefined);
    const { module } = parseModule('package p\nq := shout(1)', { file: 'p.rego' });
    const { diagnostics } = analyze([module!], {
      builtins: (wanted) => (wanted === 'shout' ? { name: 'shout', arity: 1 } : undefined),
      checkTypes: (program) => checkTypes(program, { builtin }).diagnostics,
    });
    expect(diagnostics.map(({ message }) => message)).toEqual(['shout: invalid argument(s)']);
  });
});

describe('schemas', () => {
  const text = (schema: unknown) => {
    const read = schemaType(fromJs(schema));
    return read.error ?? typeText(read.type);
  };

  test.each([
    [{ type: 'object', properties: { b: {}, a: { type: 'integer' } } }, 'object<a: number, b: any>'],
    [true, 'any'],
    [{ $ref: '#' }, 'any'],
    [{ properties: { x: { $ref: '#' } } }, 'object<x: object<x: recursive()>>'],
    [{ allOf: [{ $ref: '#' }] }, 'any'],
    [{ anyOf: [{ $ref: '#' }, { type: 'string' }] }, 'any'],
    [3, 'unable to compile the schema: schema is invalid'],
  ])('%j', (schema, expected) => {
    expect(text(schema)).toBe(expected);
  });

  const policy = 'package p\nallow if input.usr == "x"\ndeny if input.n == "1"';
  const inputSchema = { type: 'object', properties: { user: { type: 'string' }, n: { type: 'number' } } };

  test('of input', () => {
    expect(render(check([policy], { schemas: new Map([['schema', inputSchema]]) }))).toBe(
      [
        '2:10: rego_type_error: undefined ref: input.usr',
        '\tinput.usr',
        '\t      ^',
        '\t      have: "usr"',
        '\t      want (one of): ["n" "user"]',
        '3:9: rego_type_error: match error',
        '\tleft  : number',
        '\tright : string',
        '',
      ].join('\n'),
    );
  });

  test('named in annotations', () => {
    const annotated = '# METADATA\n# scope: package\n# schemas:\n#   - input: schema["my-acl"]\n' + policy;
    const found = check([annotated], { schemas: new Map([['schema["my-acl"]', inputSchema]]) });
    expect(found.map(({ message }) => message)).toEqual(['undefined ref: input.usr', 'match error']);
    const missing = check([annotated], { schemas: new Map([['schema.other', inputSchema]]) });
    expect(missing.map(({ message }) => message)).toEqual(Array(2).fill('undefined schema: schema["my-acl"]'));
    expect(check([annotated], { schemaAnnotations: false })).toEqual([]);
  });

  test('with a fault', () => {
    const found = check(['package p\nq := 1'], { schemas: new Map([['schema', { type: 'x' }]]) });
    expect(found[0]?.message).toMatch(/^unable to compile the schema: /);
  });
});

test('queries are checked with the types of the rules', () => {
  const { module } = parseModule('package p\nlimits := {"a": 1}\nf(x) := upper(x)', { file: 'p.rego' });
  const builtin = (name: string) => {
    const decl = builtinByName(name);
    return decl && { ...decl, arity: decl.args.length, void: decl.result === undefined };
  };
  const analyzed = analyze([module!], { builtins: builtin });
  const types = checkTypes(analyzed);
  const messages = (query: string) => {
    const { body, locals } = analyzeQuery(
      parseQuery(query, { file: 'query' }).body!,
      { modules: analyzed },
      { builtins: builtin },
    );
    return checkQueryTypes(body, locals, types).map(({ message }) => message);
  };
  expect(messages('data.p.limits.b')).toEqual(['undefined ref: data.p.limits.b']);
  expect(messages('x := data.p.limits.a; x = "1"')).toEqual(['match error']);
  expect(messages('data.p.f(1)')).toEqual(['data.p.f: invalid argument(s)']);
  expect(messages('x := data.p.f(input.y); x == "A"')).toEqual([]);
  expect(types.types.map(typeText)).toContain('(string) => string');
});

const shared = process.env['REGATE_SHARED'] ?? '../shared';
const conformance = join(shared, 'conformance/cases');
const withShared = existsSync(conformance) ? test : test.skip;

withShared('no module of the conformance cases is rejected (skipped without them)', () => {
  const rejected: string[] = [];
  for (const file of readdirSync(conformance)) {
    const json = JSON.parse(readFileSync(join(conformance, file), 'utf8')) as
      readonly ConformanceCase[] | { readonly cases: readonly ConformanceCase[] };
    for (const [i, { modules = [], want_error_code: code = '' }] of ('cases' in json ? json.cases : json).entries()) {
      if (code.startsWith('rego_')) continue;
      const [finding] = check(modules);
      if (finding !== undefined) rejected.push(`${file} ${i}: ${finding.message}`);
    }
  }
  expect(rejected).toEqual([]);
});

interface ConformanceCase {
  readonly modules?: readonly string[];
  readonly want_error_code?: string;
}
