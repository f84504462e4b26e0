// Prints trees as Rego source that parses back to the same tree: plain and one expression a line.
// Layout as people like it is `format.ts`'s business.
import type { Term } from '../ast/nodes.ts';

/** A term as Rego source. */
export function printTerm(term: Term): string {
  switch (term.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(term.value);
    case 'number':
      return term.text;
    case 'string':
      return JSON.stringify(term.value);
    case 'var':
      return term.name.startsWith('$') ? '_' : term.name;
    case 'ref':
      return (
        printTerm(term.head) +
        term.operands
          .map((o) => (o.kind === 'string' && /^[A-Za-z_]\w*$/.test(o.value) ? `.${o.value}` : `[${printTerm(o)}]`))
          .join('')
      );
    default:
      return term.kind;
  }
}
