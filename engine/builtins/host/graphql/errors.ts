// Faults that the checks of GraphQL documents find, and how they read.
// Left to others: what is a fault (schema.ts, rules/).
import type { Position } from './ast.ts';

/** A fault and the place it is at; a tree that a policy made has no places. */
export interface GraphqlFault {
  readonly message: string;
  readonly position: Position | undefined;
}

/** The fault in one line. */
export function printFault({ message, position }: GraphqlFault): string {
  return position ? `input:${position.line}:${position.column}: ${message}` : `input: ${message}`;
}

/** A schema document that makes no schema. */
export class SchemaFault extends Error {
  constructor(position: Position | undefined, message: string) {
    super(printFault({ message, position: position ?? { line: -1, column: -1 } }));
  }
}

/** A document that takes too much work to check. */
export class LimitError extends Error {}

/** Bounds the work and the depth of checking one document: fragments can make short documents endless. */
export class Budget {
  static readonly #MAX_STEPS = 1_000_000;
  static readonly #MAX_DEPTH = 500;
  #steps = 0;
  #depth = 0;

  /** Counts one step of work. */
  step(): void {
    if (++this.#steps > Budget.#MAX_STEPS) throw new LimitError('document takes too much work to check');
  }

  /** Runs something that may call itself. */
  nested<T>(run: () => T): T {
    this.step();
    if (this.#depth >= Budget.#MAX_DEPTH) throw new LimitError('document is nested too deeply to check');
    this.#depth++;
    const result = run();
    this.#depth--;
    return result;
  }
}
