// A strict interpreter of OPA's IR (plan.json, openpolicyagent.org/docs/ir) over values: every statement as OPA's own
// WebAssembly backend runs it. What may be where in a plan is checked by check-opa-ir.ts before anything runs.
import { equalValues } from '../../engine/value/compare.ts';
import { getElement, getKey, hasItem, makeObject, makeSet } from '../../engine/value/construct.ts';
import { parseNumber } from '../../engine/value/number.ts';
import { RegoNumber, RegoObject, RegoSet, type Value } from '../../engine/value/value.ts';

export interface OpaOperand {
  readonly type: 'local' | 'bool' | 'string_index';
  readonly value: number | boolean;
}
export interface OpaBlock {
  readonly stmts: readonly OpaStmt[];
}
export interface OpaStmt {
  readonly type: string;
  /** Which fields there are follows from the type. */
  readonly stmt: Readonly<Record<string, unknown>>;
}
export interface OpaFunc {
  readonly name: string;
  readonly path?: readonly string[];
  readonly params: readonly number[];
  readonly return: number;
  readonly blocks: readonly OpaBlock[];
}
export interface OpaPolicy {
  readonly static: {
    readonly strings?: readonly { readonly value: string }[];
    readonly builtin_funcs?: readonly { readonly name: string; readonly decl: { readonly result?: unknown } | null }[];
    readonly files?: readonly { readonly value: string }[];
  };
  readonly plans: { readonly plans: readonly { readonly name: string; readonly blocks: readonly OpaBlock[] }[] };
  readonly funcs?: { readonly funcs: readonly OpaFunc[] };
}

/** An evaluation that a conflict or a built-in ended; `code` is OPA's. */
export class PlanError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface RunOptions {
  readonly input: Value | undefined;
  readonly data: Value;
  /** The result; undefined when the call is; throws to end the evaluation. */
  readonly builtin: (name: string, args: readonly Value[]) => Value | undefined;
  /** Throw where hosts are known to differ: breaks out of scans, `not` and `with`, and assigning what is undefined. */
  readonly portable: boolean;
}

/** The result set of a plan: an array of objects. Throws PlanError. */
export function runPlan(policy: OpaPolicy, name: string, options: RunOptions): readonly Value[] {
  return new Interpreter(policy, options).plan(name);
}

/** How a statement or block ends: it ran to its end, was left early, returned, or (0 …) leaves so many more blocks. */
type Completion = number;
const DONE = -1;
const LEFT = -2;
const RETURNED = -3;

interface Frame {
  readonly locals: (Value | undefined)[];
  result: Value | undefined;
}

const INPUT = 0;
const DATA = 1;

class Interpreter {
  readonly #policy: OpaPolicy;
  readonly #options: RunOptions;
  readonly #funcs: ReadonlyMap<string, OpaFunc>;
  readonly #byPath: ReadonlyMap<string, OpaFunc>;
  readonly #voids: ReadonlySet<string>;
  readonly #results: Value[] = [];
  /** The last results of functions of input and data alone. */
  readonly #memo = new Map<
    OpaFunc,
    { readonly input: Value | undefined; readonly data: Value | undefined; readonly result: Value | undefined }
  >();

  constructor(policy: OpaPolicy, options: RunOptions) {
    this.#policy = policy;
    this.#options = options;
    const funcs = policy.funcs?.funcs ?? [];
    this.#funcs = new Map(funcs.map((func) => [func.name, func]));
    this.#byPath = new Map(funcs.map((func) => [JSON.stringify(func.path), func]));
    const builtins = policy.static.builtin_funcs ?? [];
    this.#voids = new Set(builtins.filter(({ decl }) => decl?.result === undefined).map((each) => each.name));
  }

  plan(name: string): readonly Value[] {
    const plan = this.#policy.plans.plans.find((each) => each.name === name);
    if (plan === undefined) throw new Error(`no plan ${name}`);
    const frame: Frame = { locals: [this.#options.input, this.#options.data], result: undefined };
    for (const block of plan.blocks) {
      const completion = this.#block(block, frame);
      if (completion === RETURNED || completion >= 0) throw new Error('a plan neither returns nor leaves itself');
    }
    return makeSet(this.#results).items;
  }

  #call(func: OpaFunc, args: readonly (Value | undefined)[]): Value | undefined {
    if (args.length !== func.params.length) throw new Error(`${func.name} called with ${args.length} arguments`);
    const known = this.#memo.get(func);
    if (args.length === 2 && known !== undefined && known.input === args[0] && known.data === args[1])
      return known.result;
    const frame: Frame = { locals: [], result: undefined };
    func.params.forEach((param, i) => (frame.locals[param] = args[i]));
    let completion = DONE;
    for (const block of func.blocks) {
      completion = this.#block(block, frame);
      if (completion >= 0) throw new Error(`a break leaves ${func.name}`);
      if (completion === RETURNED) break;
    }
    if (completion !== RETURNED) throw new Error(`${func.name} ends without returning`);
    if (args.length === 2) this.#memo.set(func, { input: args[0], data: args[1], result: frame.result });
    return frame.result;
  }

  #block(block: OpaBlock, frame: Frame): Completion {
    for (const stmt of block.stmts) {
      const completion = this.#stmt(stmt, frame);
      if (completion === LEFT || completion === 0) return LEFT;
      if (completion !== DONE) return completion > 0 ? completion - 1 : completion;
    }
    return DONE;
  }

  /** For blocks that hosts can't all be left through. */
  #closed(block: OpaBlock, frame: Frame, type: string): Completion {
    const completion = this.#block(block, frame);
    if (completion >= 0 && this.#options.portable) throw new Error(`a break leaves a ${type}`);
    return completion;
  }

  #operand(operand: OpaOperand, frame: Frame): Value | undefined {
    switch (operand.type) {
      case 'local':
        return frame.locals[Number(operand.value)];
      case 'bool':
        return operand.value as boolean;
      case 'string_index':
        return this.#policy.static.strings![Number(operand.value)]!.value;
    }
  }

  #stmt({ type, stmt }: OpaStmt, frame: Frame): Completion {
    const { locals } = frame;
    const number = (field: string): number => stmt[field] as number;
    const local = (field: string): Value | undefined => locals[number(field)];
    const operand = (field: string): Value | undefined => this.#operand(stmt[field] as OpaOperand, frame);
    const when = (holds: boolean): Completion => (holds ? DONE : LEFT);
    const assign = (value: Value | undefined, field = 'target'): Completion => {
      if (value === undefined) return LEFT;
      locals[number(field)] = value;
      return DONE;
    };
    switch (type) {
      case 'ArrayAppendStmt': {
        const [array, value] = [local('array'), operand('value')];
        if (value === undefined) return LEFT;
        if (!Array.isArray(array)) throw new Error('appending to what is no array');
        return assign([...(array as readonly Value[]), value], 'array');
      }
      case 'AssignIntStmt':
      case 'MakeNumberIntStmt':
        return assign(number('value'));
      case 'AssignVarStmt': {
        const value = operand('source');
        if (value === undefined && this.#options.portable) throw new Error('assigning what is undefined');
        locals[number('target')] = value;
        return DONE;
      }
      case 'AssignVarOnceStmt': {
        const [value, before] = [operand('source'), local('target')];
        if (value !== undefined && before !== undefined && !equalValues(before, value))
          throw new PlanError('eval_conflict_error', 'assigned twice');
        return assign(value);
      }
      case 'BlockStmt':
        for (const block of (stmt['blocks'] as readonly OpaBlock[] | null) ?? []) {
          const completion = this.#block(block, frame);
          if (completion === RETURNED || completion >= 0) return completion;
        }
        return DONE;
      case 'BreakStmt':
        return number('index');
      case 'CallStmt':
        return this.#callStmt(stmt['func'] as string, stmt['args'] as readonly OpaOperand[], number('result'), frame);
      case 'CallDynamicStmt': {
        const path = (stmt['path'] as readonly OpaOperand[]).map((each) => this.#operand(each, frame));
        const func = this.#byPath.get(JSON.stringify(path));
        if (func === undefined) return LEFT;
        return assign(
          this.#call(
            func,
            (stmt['args'] as readonly number[]).map((each) => locals[each]),
          ),
          'result',
        );
      }
      case 'DotStmt': {
        const [source, key] = [operand('source'), operand('key')];
        return source === undefined || key === undefined ? LEFT : assign(getElement(source, key));
      }
      case 'EqualStmt':
      case 'NotEqualStmt': {
        const [a, b] = [operand('a'), operand('b')];
        return when(a !== undefined && b !== undefined && equalValues(a, b) === (type === 'EqualStmt'));
      }
      case 'IsArrayStmt':
        return when(Array.isArray(operand('source')));
      case 'IsObjectStmt':
        return when(operand('source') instanceof RegoObject);
      case 'IsSetStmt':
        return when(operand('source') instanceof RegoSet);
      case 'IsDefinedStmt':
        return when(local('source') !== undefined);
      case 'IsUndefinedStmt':
        return when(local('source') === undefined);
      case 'LenStmt':
        return assign(lengthOf(operand('source')));
      case 'MakeArrayStmt':
        return assign([]);
      case 'MakeNullStmt':
        return assign(null);
      case 'MakeNumberRefStmt': {
        const text = this.#policy.static.strings![number('index')]!.value;
        const parsed = parseNumber(text);
        if (parsed === undefined) throw new Error('no number');
        // Numbers are printed as they were written.
        return assign(String(parsed) === text ? parsed : new RegoNumber(text));
      }
      case 'MakeObjectStmt':
        return assign(new RegoObject([]));
      case 'MakeSetStmt':
        return assign(new RegoSet([]));
      case 'NopStmt':
        return DONE;
      case 'NotStmt': {
        const completion = this.#closed(stmt['block'] as OpaBlock, frame, type);
        return completion === LEFT ? DONE : completion === DONE ? LEFT : completion;
      }
      case 'ObjectInsertStmt':
      case 'ObjectInsertOnceStmt': {
        const [object, key, value] = [local('object'), operand('key'), operand('value')];
        if (key === undefined || value === undefined) return LEFT;
        if (!(object instanceof RegoObject)) throw new Error('inserting into what is no object');
        const before = type === 'ObjectInsertOnceStmt' ? getKey(object, key) : undefined;
        if (before !== undefined && !equalValues(before, value))
          throw new PlanError('eval_conflict_error', 'object keys must be unique');
        return assign(makeObject([...object.entries, [key, value]]), 'object');
      }
      case 'ObjectMergeStmt': {
        const [a, b] = [local('a'), local('b')];
        if (!(a instanceof RegoObject) || !(b instanceof RegoObject)) throw new Error('merging what is no object');
        return assign(merge(a, b));
      }
      case 'ResetLocalStmt':
        locals[number('target')] = undefined;
        return DONE;
      case 'ResultSetAddStmt': {
        const value = local('value');
        if (!(value instanceof RegoObject)) throw new Error('a result must be an object');
        this.#results.push(value);
        return DONE;
      }
      case 'ReturnLocalStmt':
        frame.result = local('source');
        return RETURNED;
      case 'ScanStmt':
        return this.#scan(stmt, frame);
      case 'SetAddStmt': {
        const [set, value] = [local('set'), operand('value')];
        if (value === undefined) return LEFT;
        if (!(set instanceof RegoSet)) throw new Error('adding to what is no set');
        return hasItem(set, value) ? DONE : assign(makeSet([...set.items, value]), 'set');
      }
      case 'WithStmt':
        return this.#with(stmt, frame);
      default:
        throw new Error(`unknown statement ${type}`);
    }
  }

  #callStmt(name: string, operands: readonly OpaOperand[], result: number, frame: Frame): Completion {
    const args = operands.map((each) => this.#operand(each, frame));
    const func = this.#funcs.get(name);
    // Input may be undefined, and is passed on as such; other arguments may not.
    if (args.some((arg, i) => arg === undefined && !(func !== undefined && i === INPUT))) return LEFT;
    const value = func === undefined ? this.#options.builtin(name, args as Value[]) : this.#call(func, args);
    if (value === undefined) return this.#voids.has(name) ? DONE : LEFT;
    frame.locals[result] = value;
    return DONE;
  }

  #scan(stmt: OpaStmt['stmt'], frame: Frame): Completion {
    for (const [key, value] of elementsOf(frame.locals[stmt['source'] as number])) {
      frame.locals[stmt['key'] as number] = key;
      frame.locals[stmt['value'] as number] = value;
      const completion = this.#closed(stmt['block'] as OpaBlock, frame, 'ScanStmt');
      if (completion === RETURNED || completion >= 0) return completion;
    }
    return DONE;
  }

  #with(stmt: OpaStmt['stmt'], frame: Frame): Completion {
    const { locals } = frame;
    const target = stmt['local'] as number;
    if (target !== INPUT && target !== DATA) throw new Error('with changes input and data only');
    const path = ((stmt['path'] as readonly number[] | null) ?? []).map(
      (index) => this.#policy.static.strings![index]!.value,
    );
    const value = this.#operand(stmt['value'] as OpaOperand, frame);
    // Only giving a document back that was undefined makes it so.
    if (value === undefined && path.length > 0) return LEFT;
    const saved = locals[target];
    locals[target] = value === undefined ? undefined : upsert(saved, path, value);
    const completion = this.#closed(stmt['block'] as OpaBlock, frame, 'WithStmt');
    locals[target] = saved;
    return completion;
  }
}

function lengthOf(value: Value | undefined): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (value instanceof RegoObject) return value.entries.length;
  return value instanceof RegoSet ? value.items.length : undefined;
}

function elementsOf(value: Value | undefined): readonly (readonly [Value, Value])[] {
  if (Array.isArray(value)) return (value as readonly Value[]).map((item, i) => [i, item] as const);
  if (value instanceof RegoObject) return value.entries;
  return value instanceof RegoSet ? value.items.map((item) => [item, item] as const) : [];
}

function merge(a: RegoObject, b: RegoObject): RegoObject {
  const merged = b.entries.map(([key, value]): readonly [Value, Value] => {
    const other = getKey(a, key);
    return [key, other instanceof RegoObject && value instanceof RegoObject ? merge(other, value) : value];
  });
  return makeObject([...a.entries, ...merged]);
}

function upsert(document: Value | undefined, path: readonly string[], value: Value): Value {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const object = document instanceof RegoObject ? document : new RegoObject([]);
  return makeObject([...object.entries, [key, upsert(getKey(object, key), rest, value)]]);
}
