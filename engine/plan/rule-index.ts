// Rule indexing: groups the rules of a document by the constants they compare one reference, or one argument, with, so that one look-up
// picks the rules that can hold. Says what to group; rule-planner.ts plans it.
import { operatorName } from '../analysis/core.ts';
import type { CoreRule } from '../analysis/core.ts';
import type { Expr, Term } from '../ast/nodes.ts';
import type { Value } from '../value/value.ts';
import { constantKey } from './builder.ts';
import { globTest } from './glob-test.ts';
import { groundValue } from './ground.ts';
import { isPrinting } from './rule-body.ts';

/** A rule, and the expressions of its body that a look-up has settled. */
export interface IndexedRule {
  readonly rule: CoreRule;
  readonly settled: readonly Expr[];
}

export interface IndexCase {
  readonly values: readonly Value[];
  readonly node: IndexNode;
}

/** Rules to try whatever the input, and a look-up that leads to further ones. */
export interface IndexNode {
  readonly always: readonly IndexedRule[];
  readonly lookup?: { readonly subject: Subject; readonly cases: readonly IndexCase[] };
}

/** A reference into input or base data, or an argument of the function by its position. */
type Whole =
  { readonly kind: 'reference'; readonly term: Term } | { readonly kind: 'argument'; readonly position: number };

/**
 * What is looked up: one of these, a part of it when it is a text, between delimiters, an item of it when it is an array,
 * or each of its elements when it is a collection.
 */
export type Subject =
  | Whole
  | { readonly kind: 'part'; readonly of: Whole; readonly delimiter: string; readonly position: number }
  | { readonly kind: 'item'; readonly of: Whole; readonly position: number }
  | { readonly kind: 'elements'; readonly of: Whole };

/** Whether no rule and no `with` has a say in the document of `data` at a path. */
export type IsBase = (path: readonly Term[]) => boolean;

/** What an index has to know of the policy. */
export interface IndexScope {
  readonly isBase: IsBase;
  /** Whether `glob.match` is the built-in wherever it is called: no `with` replaces it. */
  readonly globs: boolean;
}

/** Fewer rules than this are as quick to try one by one. */
const WORTH_A_LOOKUP = 3;

/** A test `subject = constant`, `subject in {constants}` or `glob.match` of a constant pattern that must hold for the rule to hold. */
interface Test {
  readonly key: string;
  readonly subject: Subject;
  readonly values: readonly Value[];
  /** Of the values (`constantKey`). */
  readonly valueKeys: readonly string[];
  readonly settles: readonly Expr[];
}

function testOf({ key, subject }: Found, values: readonly Value[], settles: readonly Expr[]): Test {
  return { key, subject, values, valueKeys: values.map(constantKey), settles };
}

/** What a look-up can look at; the key is the same for the same. */
interface Found {
  readonly subject: Subject;
  readonly key: string;
}

interface FoundWhole extends Found {
  readonly subject: Whole;
}

function isWhole(found: Found): found is FoundWhole {
  return found.subject.kind === 'reference' || found.subject.kind === 'argument';
}

function elementsOf({ subject, key }: FoundWhole): Found {
  return { subject: { kind: 'elements', of: subject }, key: `elements of ${key}` };
}

const NONE: readonly Expr[] = [];

/** Groups rules; `else` chains and defaults must not be among them. Order is kept within a group only: it does not matter to documents. */
export function indexRules(rules: readonly IndexedRule[], scope: IndexScope): IndexNode {
  if (rules.length < WORTH_A_LOOKUP) return { always: rules };
  const tests = new Map(rules.map(({ rule }) => [rule, findTests(rule, scope)]));
  return group(rules, tests, new Set());
}

function group(
  rules: readonly IndexedRule[],
  testsByRule: ReadonlyMap<CoreRule, readonly Test[]>,
  used: ReadonlySet<string>,
): IndexNode {
  if (rules.length < WORTH_A_LOOKUP) return { always: rules };
  const tests = rules.map(({ rule }) => {
    const all = testsByRule.get(rule)!;
    return used.size === 0 ? all : all.filter((test) => !used.has(test.key));
  });
  const best = chooseReference(tests);
  if (best === undefined) return { always: rules };
  const always: IndexedRule[] = [];
  const byValue = new Map<string, { value: Value; rules: IndexedRule[]; members: string }>();
  let subject: Subject | undefined;
  rules.forEach((indexed, i) => {
    const test = tests[i]!.find((each) => each.key === best);
    if (test === undefined) {
      always.push(indexed);
      return;
    }
    // A membership test is settled by the look-up as well: only its members lead here.
    const settled = indexed.settled.length === 0 ? test.settles : [...indexed.settled, ...test.settles];
    const entry: IndexedRule = { rule: indexed.rule, settled };
    subject ??= test.subject;
    test.values.forEach((value, at) => {
      const key = test.valueKeys[at]!;
      const found = byValue.get(key);
      if (found === undefined) byValue.set(key, { value, rules: [entry], members: `${i},` });
      else {
        found.rules.push(entry);
        found.members += `${i},`;
      }
    });
  });
  const byMembers = new Map<string, { values: Value[]; rules: IndexedRule[] }>();
  for (const { value, rules: list, members } of byValue.values()) {
    const found = byMembers.get(members) ?? { values: [], rules: list };
    byMembers.set(members, found);
    found.values.push(value);
  }
  const nextUsed = new Set([...used, best]);
  const cases = [...byMembers.values()].map(({ values, rules: list }) => ({
    values,
    node: group(list, testsByRule, nextUsed),
  }));
  return { always, lookup: { subject: subject!, cases } };
}

/** The subject that splits best: most rules with a test on it, then most distinct constants. */
function chooseReference(tests: readonly (readonly Test[])[]): string | undefined {
  const counts = new Map<string, { rules: number; values: Set<string> }>();
  for (const list of tests)
    for (const test of list) {
      let found = counts.get(test.key);
      if (found === undefined) counts.set(test.key, (found = { rules: 0, values: new Set() }));
      found.rules++;
      for (const key of test.valueKeys) found.values.add(key);
    }
  let best: string | undefined;
  let bestScore = 0;
  for (const [key, { rules, values }] of counts) {
    if (rules < WORTH_A_LOOKUP || values.size < 2) continue;
    // Elements are looked up one after the other.
    const score = (rules * Math.min(values.size, rules)) / (key.startsWith('elements of ') ? 4 : 1);
    if (score > bestScore) {
      best = key;
      bestScore = score;
    }
  }
  return best;
}

function findTests(rule: CoreRule, { isBase, globs }: IndexScope): Test[] {
  const tests: Test[] = [];
  if (isPrinting(rule)) return tests;
  /** Variables that stand for an argument, and generated ones for a reference: hoisted out of calls. */
  let stands: Map<string, Found> | undefined;
  const letStand = (name: string, found: Found): void => {
    stands ??= new Map();
    if (!stands.has(name)) stands.set(name, found);
  };
  const whole = (term: Term): FoundWhole | undefined => {
    const key = referenceKey(term, isBase);
    return key === undefined ? undefined : { subject: { kind: 'reference', term }, key };
  };
  const reference = (term: Term): Found | undefined => {
    if (term.kind === 'var') return stands?.get(term.name);
    const collection = collectionOf(term);
    const found = whole(collection ?? term);
    return found === undefined || collection === undefined ? found : elementsOf(found);
  };
  /** What settles an expression: a look-up of all that it looks at. */
  const settles = ({ subject }: Found, expr: Expr): readonly Expr[] => (subject.kind === 'elements' ? NONE : [expr]);
  rule.args.forEach((arg, position) => {
    const found = { subject: { kind: 'argument', position }, key: `argument ${position}` } as const;
    const constant = groundValue(arg);
    if (arg.kind === 'var') letStand(arg.name, found);
    else if (constant !== undefined && isScalar(constant)) tests.push(testOf(found, [constant], NONE));
  });
  for (const expr of rule.body) {
    if (expr.kind !== 'callexpr' || expr.negated || expr.with.length > 0) continue;
    if (globs && expr.args.length === 3) addGlobTests(expr, reference, tests);
    if (expr.args.length !== 2) continue;
    const name = operatorName(expr.operator);
    const [a, b] = expr.args as [Term, Term];
    if (name === 'eq' || name === 'equal') {
      const left = reference(a);
      const right = reference(b);
      const constant = groundValue(left === undefined ? a : b);
      const found = left ?? right;
      const other = left === undefined ? a : b;
      if (found !== undefined && isWhole(found) && other.kind === 'array') addItemTests(other.items, found, tests);
      else if (found !== undefined && constant !== undefined) {
        if (isScalar(constant)) tests.push(testOf(found, [constant], settles(found, expr)));
      } else if (name === 'eq' && a.kind === 'var' && right !== undefined) letStand(a.name, right);
      else if (name === 'eq' && b.kind === 'var' && left !== undefined) letStand(b.name, left);
    } else if (name === 'internal.member_2') {
      const found = reference(a);
      const members = constantMembers(b);
      const constant = groundValue(a);
      if (found !== undefined && members !== undefined) tests.push(testOf(found, members, settles(found, expr)));
      else if (constant !== undefined && isScalar(constant)) {
        const collection = reference(b);
        if (collection !== undefined && isWhole(collection))
          tests.push(testOf(elementsOf(collection), [constant], NONE));
      }
    }
  }
  return tests;
}

/** What a glob pattern asks of the parts of a text: a test each. They do not settle the call, which also looks at the number of parts. */
function addGlobTests(expr: Expr, reference: (term: Term) => Found | undefined, tests: Test[]): void {
  const glob = globTest(expr);
  if (glob?.delimiter === undefined) return;
  const found = reference(glob.subject);
  if (found === undefined || !isWhole(found)) return;
  const { delimiter, parts } = glob;
  parts.forEach((part, position) => {
    if (part === undefined) return;
    const subject = { kind: 'part', of: found.subject, delimiter, position } as const;
    tests.push(testOf({ key: `part ${position} by ${delimiter} of ${found.key}`, subject }, [part], NONE));
  });
}

/** What an array to be equal to says of the items of a reference: a test each. They do not settle the comparison. */
function addItemTests(items: readonly Term[], { subject: of, key }: FoundWhole, tests: Test[]): void {
  items.forEach((item, position) => {
    const constant = groundValue(item);
    if (constant === undefined || !isScalar(constant)) return;
    const subject = { kind: 'item', of, position } as const;
    tests.push(testOf({ key: `item ${position} of ${key}`, subject }, [constant], NONE));
  });
}

/** What a reference takes each element of: `input.xs` of `input.xs[i]`. */
function collectionOf(term: Term): Term | undefined {
  if (term.kind !== 'ref' || term.operands.at(-1)?.kind !== 'var') return undefined;
  return { ...term, operands: term.operands.slice(0, -1) };
}

/** A reference into input or base data by constant keys: the same value wherever it is read in the rule's own bodies. */
function referenceKey(term: Term, isBase: IsBase): string | undefined {
  if (term.kind !== 'ref' || term.head.kind !== 'var' || term.operands.length === 0) return undefined;
  if (term.head.name !== 'input' && !(term.head.name === 'data' && isBase(term.operands))) return undefined;
  let key = term.head.name;
  for (const operand of term.operands) {
    if (operand.kind !== 'string') return undefined;
    key += `/${JSON.stringify(operand.value)}`;
  }
  return key;
}

function constantMembers(term: Term): readonly Value[] | undefined {
  if (term.kind !== 'set' && term.kind !== 'array') return undefined;
  const values: Value[] = [];
  for (const item of term.items) {
    const value = groundValue(item);
    if (value === undefined || !isScalar(value)) return undefined;
    values.push(value);
  }
  return values;
}

/** Only scalars are looked up: strings, booleans and null, and numbers in the form that is unique. */
function isScalar(value: Value): boolean {
  return value === null || typeof value !== 'object';
}
