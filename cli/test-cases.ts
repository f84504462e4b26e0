// Which rules are tests, under which names they are run, and duplicates told apart, as OPA does.
import { pathText } from '../engine/analysis/message-text.ts';
import type { Module, RefTerm, Rule } from '../engine/ast/nodes.ts';

export interface TestCase {
  /** `data.pkg`. */
  readonly package: string;
  readonly name: string;
  readonly entrypoint: string;
  readonly file: string;
  readonly row: number;
  readonly col: number;
  readonly skip: boolean;
  /** A rule with a dynamic part in its reference: one sub-result a key. */
  readonly isTable: boolean;
  /** A function cannot be run. */
  readonly isFunction: boolean;
}

export interface Discovered {
  /** The modules with each test rule under a name of its own: `test_a`, `test_a#01`, …. */
  readonly modules: readonly Module[];
  readonly tests: readonly TestCase[];
}

const TEST = 'test_';
const SKIPPED = 'todo_test_';

/** The tests of the modules whose path (`data.pkg.name`) matches. */
export function discoverTests(modules: readonly Module[], matches: (path: string) => boolean): Discovered {
  const tests: TestCase[] = [];
  const counts = new Map<string, number>();
  const renamed = modules.map((module) => {
    const path = module.package.path.operands.map((operand) => (operand.kind === 'string' ? operand.value : ''));
    const rules = module.rules.map((rule) => {
      const found = testName(rule.head.ref);
      if (found === undefined) return rule;
      const { parts, isSkipped } = found;
      const key = [...path, ...parts].join('/');
      const count = counts.get(key) ?? 0;
      counts.set(key, count + 1);
      const suffix = count === 0 ? '' : `#${String(count).padStart(2, '0')}`;
      const names = [...parts.slice(0, -1), `${parts.at(-1)}${suffix}`];
      const { loc } = rule;
      const test: TestCase = {
        package: pathText(path),
        name: names.join('.'),
        entrypoint: [...path, ...names].join('/'),
        file: loc.file,
        row: loc.row,
        col: loc.col,
        skip: isSkipped,
        isTable: rule.head.ref.operands.some((operand) => operand.kind !== 'string'),
        isFunction: rule.head.args !== undefined,
      };
      if (matches(`${test.package}.${test.name}`)) tests.push(test);
      return suffix === '' ? rule : rename(rule, parts.length - 1, names.at(-1)!);
    });
    return { ...module, rules };
  });
  return { modules: renamed, tests };
}

/** The names from the reference's first to the one that makes the rule a test. */
function testName(ref: RefTerm): { parts: readonly string[]; isSkipped: boolean } | undefined {
  const parts: string[] = [];
  for (const term of [ref.head, ...ref.operands]) {
    const name =
      parts.length === 0 && term.kind === 'var' ? term.name : term.kind === 'string' ? term.value : undefined;
    if (name === undefined) return undefined;
    parts.push(name);
    if (name.startsWith(TEST)) return { parts, isSkipped: false };
    if (name.startsWith(SKIPPED)) return { parts, isSkipped: true };
  }
  return undefined;
}

/** The rule and its `else` branches with another name at a position of the reference. */
function rename(rule: Rule, position: number, name: string): Rule {
  const { head } = rule;
  const { ref } = head;
  const changed: RefTerm =
    position === 0
      ? { ...ref, head: { kind: 'var', name, loc: ref.head.loc } }
      : {
          ...ref,
          operands: ref.operands.map((operand, i) =>
            i === position - 1 ? { kind: 'string', value: name, loc: operand.loc } : operand,
          ),
        };
  return {
    ...rule,
    head: { ...head, ref: changed },
    ...(rule.else === undefined ? {} : { else: rename(rule.else, position, name) }),
  };
}
