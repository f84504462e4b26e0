// Building blocks of a plan: interned constants, and a function under construction with its stack of open blocks.
// What statements mean stands in ir.ts; which ones are needed is the planners' business.
import type { Loc } from '../ast/nodes.ts';
import { trimmed } from '../ast/trimmed.ts';
import { RegoNumber, RegoObject, RegoSet, type Value } from '../value/value.ts';
import type { Block, BlockStmt, ConstIndex, Func, FuncIndex, Local, Operand, ScanStmt, Stmt } from './ir.ts';

/** A text that is the same for values that are the same constant: kind and content, numbers by their text. */
export function constantKey(value: Value): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      return `n${value}`;
    case 'string':
      return JSON.stringify(value);
  }
  if (value instanceof RegoNumber) return `n${value.text}`;
  if (value instanceof RegoSet) return `<${value.items.map(constantKey).join(',')}>`;
  if (value instanceof RegoObject)
    return `{${value.entries.map(([k, v]) => `${constantKey(k)}:${constantKey(v)}`).join(',')}}`;
  return `[${value.map(constantKey).join(',')}]`;
}

/** A document below `input` or `data`, or a function without parameters, as a number: the key of what is looked up already. */
export type DocumentKey = number & { readonly __brand: 'DocumentKey' };

const ROOT_KEYS = { input: 0 as DocumentKey, data: 1 as DocumentKey } as const;

/** The key of the result of a function without parameters. */
export function callKey(func: FuncIndex): DocumentKey {
  return (-1 - func) as DocumentKey;
}

/** Constants to a document: more than a plan holds, and a product with it stays exact. */
const KEY_FACTOR = 2 ** 26;

/** The keys of documents, by the path of constants that leads to them. */
class DocumentKeys {
  readonly #byStep = new Map<number, DocumentKey>();

  root(name: 'input' | 'data'): DocumentKey {
    return ROOT_KEYS[name];
  }

  below(parent: DocumentKey, step: ConstIndex): DocumentKey {
    const path = parent * KEY_FACTOR + step;
    let key = this.#byStep.get(path);
    if (key === undefined) {
      key = (this.#byStep.size + 2) as DocumentKey;
      this.#byStep.set(path, key);
    }
    return key;
  }
}

/** The constants of a plan, each kept once. */
export class Constants {
  readonly values: Value[] = [];
  readonly documents = new DocumentKeys();
  readonly #byKey = new Map<string, ConstIndex>();
  readonly #strings = new Map<string, ConstIndex>();
  readonly #operands: Operand[] = [];

  index(value: Value): ConstIndex {
    if (typeof value === 'string') {
      const known = this.#strings.get(value);
      if (known !== undefined) return known;
      const index = this.values.push(value) - 1;
      this.#strings.set(value, index as ConstIndex);
      return index as ConstIndex;
    }
    const key = constantKey(value);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const index = this.values.push(value) - 1;
    this.#byKey.set(key, index as ConstIndex);
    return index as ConstIndex;
  }

  operand(value: Value): Operand {
    const index = this.index(value);
    return (this.#operands[index] ??= { kind: 'const', const: index });
  }
}

const locals: Operand[] = [];

export function localOperand(local: Local): Operand {
  return (locals[local] ??= { kind: 'local', local });
}

export const INPUT: Operand = { kind: 'input' };
export const DATA: Operand = { kind: 'data' };

interface OpenBlock {
  readonly stmts: Stmt[];
  /** Documents already looked up here, with the local that holds the value. */
  available: Map<DocumentKey, Available> | undefined;
  /** Look-ups made outside are not valid inside: input or data may differ. */
  readonly barrier: boolean;
  /** The block runs once per element of a collection. */
  readonly loop: boolean;
}

/** A document looked up already. `certain` is false where the look-up may have found nothing. */
export interface Available {
  readonly local: Local;
  readonly certain: boolean;
}

/** A function being built. Statements go to the innermost open block. */
export class FuncBuilder {
  readonly #open: OpenBlock[] = [];
  #locals = 0;
  readonly #share: boolean;

  /** `share`: look-ups are used again and moved out of loops. */
  constructor(share: boolean) {
    this.#share = share;
  }

  newLocal(): Local {
    return this.#locals++ as Local;
  }

  get localCount(): number {
    return this.#locals;
  }

  /** The number of open blocks; `break` indices are differences of depths. */
  get depth(): number {
    return this.#open.length;
  }

  emit(stmt: Stmt): void {
    const top = this.#open[this.#open.length - 1];
    if (top === undefined) throw new Error('no open block');
    top.stmts.push(stmt);
  }

  /** Runs `fill` with a new innermost block and returns that block. `barrier`: the dynamic state differs inside. */
  block(fill: () => void, barrier = false, loop = false): Block {
    const open: OpenBlock = { stmts: [], available: undefined, barrier, loop };
    this.#open.push(open);
    fill();
    this.#open.pop();
    return { stmts: trimmed(open.stmts) };
  }

  /** Emits a `block` statement with one block per filler. */
  blocks(loc: Loc, ...fills: (() => void)[]): void {
    const stmt: BlockStmt = { kind: 'block', blocks: fills.map((fill) => this.block(fill)), loc };
    this.emit(stmt);
  }

  /** Emits a scan of `source`; `fill` gets the key and value locals. */
  scan(source: Operand, loc: Loc, fill: (key: Local, value: Local) => void, wantKey = true, wantValue = true): void {
    const key = this.newLocal();
    const value = this.newLocal();
    const block = this.block(() => fill(key, value), false, true);
    const stmt: ScanStmt = {
      kind: 'scan',
      source,
      key: wantKey ? key : undefined,
      value: wantValue ? value : undefined,
      block,
      loc,
    };
    this.emit(stmt);
  }

  /** Places of the blocks around loops that this place is in, outermost first, as far as the dynamic state is the same. */
  loopLevels(): number[] {
    const levels: number[] = [];
    for (let i = this.#open.length - 1; i > 0; i--) {
      const open = this.#open[i]!;
      if (open.barrier) break;
      if (open.loop) levels.push(i - 1);
    }
    return levels.reverse();
  }

  /** Emits a statement before what is being built within the open block at `level`. */
  emitAt(level: number, stmt: Stmt): void {
    this.#open[level]!.stmts.push(stmt);
  }

  /** Leaves the block that was open at `depth` (as `depth` read when it was innermost). */
  breakTo(depth: number, loc: Loc): void {
    this.emit({ kind: 'break', index: this.depth - depth, loc });
  }

  /** A document looked up earlier on every way to here, if any. */
  findAvailable(key: DocumentKey): Available | undefined {
    if (!this.#share) return undefined;
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const open = this.#open[i]!;
      const found = open.available?.get(key);
      if (found !== undefined) return found;
      if (open.barrier) return undefined;
    }
    return undefined;
  }

  setAvailable(key: DocumentKey, local: Local): void {
    this.#note(key, local, true);
  }

  #note(key: DocumentKey, local: Local, certain: boolean): void {
    const open = this.#open[this.#open.length - 1];
    if (open !== undefined) (open.available ??= new Map()).set(key, { local, certain });
  }

  /** Whether `hoist` would find a loop to leave. */
  isInLoop(): boolean {
    return this.#share && this.#outsideLoops() >= 0;
  }

  /** The place of the block around the outermost loop in which the dynamic state is the same as here; -1 when there is none. */
  #outsideLoops(): number {
    let outside = -1;
    for (let i = this.#open.length - 1; i > 0; i--) {
      const open = this.#open[i]!;
      if (open.barrier) break;
      if (open.loop) outside = i - 1;
    }
    return outside;
  }

  /**
   * Puts a look-up before the outermost loop around this place whose documents are the same; true when there is one.
   * There it may find nothing without any effect: `look` fills the locals, one a key, in a block of its own.
   */
  hoist(keys: readonly DocumentKey[], locals: readonly Local[], loc: Loc, look: () => void): boolean {
    const outside = this.#share ? this.#outsideLoops() : -1;
    if (outside < 0) return false;
    const inner = this.#open.splice(outside + 1);
    for (const target of locals) this.emit({ kind: 'resetlocal', target, loc });
    this.blocks(loc, look);
    keys.forEach((key, i) => this.#note(key, locals[i]!, false));
    this.#open.push(...inner);
    return true;
  }

  finish(
    name: string,
    path: readonly string[],
    { params, blocks }: Pick<Func, 'params' | 'blocks'>,
    loc: Loc,
    memo?: number,
  ): Func {
    return { name, path, params, blocks, locals: this.#locals, memo, loc };
  }
}
