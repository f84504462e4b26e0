// Generated names as OPA numbers them in messages: over all modules, pass by pass. Ours are numbered within each rule, so that
// rules need nothing of each other; what a message shows is worked out only where one shows a generated name.
import type { LocalNames, NameCounts } from './context.ts';
import type { CoreRule } from './core.ts';

/** How many names each rule has after each pass. */
export class PassCounts implements NameCounts {
  /** By pass, then by rule id. */
  readonly #counts: number[][] = [];

  after(pass: number, rule: CoreRule, names: LocalNames): void {
    (this.#counts[pass] ??= [])[rule.id] = names.count;
  }

  /** By rule id: what messages show for the names of its variables. */
  shownNames(): readonly ReadonlyMap<string, string>[] {
    const shown: Map<string, string>[] = [];
    const before: number[] = [];
    let total = 0;
    for (const counts of this.#counts) {
      // A rule's id grows with its place.
      counts?.forEach((count, id) => {
        const names = (shown[id] ??= new Map());
        for (let k = before[id] ?? 0; k < count; k++) names.set(`__local${k}__`, `__local${total++}__`);
        before[id] = count;
      });
    }
    return shown;
  }
}
