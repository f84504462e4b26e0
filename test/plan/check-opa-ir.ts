// What a plan.json may look like: every statement's fields and their kinds, as in OPA's JSON schema of plans
// (openpolicyagent.org/schemas/ir/v1/plan.schema.json), and what a schema can't say: indices and names that exist.

/** `local`: its number. `string`: index of a static string. `int`, `text`: themselves. The rest: lists and nesting of these. */
type FieldKind =
  'local' | 'operand' | 'int' | 'string' | 'text' | 'block' | 'blocks' | 'locals' | 'operands' | 'strings';

const FIELDS: Readonly<Record<string, Readonly<Record<string, FieldKind>>>> = {
  ArrayAppendStmt: { array: 'local', value: 'operand' },
  AssignIntStmt: { value: 'int', target: 'local' },
  AssignVarOnceStmt: { source: 'operand', target: 'local' },
  AssignVarStmt: { source: 'operand', target: 'local' },
  BlockStmt: { blocks: 'blocks' },
  BreakStmt: { index: 'int' },
  CallDynamicStmt: { args: 'locals', path: 'operands', result: 'local' },
  CallStmt: { func: 'text', args: 'operands', result: 'local' },
  DotStmt: { source: 'operand', key: 'operand', target: 'local' },
  EqualStmt: { a: 'operand', b: 'operand' },
  IsArrayStmt: { source: 'operand' },
  IsDefinedStmt: { source: 'local' },
  IsObjectStmt: { source: 'operand' },
  IsSetStmt: { source: 'operand' },
  IsUndefinedStmt: { source: 'local' },
  LenStmt: { source: 'operand', target: 'local' },
  MakeArrayStmt: { capacity: 'int', target: 'local' },
  MakeNullStmt: { target: 'local' },
  MakeNumberIntStmt: { value: 'int', target: 'local' },
  MakeNumberRefStmt: { index: 'string', Index: 'string', target: 'local' },
  MakeObjectStmt: { target: 'local' },
  MakeSetStmt: { target: 'local' },
  NopStmt: {},
  NotEqualStmt: { a: 'operand', b: 'operand' },
  NotStmt: { block: 'block' },
  ObjectInsertOnceStmt: { key: 'operand', value: 'operand', object: 'local' },
  ObjectInsertStmt: { key: 'operand', value: 'operand', object: 'local' },
  ObjectMergeStmt: { a: 'local', b: 'local', target: 'local' },
  ResetLocalStmt: { target: 'local' },
  ResultSetAddStmt: { value: 'local' },
  ReturnLocalStmt: { source: 'local' },
  ScanStmt: { source: 'local', key: 'local', value: 'local', block: 'block' },
  SetAddStmt: { value: 'operand', set: 'local' },
  WithStmt: { local: 'local', path: 'strings', value: 'operand', block: 'block' },
};

/** Lists that OPA writes as null when they are empty. */
const NULLABLE: ReadonlySet<FieldKind> = new Set(['blocks', 'locals', 'operands', 'strings']);

/** The faults of a plan.json, each with its path; empty when it is well formed. */
export function checkPlan(plan: unknown): string[] {
  return new Checker().policy(plan);
}

type Fields = Readonly<Record<string, unknown>>;

class Checker {
  readonly #faults: string[] = [];
  #strings = 0;
  #files = 0;
  #builtins = new Set<unknown>();
  #funcs = new Map<unknown, number>();
  /** Blocks open around the statement at hand. */
  #depth = 0;

  policy(plan: unknown): string[] {
    const root = this.#record(plan, 'policy', ['static', 'plans', 'funcs']);
    const lists = { strings: [], builtin_funcs: [], files: [] };
    const statics = this.#record({ ...lists, ...(root['static'] as object) }, 'static', Object.keys(lists));
    const texts = (field: string): string[] =>
      this.#list(statics[field], field).map((each, i) => {
        const { value } = this.#record(each, `${field}[${i}]`, ['value']);
        return this.#want(typeof value === 'string', `${field}[${i}]`) ? (value as string) : '';
      });
    const strings = texts('strings');
    this.#want(new Set(strings).size === strings.length, 'strings: one of them stands twice');
    this.#strings = strings.length;
    this.#files = texts('files').length;
    this.#list(statics['builtin_funcs'], 'builtin_funcs').forEach((each, i) => {
      const { name, decl } = this.#record(each, `builtin_funcs[${i}]`, ['name', 'decl']);
      this.#want((decl as Fields | null)?.['type'] === 'function', `builtin_funcs[${i}].decl`);
      this.#builtins.add(name);
    });
    const funcs = this.#list(this.#record(root['funcs'], 'funcs', ['funcs'])['funcs'], 'funcs').map((each, i) =>
      this.#record(each, `funcs[${i}]`, ['name', 'params', 'return', 'blocks', 'path']),
    );
    const paths = new Set(funcs.map(({ path }) => JSON.stringify(path)));
    this.#want(paths.size === funcs.length, 'funcs: two have one path');
    for (const { name, params } of funcs) {
      this.#want(!this.#funcs.has(name) && !this.#builtins.has(name), `func ${String(name)}: the name is taken`);
      this.#funcs.set(name, this.#list(params, String(name)).length);
    }
    for (const func of funcs) this.#func(func);
    const plans = this.#list(this.#record(root['plans'], 'plans', ['plans'])['plans'], 'plans').map((each, i) =>
      this.#record(each, `plans[${i}]`, ['name', 'blocks']),
    );
    this.#want(new Set(plans.map(({ name }) => name)).size === plans.length, 'plans: one name stands twice');
    for (const each of plans) this.#blocks(each['blocks'], `plan ${String(each['name'])}`);
    return this.#faults;
  }

  #func(func: Fields): void {
    const at = `func ${String(func['name'])}`;
    const params = this.#list(func['params'], at);
    this.#want(params[0] === 0 && params[1] === 1, `${at}: the first parameters are input and data`);
    this.#want(new Set([...params, func['return']]).size === params.length + 1, `${at}: parameters and result`);
    this.#want(
      this.#list(func['path'], at).every((key) => typeof key === 'string'),
      `${at}: path`,
    );
    this.#blocks(func['blocks'], at);
    // Code after a return can't be reached in the last block, and a function has to return.
    const last = this.#list((this.#list(func['blocks'], at).at(-1) as Fields | undefined)?.['stmts'], at);
    const only = last.length === 1 ? (last[0] as { type: string; stmt: Fields }) : undefined;
    this.#want(
      only?.type === 'ReturnLocalStmt' && only.stmt['source'] === func['return'],
      `${at}: the last block returns the result`,
    );
  }

  #blocks(blocks: unknown, at: string): void {
    this.#list(blocks, at).forEach((block, i) => this.#block(block, `${at}[${i}]`));
  }

  #block(block: unknown, at: string): void {
    this.#depth++;
    this.#list(this.#record(block, at, ['stmts'])['stmts'], at).forEach((each, i) => {
      const { type, stmt } = this.#record(each, `${at}.${i}`, ['type', 'stmt']);
      const fields = FIELDS[String(type)];
      if (this.#want(fields !== undefined, `${at}.${i}: ${String(type)}`))
        this.#stmt(fields!, stmt, `${at}.${i} ${String(type)}`);
    });
    this.#depth--;
  }

  #stmt(fields: Readonly<Record<string, FieldKind>>, json: unknown, at: string): void {
    const stmt = this.#record(json, at, [...Object.keys(fields), 'file', 'row', 'col']);
    for (const place of ['file', 'row', 'col']) this.#index(stmt[place], Infinity, `${at}.${place}`);
    this.#want(stmt['file'] === 0 || (stmt['file'] as number) < this.#files, `${at}.file`);
    for (const [name, kind] of Object.entries(fields)) this.#field(kind, stmt[name], `${at}.${name}`);
    if ('index' in fields && !('Index' in fields)) this.#index(stmt['index'], this.#depth, `${at}: leaves too much`);
    if ('Index' in fields) this.#want(stmt['index'] === stmt['Index'], `${at}: index`);
    if ('func' in fields) {
      const count = this.#funcs.get(stmt['func']);
      this.#want(count !== undefined || this.#builtins.has(stmt['func']), `${at}: ${String(stmt['func'])} is unknown`);
      this.#want(count === undefined || count === this.#list(stmt['args'], at).length, `${at}: number of arguments`);
    }
  }

  #field(kind: FieldKind, value: unknown, at: string): void {
    if (value === null && NULLABLE.has(kind)) return;
    switch (kind) {
      case 'local':
        return this.#index(value, Infinity, at);
      case 'int':
        return void this.#want(Number.isSafeInteger(value), at);
      case 'string':
        return this.#index(value, this.#strings, at);
      case 'text':
        return void this.#want(typeof value === 'string', at);
      case 'operand': {
        const operand = this.#record(value, at, ['type', 'value']);
        if (operand['type'] === 'bool') return void this.#want(typeof operand['value'] === 'boolean', at);
        if (operand['type'] === 'string_index') return this.#index(operand['value'], this.#strings, at);
        this.#want(operand['type'] === 'local', `${at}.type`);
        return this.#index(operand['value'], Infinity, at);
      }
      case 'block':
        return this.#block(value, at);
      case 'blocks':
        return this.#blocks(value, at);
      case 'locals':
      case 'operands':
      case 'strings': {
        const item = kind.slice(0, -1) as FieldKind;
        return this.#list(value, at).forEach((each, i) => this.#field(item, each, `${at}[${i}]`));
      }
    }
  }

  #index(value: unknown, end: number, at: string): void {
    this.#want(Number.isInteger(value) && (value as number) >= 0 && (value as number) < end, `${at} ${String(value)}`);
  }

  /** An object with these properties and no others. */
  #record(json: unknown, at: string, names: readonly string[]): Fields {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      this.#faults.push(`${at}: must be an object`);
      return {};
    }
    const got = Object.keys(json).sort().join();
    this.#want(got === [...names].sort().join(), `${at}: has ${got}`);
    return json as Fields;
  }

  #list(json: unknown, at: string): readonly unknown[] {
    return this.#want(Array.isArray(json), `${at}: must be an array`) ? (json as readonly unknown[]) : [];
  }

  #want(holds: boolean, fault: string): boolean {
    if (!holds) this.#faults.push(fault);
    return holds;
  }
}
