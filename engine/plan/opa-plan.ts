// Lowers a plan to OPA's own IR, the `plan.json` that other hosts run (openpolicyagent.org/docs/ir).
// What OPA's IR lacks is spelled out: switches become comparisons, and functions that look at slots are written once for
// every state of the slots they are called in.
// Left to others: the statements of one function (opa-func.ts).
import type { Func, FuncIndex, Plan, SlotIndex } from './ir.ts';
import { lowerFunc, type OpaStmt } from './opa-func.ts';

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What the lowering must know of a built-in: its declaration as the capabilities file has it. */
export type BuiltinDeclaration = (name: string) => Json;

/** The value of every slot that is not 0: a number, or for a replacement's value a local of the function at hand. */
export type State = ReadonlyMap<SlotIndex, number | 'value'>;

/** A function written for one state of the slots. */
export interface Variant {
  readonly name: string;
  readonly path: readonly string[];
  readonly func: Func;
  readonly state: State;
}

/** The plan in OPA's IR, ready for `JSON.stringify`. */
export function lowerPlan(plan: Plan, declaration: BuiltinDeclaration): Json {
  return new Lowering(plan, declaration).run();
}

/** What the functions of a policy share: static strings, files, built-ins and the variants there are. */
export class Lowering {
  readonly plan: Plan;
  readonly #declaration: BuiltinDeclaration;
  readonly #strings = new Map<string, number>();
  readonly #files = new Map<string, number>();
  readonly #builtins = new Set<string>();
  readonly #variants = new Map<string, Variant>();
  readonly #states = new Map<string, number>();
  readonly #names = new Set<string>();
  readonly #queue: Variant[] = [];

  constructor(plan: Plan, declaration: BuiltinDeclaration) {
    this.plan = plan;
    this.#declaration = declaration;
    this.#states.set('', 0);
  }

  run(): Json {
    const plans = this.plan.entrypoints.map((entrypoint) => {
      const { name } = this.variant(entrypoint.func, new Map());
      const at = { file: 0, col: 0, row: 0 };
      const args = [0, 1].map((value) => ({ type: 'local', value }));
      const stmts: OpaStmt[] = [{ type: 'CallStmt', stmt: { func: name, args, result: 2, ...at } }];
      if (entrypoint.resultSet) {
        const block = { stmts: [{ type: 'ResultSetAddStmt', stmt: { value: 4, ...at } }] };
        stmts.push({ type: 'ScanStmt', stmt: { source: 2, key: 3, value: 4, block, ...at } });
      } else {
        const key = { type: 'string_index', value: this.string('result') };
        stmts.push(
          { type: 'MakeObjectStmt', stmt: { target: 3, ...at } },
          { type: 'ObjectInsertStmt', stmt: { key, value: { type: 'local', value: 2 }, object: 3, ...at } },
          { type: 'ResultSetAddStmt', stmt: { value: 3, ...at } },
        );
      }
      return { name: entrypoint.name, blocks: [{ stmts }] };
    });
    const funcs: Json[] = [];
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift())
      funcs.push(lowerFunc(this, next));
    // OPA leaves empty lists of static data out.
    const statics: Record<string, Json> = {};
    if (this.#strings.size > 0) statics['strings'] = [...this.#strings.keys()].map((value) => ({ value }));
    if (this.#builtins.size > 0)
      statics['builtin_funcs'] = [...this.#builtins].sort().map((name) => ({ name, decl: this.#declaration(name) }));
    if (this.#files.size > 0) statics['files'] = [...this.#files.keys()].map((value) => ({ value }));
    return {
      static: statics,
      plans: { plans },
      funcs: { funcs },
    };
  }

  string(text: string): number {
    return indexIn(this.#strings, text);
  }

  /** What no file holds is placed in the first one, row 0. */
  file(name: string): number {
    return name === '' ? 0 : indexIn(this.#files, name);
  }

  builtin(name: string): string {
    this.#builtins.add(name);
    return name;
  }

  variant(index: FuncIndex, state: State): Variant {
    const stateKey = keyOf(state);
    const key = `${index} ${stateKey}`;
    let variant = this.#variants.get(key);
    if (variant === undefined) {
      const func = this.plan.funcs[index]!;
      const number = indexIn(this.#states, stateKey);
      const path = number === 0 ? func.path : [`g${number}`, ...func.path.slice(func.path[0] === 'g0' ? 1 : 0)];
      let name = number === 0 ? func.name : `g${number}.${func.name.replace(/^g0\./, '')}`;
      // Keys may hold dots: different paths can read the same.
      while (this.#names.has(name)) name += '_';
      this.#names.add(name);
      variant = { name, path, func, state };
      this.#variants.set(key, variant);
      this.#queue.push(variant);
    }
    return variant;
  }
}

function indexIn(map: Map<string, number>, key: string): number {
  let index = map.get(key);
  if (index === undefined) {
    index = map.size;
    map.set(key, index);
  }
  return index;
}

function keyOf(state: State): string {
  return [...state]
    .sort(([a], [b]) => a - b)
    .map(([slot, value]) => `${slot}=${value}`)
    .join(',');
}

/** The slots whose values are parameters of a variant, in their order. */
export function valueSlots(state: State): SlotIndex[] {
  return [...state]
    .filter(([, value]) => value === 'value')
    .map(([slot]) => slot)
    .sort((a, b) => a - b);
}
