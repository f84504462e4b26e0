// Plans comprehensions: made where they stand, or, in loops, once for all rounds (comprehension-index.ts says when).
import type { Comprehension, Loc } from '../ast/nodes.ts';
import { RegoObject, RegoSet, type Value } from '../value/value.ts';
import type { BodyPlanner, NextOperand } from './body-planner.ts';
import { localOperand } from './builder.ts';
import { bindsKeys, type Lifted, liftReferences, variablesOf } from './comprehension-index.ts';
import type { Local, Operand } from './ir.ts';

const MAKE = {
  arraycomprehension: 'makearray',
  setcomprehension: 'makeset',
  objectcomprehension: 'makeobject',
} as const;

const EMPTY: Readonly<Record<Comprehension['kind'], Value>> = {
  arraycomprehension: [],
  setcomprehension: new RegoSet([]),
  objectcomprehension: new RegoObject([]),
};

export function planComprehension(planner: BodyPlanner, term: Comprehension, next: NextOperand): void {
  const { fn, context } = planner;
  if (context.optimise)
    for (const level of fn.loopLevels()) {
      // Outside the loop at this level, the variables bound within it have no value yet.
      const inLoop = (name: string): boolean => (planner.boundAt(name) ?? 0) > level + 1;
      const lifted = liftReferences(term, [...variablesOf(term)].filter(inLoop));
      const keys = [...variablesOf(lifted.term)].filter((name) => lifted.refs.has(name) || inLoop(name));
      const isBound = (name: string): boolean => planner.isBound(name) || lifted.refs.has(name);
      if (keys.length <= 2 && bindsKeys(lifted.term.body, keys, isBound))
        return planOnce(planner, lifted, level, keys, next);
    }
  const target = fn.newLocal();
  fn.emit({ kind: MAKE[term.kind], capacity: 0, target, loc: term.loc });
  fn.blocks(term.loc, () => planElements(planner, term, (add) => add(target)));
  next(localOperand(target));
}

/** Plans the body, and for each solution adding the element to the collection that `into` chooses. */
function planElements(planner: BodyPlanner, term: Comprehension, into: (add: (target: Local) => void) => void): void {
  const { fn } = planner;
  const { loc } = term;
  planner.body(term.body, () => {
    if (term.kind === 'objectcomprehension')
      planner.terms([term.key, term.value], ([key, value]) =>
        into((object) => fn.emit({ kind: 'objectinsertonce', object, key: key!, value: value!, loc })),
      );
    else
      planner.term(term.term, (value) =>
        into((target) => {
          if (term.kind === 'arraycomprehension') fn.emit({ kind: 'arrayappend', array: target, value, loc });
          else fn.emit({ kind: 'setadd', set: target, value, loc });
        }),
      );
  });
}

/** Made at its first use in the loop, kept for the other rounds. With keys: a table from their values to collections. */
function planOnce(
  planner: BodyPlanner,
  { term, refs }: Lifted,
  level: number,
  keys: readonly string[],
  next: NextOperand,
): void {
  const { fn } = planner;
  const { loc } = term;
  const kept = fn.newLocal();
  fn.emitAt(level, { kind: 'resetlocal', target: kept, loc });
  fn.blocks(loc, () => {
    fn.emit({ kind: 'isundefined', source: localOperand(kept), loc });
    const made = fn.newLocal();
    fn.emit({ kind: keys.length === 0 ? MAKE[term.kind] : 'makeobject', capacity: 0, target: made, loc });
    fn.blocks(loc, () => {
      if (keys.length === 0) planElements(planner, term, (add) => add(made));
      else
        planner.unbound(keys, () =>
          planElements(planner, term, (add) => {
            const operands = keys.map((name) => planner.operandOf(name)!);
            add(collectionFor(planner, term, made, keyOf(planner, operands, loc)));
          }),
        );
    });
    fn.emit({ kind: 'assignvar', source: localOperand(made), target: kept, loc });
  });
  if (keys.length === 0) return next(localOperand(kept));
  const found = fn.newLocal();
  fn.emit({ kind: 'resetlocal', target: found, loc });
  // A reference that leads nowhere equals nothing: the collection is empty.
  const lookUp = (operands: readonly Operand[]): void => {
    const name = keys[operands.length];
    const ref = name === undefined ? undefined : refs.get(name);
    if (ref !== undefined) return planner.ref(ref, (operand) => lookUp([...operands, operand]));
    if (name !== undefined) return lookUp([...operands, planner.operandOf(name)!]);
    const key = keyOf(planner, operands, loc);
    fn.emit({ kind: 'dot', source: localOperand(kept), key, target: found, loc });
  };
  fn.blocks(
    loc,
    () => lookUp([]),
    () => {
      fn.emit({ kind: 'isundefined', source: localOperand(found), loc });
      const source = planner.context.constants.operand(EMPTY[term.kind]);
      fn.emit({ kind: 'assignvar', source, target: found, loc });
    },
  );
  next(localOperand(found));
}

/** One key as it is, several as an array. */
function keyOf(planner: BodyPlanner, operands: readonly Operand[], loc: Loc): Operand {
  if (operands.length === 1) return operands[0]!;
  const array = planner.fn.newLocal();
  planner.fn.emit({ kind: 'makearray', capacity: operands.length, target: array, loc });
  for (const value of operands) planner.fn.emit({ kind: 'arrayappend', array, value, loc });
  return localOperand(array);
}

/** The collection at `key` in the table, made when it is not there. */
function collectionFor(planner: BodyPlanner, term: Comprehension, table: Local, key: Operand): Local {
  const { fn } = planner;
  const { loc } = term;
  const found = fn.newLocal();
  fn.emit({ kind: 'resetlocal', target: found, loc });
  fn.blocks(
    loc,
    () => fn.emit({ kind: 'dot', source: localOperand(table), key, target: found, loc }),
    () => {
      fn.emit({ kind: 'isundefined', source: localOperand(found), loc });
      fn.emit({ kind: MAKE[term.kind], capacity: 0, target: found, loc });
      fn.emit({ kind: 'objectinsert', object: table, key, value: localOperand(found), loc });
    },
  );
  return found;
}
