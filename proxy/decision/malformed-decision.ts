// The fault of a decision that does not keep to its contract. Its text is for the log.

export class MalformedDecision extends Error {
  override readonly name = 'MalformedDecision';
}
