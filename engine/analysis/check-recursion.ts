// Pass: no rule may read itself, directly or through others.
import type { AnalysisContext } from './context.ts';
import type { CoreRule, RuleGraph } from './core.ts';
import { ruleText } from './check-conflicts.ts';

/** A way from a rule back to itself within a set of rules, shortest first. */
function cycleOf(rule: CoreRule, within: ReadonlySet<CoreRule>, graph: RuleGraph): readonly CoreRule[] {
  const cameFrom = new Map<CoreRule, CoreRule>();
  const queue: CoreRule[] = [rule];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const other of graph.dependencies(next)) {
      if (other === rule) {
        const path = [rule];
        for (let step: CoreRule | undefined = next; step !== undefined && step !== rule; step = cameFrom.get(step)) {
          path.push(step);
        }
        path.push(rule);
        return path.reverse();
      }
      if (!within.has(other) || cameFrom.has(other)) continue;
      cameFrom.set(other, next);
      queue.push(other);
    }
  }
  return [];
}

/** As many cycles are shown as anyone would read. */
const REPORTED = 100;

/** Reports every rule that is recursive, with a way back to itself. */
export function checkRecursion(graph: RuleGraph, context: AnalysisContext): void {
  let reported = 0;
  for (const component of graph.cyclic()) {
    for (const rule of component) {
      if (reported >= REPORTED) return;
      const path = cycleOf(rule, component, graph);
      if (path.length === 0) continue;
      reported++;
      const texts = path.map((step) => ruleText(step, context));
      context.report(
        'rego_recursion_error',
        rule.loc,
        `rule ${ruleText(rule, context)} is recursive: ${texts.join(' -> ')}`,
      );
    }
  }
}
