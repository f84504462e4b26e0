// What statements mention: locals they assign and read, blocks inside them, and sums of that over a function.
// Pure look-ups; no code is generated here.
import type { Block, Local, Operand, Stmt } from '../plan/ir.ts';

/** What generation wants to know of a function before it starts. */
export interface FunctionFacts {
  /** Places that assign a local. */
  readonly assignments: ReadonlyMap<Local, number>;
  /** Places that mention a local. */
  readonly mentions: ReadonlyMap<Local, number>;
  /** Statements in a block, nested ones included. */
  readonly weights: ReadonlyMap<Block, number>;
}

/** The facts of a function, or of a part of one. */
export function gatherFacts(blocks: readonly Block[]): FunctionFacts {
  const assignments = new Map<Local, number>();
  const mentions = new Map<Local, number>();
  const weights = new Map<Block, number>();
  const add = (counts: Map<Local, number>, local: Local): Map<Local, number> =>
    counts.set(local, (counts.get(local) ?? 0) + 1);
  const gather = (block: Block): number => {
    let weight = block.stmts.length;
    for (const stmt of block.stmts) {
      for (const local of targetsOf(stmt)) {
        add(assignments, local);
        add(mentions, local);
      }
      for (const local of readsOf(stmt)) add(mentions, local);
      for (const inner of blocksOf(stmt)) weight += gather(inner);
    }
    weights.set(block, weight);
    return weight;
  };
  for (const block of blocks) gather(block);
  return { assignments, mentions, weights };
}

/** Whether a `without` in the blocks steps out of a `with` around them. */
export function stepsOutside(blocks: readonly Block[], inside: readonly number[] = []): boolean {
  return blocks.some((block) =>
    block.stmts.some((stmt) => {
      if (stmt.kind === 'without' && !inside.includes(stmt.id)) return true;
      return stepsOutside(blocksOf(stmt), stmt.kind === 'with' ? [...inside, stmt.id] : inside);
    }),
  );
}

/** The locals that a statement itself assigns. */
function targetsOf(stmt: Stmt): readonly Local[] {
  switch (stmt.kind) {
    case 'scan':
      return [stmt.key, stmt.value].filter((local) => local !== undefined);
    case 'callbuiltin':
      return stmt.target === undefined ? [] : [stmt.target];
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
      return [stmt.target];
    default:
      return [];
  }
}

/** The locals that a statement itself reads. */
function readsOf(stmt: Stmt): readonly Local[] {
  return operandsOf(stmt).flatMap((operand) =>
    typeof operand === 'number' ? [operand] : operand.kind === 'local' ? [operand.local] : [],
  );
}

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
      return [];
  }
}

/** The blocks inside a statement. */
function blocksOf(stmt: Stmt): readonly Block[] {
  switch (stmt.kind) {
    case 'block':
      return stmt.blocks;
    case 'scan':
    case 'not':
    case 'with':
    case 'without':
      return [stmt.block];
    case 'switch':
      return [...stmt.cases.map((item) => item.block), ...(stmt.otherwise === undefined ? [] : [stmt.otherwise])];
    default:
      return [];
  }
}
