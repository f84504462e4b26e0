// Rego values on the JavaScript side, without loss: sets, objects with keys of any type, exact numbers.
// Built-ins supplied by the host take and give these; plain JSON is the subset without RegoSet, RegoObject and RegoNumber.

/**
 * A number a double can't hold exactly: decimal text as JSON has it (`12345678901234567890`, `1e400`, `0.33333333333333333334`), or one that
 * is to be printed as it was written (`1.0`, `1e3`). Other numbers that a double round-trips are plain `number`.
 */
export class RegoNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A set; items unique by Rego equality, in Rego's order once `compareValues` has sorted them. */
export class RegoSet {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** Any object: entries in Rego's key order. Keys may be of any type. */
export class RegoObject {
  readonly entries: readonly (readonly [Value, Value])[];
  constructor(entries: readonly (readonly [Value, Value])[]) {
    this.entries = entries;
  }
}

export type Value = null | boolean | number | string | RegoNumber | readonly Value[] | RegoSet | RegoObject;
