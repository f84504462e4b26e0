// The fault of a decision that does not keep to its contract. Its text is for the log.

/** Denies; the message says which part of the decision is not understood. */
export class MalformedDecision extends Error {
  override readonly name = 'MalformedDecision';
}
