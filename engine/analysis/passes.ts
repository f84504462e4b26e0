// The passes over modules, in order. Each runs over all rules; when one finds faults, the later ones do not run, because they rely on what
// it establishes.
import type { Loc, Module } from '../ast/nodes.ts';
import { checkAnnotations } from './check-annotations.ts';
import { checkConflicts } from './check-conflicts.ts';
import { checkHeads } from './check-heads.ts';
import { checkCalledRules, checkRuleBuiltins, checkRuleFunctions } from './check-calls.ts';
import { checkRecursion } from './check-recursion.ts';
import { checkDuplicateImports, checkRootDocumentOverrides } from './check-shadowing.ts';
import type { AnalysisContext } from './context.ts';
import type { CoreRule, RuleGraph } from './core.ts';
import { tooComplex, withinStack } from '../diagnostics/too-complex.ts';
import { expandCalls } from './expand-calls.ts';
import { hoistTerms } from './hoist-terms.ts';
import { liftHeads } from './lift-heads.ts';
import { lowerRules, mapBranches } from './lower-rules.ts';
import { markTestCases } from './mark-test-cases.ts';
import { orderRule } from './order-bodies.ts';
import { checkHeadSafety } from './report-unsafe.ts';
import { resolveReferences } from './resolve-references.ts';
import { rewriteLocals } from './rewrite-locals.ts';
import { rewriteMetadata } from './rewrite-metadata.ts';
import { rewriteModifiers } from './rewrite-modifiers.ts';
import { rewritePrints } from './rewrite-prints.ts';
import { rewriteTemplates } from './rewrite-templates.ts';
import { buildRuleGraph } from './rule-graph.ts';
import { buildRuleTree, renewRuleTree } from './rule-tree.ts';

/** What a pass is given and gives back: the modules, and from lowering on the rules in core form. */
export interface Program {
  readonly modules: readonly Module[];
  readonly rules: readonly CoreRule[];
  readonly graph: RuleGraph | undefined;
}

/** A pass over the whole program. */
export interface ProgramPass {
  readonly kind: 'program';
  readonly name: string;
  readonly run: (program: Program, context: AnalysisContext) => Program;
}

/** A pass that rewrites a rule with its `else` branches, looking at no other rule but through the tree. */
export interface RulePass {
  readonly kind: 'rule';
  readonly name: string;
  readonly rewrite: (rule: CoreRule, context: AnalysisContext) => CoreRule;
}

export type Pass = ProgramPass | RulePass;

/** A pass that only looks. */
function check(name: string, f: (program: Program, context: AnalysisContext) => void): Pass {
  return {
    kind: 'program',
    name,
    run(program, context) {
      f(program, context);
      return program;
    },
  };
}

/** A pass that rewrites each rule and each `else` branch for itself. */
function rewriteBranches(name: string, f: (rule: CoreRule, context: AnalysisContext) => CoreRule): Pass {
  return { kind: 'rule', name, rewrite: (rule, context) => mapBranches(rule, f, context) };
}

/** A pass that looks at each rule and each `else` branch. */
function checkBranches(name: string, f: (rule: CoreRule, context: AnalysisContext) => void): Pass {
  return rewriteBranches(name, (branch, context) => {
    f(branch, context);
    return branch;
  });
}

/** The passes up to type checking. */
export const passes: readonly Pass[] = [
  {
    kind: 'program',
    name: 'resolve references',
    run: (program, context) => ({ ...program, modules: resolveReferences(program.modules, context) }),
  },
  check('heads', (program, context) => checkHeads(program.modules, context)),
  check('root document overrides', (program, context) => checkRootDocumentOverrides(program.modules, context)),
  check('duplicate imports', (program, context) => checkDuplicateImports(program.modules, context)),
  {
    kind: 'program',
    name: 'lower rules',
    run(program, context) {
      const rules = lowerRules(program.modules, context);
      context.tree = buildRuleTree(rules, program.modules);
      return { ...program, rules };
    },
  },
  { kind: 'rule', name: 'rewrite locals', rewrite: rewriteLocals },
  rewriteBranches('rewrite template strings', rewriteTemplates),
  rewriteBranches('rewrite prints', rewritePrints),
  rewriteBranches('expand calls', expandCalls),
  check('annotations', (program, context) => checkAnnotations(program.rules, program.modules, context)),
  rewriteBranches('lift heads', liftHeads),
  {
    kind: 'program',
    name: 'rewrite metadata calls',
    run: (program, context) => ({ ...program, rules: rewriteMetadata(program.rules, program.modules, context) }),
  },
  rewriteBranches('rewrite modifiers', rewriteModifiers),
  check('conflicts', (program, context) => {
    // The tree still holds the rules as they were lowered; their variables have other names now.
    if (program.rules.some((rule) => rule.suffix.length > 0))
      context.tree = buildRuleTree(program.rules, program.modules);
    checkConflicts(program.rules, program.modules, context);
  }),
  checkBranches('undefined functions', checkRuleFunctions),
  checkBranches('head safety', checkHeadSafety),
  rewriteBranches('order bodies', orderRule),
  rewriteBranches('hoist terms', hoistTerms),
  rewriteBranches('mark test cases', markTestCases),
  {
    kind: 'program',
    name: 'recursion',
    run(program, context) {
      renewRuleTree(context.tree, program.rules);
      const graph = buildRuleGraph(program.rules, context.tree, context.reads);
      checkRecursion(graph, context);
      return { ...program, graph };
    },
  },
  checkBranches('called rules', checkCalledRules),
];

/** The passes after type checking. */
export const latePasses: readonly Pass[] = [checkBranches('forbidden and deprecated built-ins', checkRuleBuiltins)];

/**
 * Runs passes until one finds faults. Passes over rules that follow each other run rule by rule, for the sake of the processor's caches;
 * still only the faults of the first faulty pass are kept.
 */
export function runPasses(list: readonly Pass[], program: Program, context: AnalysisContext): Program {
  let current = program;
  for (let i = 0; i < list.length && context.diagnostics.length === 0; i++) {
    const pass = list[i] as Pass;
    if (pass.kind === 'program') {
      current = withinStack(placeOf(current), () => pass.run(current, context));
      if (context.nameCounts !== undefined)
        for (const rule of current.rules) context.nameCounts.after(i, rule, context.namesOf(rule));
      continue;
    }
    const first = i;
    const group = [pass];
    for (let next = list[i + 1]; next?.kind === 'rule'; next = list[++i + 1]) group.push(next);
    current = { ...current, rules: runGroup(group, first, current.rules, context) };
  }
  return current;
}

/** A place for what concerns no single rule. */
function placeOf({ modules }: Program): Loc {
  return modules[0]?.package.loc ?? { file: '', row: 0, col: 0, offset: 0, end: 0 };
}

function runGroup(
  group: readonly RulePass[],
  first: number,
  rules: readonly CoreRule[],
  context: AnalysisContext,
): readonly CoreRule[] {
  const { diagnostics } = context;
  /** How many passes run: up to the first that found a fault in any rule. */
  let count = group.length;
  const rewriteRule = (rule: CoreRule): CoreRule => {
    let current = rule;
    for (let i = 0; i < count; i++) {
      const before = diagnostics.length;
      current = (group[i] as RulePass).rewrite(current, context);
      context.nameCounts?.after(first + i, current, context.namesOf(current));
      if (diagnostics.length === before) continue;
      // What later passes found in the rules before is not to be relied on.
      if (i + 1 < count) diagnostics.splice(0, before);
      count = i + 1;
    }
    return current;
  };
  return rules.map((rule) => {
    try {
      return rewriteRule(rule);
    } catch (error) {
      throw tooComplex(error, rule.loc);
    }
  });
}
