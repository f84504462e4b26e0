// What all functions of one policy module share while code is generated: names of runtime functions, the globals of
// the dynamic state, static constants and messages. Statements are in emit-*.ts.
import type { Loc } from '../ast/nodes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { CodegenOptions, ConstIndex, FuncIndex, Operand, Plan, SlotIndex } from '../plan/ir.ts';
import type { Value } from '../value/value.ts';
import { tooManyArguments, tooManyLocals } from './codegen-error.ts';
import { MAX_LOCALS } from './encoder/code.ts';
import type { Code } from './encoder/code.ts';
import type { FuncRef, GlobalRef, Linker } from './linker.ts';
import type { StaticData } from './static-data.ts';
import { STEPS } from './emit-step.ts';
import { defineCloseFrame, defineOpenFrame } from './memo.ts';
import { defineBuiltinFailed, defineRaise } from './raise.ts';
import { regexProgram } from './regex-programs.ts';
import { unicodeTables } from './unicode-tables.ts';

/** How a built-in is called. */
export type BuiltinTarget =
  | { readonly kind: 'native'; readonly func: FuncRef }
  | { readonly kind: 'host'; readonly func: FuncRef; readonly id: number };

/** Most arguments that the ABI can hand to a built-in of the host. */
const MAX_HOST_ARGUMENTS = 4;

/** Shared by all functions of one module under construction. */
export class ModuleContext {
  readonly plan: Plan;
  readonly options: CodegenOptions;
  readonly linker: Linker;
  readonly statics: StaticData;
  /** The dynamic state: current input, data and memo frame (addresses of values; 0: undefined or none). */
  readonly input: GlobalRef;
  readonly data: GlobalRef;
  readonly memo: GlobalRef;
  /** Memo frames to use again, linked through their first word. */
  readonly freeFrames: GlobalRef;
  readonly slots: readonly GlobalRef[];
  /** Where the last host built-in was called from: file name (NUL-terminated) and row. Read by the host when one fails. */
  readonly placeFile: GlobalRef;
  readonly placeRow: GlobalRef;
  /** Results of outlined code: what it returns, and locals it has changed. */
  readonly returned: GlobalRef;
  /** Steps until the host is asked; only where the options want it. */
  readonly steps: GlobalRef;
  readonly #spills: GlobalRef[] = [];
  readonly falseAddress: number;
  /** Start of one byte per place of `plan.covered`. */
  readonly coverage: number;
  /** What turned out to be beyond the module format; `generate` throws them. */
  readonly faults: Diagnostic[] = [];
  readonly #funcs: readonly FuncRef[];
  readonly #constants: number[];
  readonly #builtins = new Map<string, BuiltinTarget>();
  readonly #hostIds = new Map<string, number>();
  readonly #shared = new Map<string, FuncRef>();
  /** Addresses of the programs of patterns. */
  readonly #regexes = new Map<string, number>();
  #hasUnknownPattern = false;

  constructor(plan: Plan, options: CodegenOptions, linker: Linker, statics: StaticData) {
    this.plan = plan;
    this.options = options;
    this.linker = linker;
    this.statics = statics;
    this.input = linker.global(0);
    this.data = linker.global(0);
    this.memo = linker.global(0);
    this.freeFrames = linker.global(0);
    this.placeFile = linker.global(0);
    this.placeRow = linker.global(0);
    this.returned = linker.global(0);
    this.steps = options.checksTime === true ? linker.global(STEPS) : this.returned;
    this.slots = Array.from({ length: plan.slots }, () => linker.global(0));
    this.falseAddress = statics.value(false);
    this.#constants = plan.constants.map((value) => statics.value(value));
    this.coverage = plan.covered.length > 0 ? statics.reserve(plan.covered.length) : 0;
    this.#funcs = plan.funcs.map((func) => linker.declare(func.params.length, 1));
  }

  runtime(name: string): FuncRef {
    return this.linker.library(name);
  }

  func(index: FuncIndex): FuncRef {
    return this.#funcs[index]!;
  }

  slot(index: SlotIndex): GlobalRef {
    return this.slots[index]!;
  }

  spill(index: number): GlobalRef {
    while (this.#spills.length <= index) this.#spills.push(this.linker.global(0));
    return this.#spills[index]!;
  }

  constant(index: ConstIndex): number {
    return this.#constants[index]!;
  }

  constantValue(index: ConstIndex): Value {
    return this.plan.constants[index]!;
  }

  /** Whether every equal value has this constant's address (null, booleans and strings are interned). */
  isInterned(index: ConstIndex): boolean {
    const value = this.constantValue(index);
    return value === null || typeof value === 'boolean' || typeof value === 'string';
  }

  builtin(name: string, argumentCount: number, loc: Loc): BuiltinTarget {
    const known = this.#builtins.get(name);
    if (known !== undefined) return known;
    const native = nativeName(name);
    if (this.linker.has(native)) {
      const target = { kind: 'native', func: this.linker.library(native) } as const;
      this.#builtins.set(name, target);
      return target;
    }
    if (argumentCount > MAX_HOST_ARGUMENTS) {
      this.faults.push(tooManyArguments(name, argumentCount, MAX_HOST_ARGUMENTS, loc));
      return { kind: 'native', func: this.linker.library('opa_abort') };
    }
    return { kind: 'host', func: this.linker.library(`opa_builtin${argumentCount}`), id: this.hostBuiltin(name) };
  }

  /** The id by which the host is asked for a built-in. */
  hostBuiltin(name: string): number {
    let id = this.#hostIds.get(name);
    if (id === undefined) {
      id = this.#hostIds.size;
      this.#hostIds.set(name, id);
    }
    return id;
  }

  /** Built-ins that the host has to supply, in order of their ids. */
  get hostBuiltins(): readonly string[] {
    return [...this.#hostIds.keys()];
  }

  /** Notes a pattern that a built-in is called with: its program is laid out when it is a constant. */
  notePattern(operand: Operand): void {
    const pattern = operand.kind === 'const' ? this.constantValue(operand.const) : undefined;
    if (typeof pattern !== 'string') {
      this.#hasUnknownPattern = true;
      return;
    }
    if (this.#regexes.has(pattern)) return;
    const program = regexProgram(pattern);
    if (program === undefined) this.#hasUnknownPattern = true;
    else this.#regexes.set(pattern, this.statics.raw(program));
  }

  /** The runtime's patch points for regular expressions. To be asked for when all functions have been defined. */
  regexGlobals(): Readonly<Record<string, number>> {
    const globals: Record<string, number> = {};
    if (this.#regexes.size > 0) {
      const { address, mask } = this.statics.stringTable(this.#regexes);
      globals.regex_programs = address;
      globals.regex_mask = mask;
    }
    if (this.#hasUnknownPattern) globals.unicode_tables = this.statics.raw(unicodeTables());
    return globals;
  }

  /** Gives a function generated from the plan its body. */
  define(func: FuncRef, code: Code, loc: Loc): void {
    if (code.localCount > MAX_LOCALS) this.faults.push(tooManyLocals(loc));
    this.linker.define(func, code.body());
  }

  /** `(file, row, text)`: ends the evaluation with `file:row: text`. */
  get raise(): FuncRef {
    return this.shared('raise', () => defineRaise(this));
  }

  /** `(file, row, name)`: ends the evaluation when the native built-in that returned undefined has left an error. */
  get builtinFailed(): FuncRef {
    return this.shared('builtinFailed', () => defineBuiltinFailed(this));
  }

  /** `() → address`: a zeroed memo frame. */
  get openFrame(): FuncRef {
    return this.shared('openFrame', () => defineOpenFrame(this));
  }

  /** `()`: gives the current memo frame back. */
  get closeFrame(): FuncRef {
    return this.shared('closeFrame', () => defineCloseFrame(this));
  }

  /** A function of the module's own that is defined when first asked for. */
  shared(name: string, define: () => FuncRef): FuncRef {
    let func = this.#shared.get(name);
    if (func === undefined) {
      func = define();
      this.#shared.set(name, func);
    }
    return func;
  }
}

/** The runtime's export for a built-in. */
function nativeName(name: string): string {
  return `builtin_${name.replaceAll('.', '_')}`;
}
