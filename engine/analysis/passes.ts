// The passes over modules, in order. Each runs over all rules; when one finds faults, the later ones do not run, because they rely on what
// it establishes.
import type { Module } from '../ast/nodes.ts';
import { checkAnnotations } from './check-annotations.ts';
import { checkConflicts } from './check-conflicts.ts';
import { checkCalledRules, checkRuleBuiltins, checkRuleFunctions } from './check-calls.ts';
import { checkRecursion } from './check-recursion.ts';
import { checkDuplicateImports, checkRootDocumentOverrides } from './check-shadowing.ts';
import type { AnalysisContext } from './context.ts';
import type { CoreRule, RuleGraph } from './core.ts';
import { expandCalls } from './expand-calls.ts';
import { hoistTerms } from './hoist-terms.ts';
import { liftHeads } from './lift-heads.ts';
import { forEachBranch, lowerRules, mapBranches } from './lower-rules.ts';
import { checkHeadSafety, orderRule } from './order-bodies.ts';
import { resolveReferences } from './resolve-references.ts';
import { rewriteLocals } from './rewrite-locals.ts';
import { rewriteMetadata } from './rewrite-metadata.ts';
import { rewriteModifiers } from './rewrite-modifiers.ts';
import { rewritePrints } from './rewrite-prints.ts';
import { rewriteTemplates } from './rewrite-templates.ts';
import { mapShared } from './rewriting.ts';
import { buildRuleGraph } from './rule-graph.ts';
import { buildRuleTree } from './rule-tree.ts';

/** What a pass is given and gives back: the modules, and from lowering on the rules in core form. */
export interface Program {
  readonly modules: readonly Module[];
  readonly rules: readonly CoreRule[];
  readonly graph: RuleGraph | undefined;
}

export interface Pass {
  readonly name: string;
  readonly run: (program: Program, context: AnalysisContext) => Program;
}

/** A pass that only looks. */
function check(name: string, f: (program: Program, context: AnalysisContext) => void): Pass {
  return {
    name,
    run(program, context) {
      f(program, context);
      return program;
    },
  };
}

/** A pass that rewrites each rule with its `else` branches. */
function rewriteRules(name: string, f: (rule: CoreRule, context: AnalysisContext) => CoreRule): Pass {
  return {
    name,
    run: (program, context) => ({ ...program, rules: mapShared(program.rules, (rule) => f(rule, context)) }),
  };
}

/** A pass that rewrites each rule and each `else` branch for itself. */
function rewriteBranches(name: string, f: (rule: CoreRule, context: AnalysisContext) => CoreRule): Pass {
  return rewriteRules(name, (rule, context) => mapBranches(rule, (branch) => f(branch, context)));
}

/** A pass that looks at each rule and each `else` branch. */
function checkBranches(name: string, f: (rule: CoreRule, context: AnalysisContext) => void): Pass {
  return check(name, (program, context) => forEachBranch(program.rules, (branch) => f(branch, context)));
}

/** The passes up to type checking. */
export const passes: readonly Pass[] = [
  {
    name: 'resolve references',
    run: (program, context) => ({ ...program, modules: resolveReferences(program.modules, context) }),
  },
  check('root document overrides', (program, context) => checkRootDocumentOverrides(program.modules, context)),
  check('duplicate imports', (program, context) => checkDuplicateImports(program.modules, context)),
  {
    name: 'lower rules',
    run(program, context) {
      const rules = lowerRules(program.modules, context);
      context.tree = buildRuleTree(rules, program.modules);
      return { ...program, rules };
    },
  },
  rewriteRules('rewrite locals', rewriteLocals),
  rewriteBranches('rewrite template strings', rewriteTemplates),
  rewriteBranches('rewrite prints', rewritePrints),
  rewriteBranches('expand calls', expandCalls),
  check('annotations', (program, context) => checkAnnotations(program.rules, program.modules, context)),
  {
    name: 'rewrite metadata calls',
    run: (program, context) => ({ ...program, rules: rewriteMetadata(program.rules, program.modules, context) }),
  },
  rewriteBranches('lift heads', liftHeads),
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
  {
    name: 'recursion',
    run(program, context) {
      context.tree = buildRuleTree(program.rules, program.modules);
      const graph = buildRuleGraph(program.rules, context.tree, context.reads);
      checkRecursion(graph, context);
      return { ...program, graph };
    },
  },
  checkBranches('called rules', checkCalledRules),
];

/** The passes after type checking. */
export const latePasses: readonly Pass[] = [checkBranches('forbidden and deprecated built-ins', checkRuleBuiltins)];

/** Runs passes until one finds faults. */
export function runPasses(list: readonly Pass[], program: Program, context: AnalysisContext): Program {
  let current = program;
  for (const pass of list) {
    current = pass.run(current, context);
    if (context.diagnostics.length > 0) break;
  }
  return current;
}
