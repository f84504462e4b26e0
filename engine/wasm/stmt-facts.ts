// What statements mention: locals they assign and read, blocks inside them, and sums of that over a function.
// Pure look-ups; no code is generated here.
import { innerBlocks } from '../plan/inner-blocks.ts';
import type { Block, Local, Operand, Stmt } from '../plan/ir.ts';

/** What generation wants to know of a function, or of a part of one, before it starts. */
export class FunctionFacts {
  readonly #blocks: readonly Block[];
  readonly #params: readonly Local[];
  /** Statements, nested ones included. */
  readonly weight: number;
  readonly #assignments: number[] = [];
  readonly #held: boolean[] = [];
  #mentions: number[] | undefined;

  /** `params`: locals that have a value from elsewhere, which counts as a mention. */
  constructor(blocks: readonly Block[], params: readonly Local[]) {
    this.#blocks = blocks;
    this.#params = params;
    this.weight = this.#gather(blocks);
  }

  /** Places that assign a local. */
  assignments(local: Local): number {
    return this.#assignments[local] ?? 0;
  }

  /** Whether some place assigns a local without returning it at once: only then can it hold a value when execution comes by again. */
  isHeld(local: Local): boolean {
    return this.#held[local] === true;
  }

  /** Whether anything mentions a local besides the one place that assigns it. */
  isUsed(local: Local): boolean {
    return this.#allMentions()[local] !== 1;
  }

  /** The locals that a part of the function shares with the rest, and those of them that it assigns. */
  sharedBy(part: readonly Block[]): { readonly shared: Local[]; readonly changed: Local[] } {
    const inside = new Map<Local, { mentions: number; isAssigned: boolean }>();
    eachMention(part, (local, isTarget) => {
      const known = inside.get(local);
      if (known === undefined) inside.set(local, { mentions: 1, isAssigned: isTarget });
      else {
        known.mentions++;
        known.isAssigned ||= isTarget;
      }
    });
    const everywhere = this.#allMentions();
    const shared: Local[] = [];
    const changed: Local[] = [];
    for (const [local, { mentions, isAssigned }] of inside) {
      if (mentions === everywhere[local]) continue;
      shared.push(local);
      if (isAssigned) changed.push(local);
    }
    return { shared, changed };
  }

  /** How many places mention a local, by local. */
  #allMentions(): readonly number[] {
    if (this.#mentions === undefined) {
      const counts: number[] = [];
      for (const param of this.#params) counts[param] = 1;
      eachMention(this.#blocks, (local) => (counts[local] = (counts[local] ?? 0) + 1));
      this.#mentions = counts;
    }
    return this.#mentions;
  }

  #gather(blocks: readonly Block[]): number {
    let weight = 0;
    for (const block of blocks) {
      weight += block.stmts.length;
      for (let i = 0; i < block.stmts.length; i++) {
        const stmt = block.stmts[i]!;
        const inner = innerBlocks(stmt);
        if (stmt.kind === 'scan') {
          if (stmt.key !== undefined) this.#noteTarget(stmt.key, true);
          if (stmt.value !== undefined) this.#noteTarget(stmt.value, true);
        } else {
          const target = targetOf(stmt);
          if (target !== undefined) this.#noteTarget(target, inner.length > 0 || !returns(block.stmts[i + 1], target));
        }
        if (inner.length > 0) weight += this.#gather(inner);
      }
    }
    return weight;
  }

  #noteTarget(local: Local, held: boolean): void {
    this.#assignments[local] = (this.#assignments[local] ?? 0) + 1;
    if (held) this.#held[local] = true;
  }
}

/** Whether the statement returns that local. */
export function returns(stmt: Stmt | undefined, local: Local): boolean {
  return stmt?.kind === 'returnlocal' && stmt.source === local;
}

/** Whether functions of the plan are called in the blocks. */
export function hasCalls(blocks: readonly Block[]): boolean {
  return blocks.some(({ stmts }) =>
    stmts.some((stmt) => stmt.kind === 'call' || stmt.kind === 'callswitch' || hasCalls(innerBlocks(stmt))),
  );
}

/** Statements in a block, nested ones included. */
export function weightOf(block: Block): number {
  let weight = block.stmts.length;
  for (const stmt of block.stmts) for (const inner of innerBlocks(stmt)) weight += weightOf(inner);
  return weight;
}

/** Each place that mentions a local: where it is assigned (`isTarget`), and where it is read. */
function eachMention(blocks: readonly Block[], note: (local: Local, isTarget: boolean) => void): void {
  for (const block of blocks) {
    for (const stmt of block.stmts) {
      if (stmt.kind === 'scan') {
        if (stmt.key !== undefined) note(stmt.key, true);
        if (stmt.value !== undefined) note(stmt.value, true);
      } else {
        const target = targetOf(stmt);
        if (target !== undefined) note(target, true);
      }
      for (const operand of operandsOf(stmt)) {
        if (typeof operand === 'number') note(operand, false);
        else if (operand.kind === 'local') note(operand.local, false);
      }
      const inner = innerBlocks(stmt);
      if (inner.length > 0) eachMention(inner, note);
    }
  }
}

/** Whether a `without` in the blocks steps out of a `with` around them. */
export function stepsOutside(blocks: readonly Block[], inside: readonly number[] = []): boolean {
  return blocks.some((block) =>
    block.stmts.some((stmt) => {
      if (stmt.kind === 'without' && !inside.includes(stmt.id)) return true;
      return stepsOutside(innerBlocks(stmt), stmt.kind === 'with' ? [...inside, stmt.id] : inside);
    }),
  );
}

/** The local that a statement itself assigns; a scan has two. */
function targetOf(stmt: Exclude<Stmt, { kind: 'scan' }>): Local | undefined {
  switch (stmt.kind) {
    case 'callbuiltin':
    case 'dot':
    case 'call':
    case 'callswitch':
    case 'assignvar':
    case 'assignvaronce':
    case 'resetlocal':
    case 'len':
    case 'makearray':
    case 'makeobject':
    case 'makeset':
    case 'objectmerge':
    case 'slotload':
      return stmt.target;
    default:
      return undefined;
  }
}

/** What a statement itself reads. */
function operandsOf(stmt: Stmt): readonly (Operand | Local)[] {
  switch (stmt.kind) {
    case 'scan':
    case 'callswitch':
    case 'switch':
    case 'assignvar':
    case 'assignvaronce':
    case 'isdefined':
    case 'isundefined':
    case 'isarray':
    case 'isobject':
    case 'isset':
    case 'istrue':
    case 'haslength':
    case 'len':
    case 'returnlocal':
      return [stmt.source];
    case 'dot':
      return [stmt.source, stmt.key];
    case 'call':
    case 'callbuiltin':
      return stmt.args;
    case 'equal':
    case 'notequal':
    case 'objectmerge':
      return [stmt.a, stmt.b];
    case 'arrayappend':
      return [stmt.array, stmt.value];
    case 'setadd':
      return [stmt.set, stmt.value];
    case 'objectinsert':
    case 'objectinsertonce':
      return [stmt.object, stmt.key, stmt.value];
    case 'with':
      return [
        ...[...stmt.input, ...stmt.data].flatMap((patch) => [...patch.path, patch.value]),
        ...stmt.slots.map((item) => item.value).filter((value) => typeof value !== 'number'),
      ];
    case 'block':
    case 'break':
    case 'resetlocal':
    case 'makearray':
    case 'makeobject':
    case 'makeset':
    case 'not':
    case 'without':
    case 'slotis':
    case 'slotload':
    case 'raise':
    case 'cover':
      return NONE;
  }
}

const NONE: readonly never[] = [];
