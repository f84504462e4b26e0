// Plans written by hand for tests: short makers of statements, and evaluation both through `loadSync` and the bare SDK.
// Left to others: what statements are to do (the tests) and plans from policies (engine/plan).
import * as sdk from '@open-policy-agent/opa-wasm';
import type { Loc } from '../../engine/ast/nodes.ts';
import { loadSync } from '../../engine/host/load.ts';
import { sdkBuiltins } from '../../engine/host/sdk-builtins.ts';
import { Constants } from '../../engine/plan/builder.ts';
import type { Block, ConstIndex, Func, FuncIndex, Local, Operand, Plan, Stmt } from '../../engine/plan/ir.ts';
import { generate } from '../../engine/wasm/generate.ts';
import type { Value } from '../../engine/value/value.ts';

/** The SDK exports its synchronous loader in its default export only. */
export const { loadPolicySync } = (sdk as unknown as { default: Pick<typeof sdk, 'loadPolicySync'> }).default;

/** A place in `t.rego`. */
export function at(row: number): Loc {
  return { file: 't.rego', row, col: 1, offset: 0, end: 0 };
}

const LOC = at(1);
export const INPUT: Operand = { kind: 'input' };
export const DATA: Operand = { kind: 'data' };

/** Local number `n` as an operand. */
export function l(n: number): Operand {
  return { kind: 'local', local: n as Local };
}

/** A plan under construction: function 0 is the entrypoint `t/p`. */
export class HandPlan {
  readonly constants = new Constants();
  readonly funcs: Func[] = [];
  slots = 0;
  memoSlots = 0;
  covered: Loc[] = [];
  resultSet = false;

  /** A constant operand. */
  c(value: Value): Operand {
    return this.constants.operand(value);
  }

  index(value: Value): ConstIndex {
    return this.constants.index(value);
  }

  func(
    blocks: readonly (readonly Stmt[])[],
    shape: { params?: number; locals?: number; memo?: number } = {},
  ): FuncIndex {
    const params = shape.params ?? 0;
    const index = this.funcs.length;
    this.funcs.push({
      name: `f${index}`,
      path: ['g0', `f${index}`],
      params: Array.from({ length: params }, (_, i) => i as Local),
      blocks: blocks.map(block),
      locals: shape.locals ?? 16,
      memo: shape.memo,
      loc: LOC,
    });
    return index as FuncIndex;
  }

  plan(entrypoints: readonly { name: string; func: number }[] = [{ name: 't/p', func: 0 }]): Plan {
    return {
      constants: this.constants.values,
      funcs: this.funcs,
      entrypoints: entrypoints.map(({ name, func }) => ({ name, func: func as FuncIndex, resultSet: this.resultSet })),
      slots: this.slots,
      memoSlots: this.memoSlots,
      covered: this.covered,
    };
  }

  /** The value of `t/p`, which has to be the same through `loadSync` and through the bare SDK. */
  run(input?: unknown, data?: unknown): unknown {
    return this.prepare(data)(input);
  }

  /** The same for many inputs: generates and loads once. */
  prepare(data?: unknown): (input?: unknown) => unknown {
    const wasm = generate(this.plan(), { strictBuiltinErrors: false });
    const policy = loadSync(wasm);
    const bare = loadPolicySync(wasm, { initial: 5 }, sdkBuiltins());
    if (data !== undefined) {
      policy.setData(data);
      bare.setData(data as object);
    }
    return (input) => {
      const result = policy.evaluate('t/p', input);
      const results = bare.evaluate(encode(input), 't/p') as { result: unknown }[];
      const bareResult = results[0]?.result;
      if (JSON.stringify(bareResult) !== JSON.stringify(result))
        throw new Error(`bare SDK: ${JSON.stringify(bareResult)}, load: ${JSON.stringify(result)}`);
      return result;
    };
  }
}

/** JSON text as the SDK takes it whole, falsy values included. */
function encode(value: unknown): ArrayBuffer | undefined {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  const buffer = new ArrayBuffer(Buffer.byteLength(text));
  Buffer.from(buffer).write(text);
  return buffer;
}

export function block(stmts: readonly Stmt[]): Block {
  return { stmts };
}

/** Makers of statements, named by their kind. */
export const s = {
  block: (...blocks: readonly (readonly Stmt[])[]): Stmt => ({ kind: 'block', blocks: blocks.map(block), loc: LOC }),
  break: (index: number): Stmt => ({ kind: 'break', index, loc: LOC }),
  scan: (source: Operand, key: number | undefined, value: number | undefined, stmts: readonly Stmt[]): Stmt => ({
    kind: 'scan',
    source,
    key: key as Local | undefined,
    value: value as Local | undefined,
    block: block(stmts),
    loc: LOC,
  }),
  dot: (source: Operand, key: Operand, target: number): Stmt => ({
    kind: 'dot',
    source,
    key,
    target: target as Local,
    loc: LOC,
  }),
  call: (func: FuncIndex, args: readonly Operand[], target: number): Stmt => ({
    kind: 'call',
    func,
    args,
    target: target as Local,
    loc: LOC,
  }),
  builtin: (name: string, args: readonly Operand[], target?: number, loc = LOC): Stmt => ({
    kind: 'callbuiltin',
    name,
    args,
    target: target as Local | undefined,
    loc,
  }),
  callswitch: (
    source: Operand,
    cases: readonly { values: readonly ConstIndex[]; func: FuncIndex }[],
    target: number,
  ): Stmt => ({ kind: 'callswitch', source, cases, target: target as Local, loc: LOC }),
  switch: (
    source: Operand,
    cases: readonly { values: readonly ConstIndex[]; stmts: readonly Stmt[] }[],
    otherwise?: readonly Stmt[],
  ): Stmt => ({
    kind: 'switch',
    source,
    cases: cases.map(({ values, stmts }) => ({ values, block: block(stmts) })),
    otherwise: otherwise === undefined ? undefined : block(otherwise),
    loc: LOC,
  }),
  assign: (source: Operand, target: number): Stmt => ({
    kind: 'assignvar',
    source,
    target: target as Local,
    loc: LOC,
  }),
  assignOnce: (source: Operand, target: number, conflict: 'complete' | 'function' = 'complete', loc = LOC): Stmt => ({
    kind: 'assignvaronce',
    source,
    target: target as Local,
    conflict,
    loc,
  }),
  reset: (target: number): Stmt => ({ kind: 'resetlocal', target: target as Local, loc: LOC }),
  test: (kind: 'isdefined' | 'isundefined' | 'isarray' | 'isobject' | 'isset' | 'istrue', source: Operand): Stmt => ({
    kind,
    source,
    loc: LOC,
  }),
  equal: (a: Operand, b: Operand): Stmt => ({ kind: 'equal', a, b, loc: LOC }),
  notEqual: (a: Operand, b: Operand): Stmt => ({ kind: 'notequal', a, b, loc: LOC }),
  hasLength: (source: Operand, count: number): Stmt => ({ kind: 'haslength', source, count, loc: LOC }),
  len: (source: Operand, target: number): Stmt => ({ kind: 'len', source, target: target as Local, loc: LOC }),
  make: (kind: 'array' | 'object' | 'set', target: number, capacity = 0): Stmt => ({
    kind: `make${kind}`,
    capacity,
    target: target as Local,
    loc: LOC,
  }),
  append: (array: number, value: Operand): Stmt => ({ kind: 'arrayappend', array: array as Local, value, loc: LOC }),
  add: (set: number, value: Operand): Stmt => ({ kind: 'setadd', set: set as Local, value, loc: LOC }),
  insert: (object: number, key: Operand, value: Operand): Stmt => ({
    kind: 'objectinsert',
    object: object as Local,
    key,
    value,
    loc: LOC,
  }),
  insertOnce: (object: number, key: Operand, value: Operand, loc = LOC): Stmt => ({
    kind: 'objectinsertonce',
    object: object as Local,
    key,
    value,
    loc,
  }),
  merge: (a: Operand, b: Operand, target: number): Stmt => ({
    kind: 'objectmerge',
    a,
    b,
    target: target as Local,
    loc: LOC,
  }),
  not: (...stmts: readonly Stmt[]): Stmt => ({ kind: 'not', block: block(stmts), loc: LOC }),
  with: (
    id: number,
    change: {
      input?: readonly (readonly [readonly Operand[], Operand])[];
      data?: readonly (readonly [readonly Operand[], Operand])[];
      slots?: readonly (readonly [number, Operand | number])[];
    },
    stmts: readonly Stmt[],
  ): Stmt => ({
    kind: 'with',
    id,
    input: (change.input ?? []).map(([path, value]) => ({ path, value })),
    data: (change.data ?? []).map(([path, value]) => ({ path, value })),
    slots: (change.slots ?? []).map(([slot, value]) => ({ slot: slot as never, value })),
    block: block(stmts),
    loc: LOC,
  }),
  without: (id: number, stmts: readonly Stmt[]): Stmt => ({ kind: 'without', id, block: block(stmts), loc: LOC }),
  slotIs: (slot: number, value: number): Stmt => ({ kind: 'slotis', slot: slot as never, value, loc: LOC }),
  slotLoad: (slot: number, target: number): Stmt => ({
    kind: 'slotload',
    slot: slot as never,
    target: target as Local,
    loc: LOC,
  }),
  return: (source: number): Stmt => ({ kind: 'returnlocal', source: source as Local, loc: LOC }),
  raise: (code: string, message: string, loc = LOC): Stmt => ({ kind: 'raise', code, message, loc }),
  cover: (index: number): Stmt => ({ kind: 'cover', index, loc: LOC }),
};
