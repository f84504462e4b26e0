// Decodes number and string literals as OPA does: JSON's escapes, arbitrary precision, bounded exponents.
// Finding where a literal ends is the lexer's business.

/** Decoded text, or undefined when the escapes are not JSON's. `body` is what stands between the quotes. */
export function unescapeString(body: string): string | undefined {
  if (!body.includes('\\')) return body;
  // OPA decodes a literal with escapes as JSON, which forbids raw control characters.
  for (let i = 0; i < body.length; i++) if (body.charCodeAt(i) < 0x20) return undefined;
  try {
    const value: unknown = JSON.parse(`"${body}"`);
    return typeof value === 'string' ? value.toWellFormed() : undefined;
  } catch {
    return undefined;
  }
}

/** Go's limit in OPA: the binary exponent of a number stays within ±100,000. */
const MAX_BINARY_EXPONENT = 100_000;

/**
 * The literal in JSON's grammar: `.5` gets its zero, digits stay as written.
 * `too big` when OPA would refuse the exponent.
 */
export function numberText(negative: boolean, text: string): { text: string } | 'too big' {
  const whole = text.startsWith('.') ? `0${text}` : text;
  if (exceedsExponent(whole)) return 'too big';
  return { text: negative ? `-${whole}` : whole };
}

function exceedsExponent(text: string): boolean {
  // Up to sixteen digits without an exponent are far from the limit.
  if (text.length <= 16 && !/[eE]/.test(text)) return false;
  const match = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return false;
  const digits = `${match[1] ?? ''}${match[2] ?? ''}`;
  const leading = digits.search(/[1-9]/);
  if (leading < 0) return false;
  // value = 0.d₁d₂… × 10^point
  const point = (match[1] ?? '').length - leading + Number(match[3] ?? 0);
  // log₂ of the leading digits is precise enough except right at the limit, where no policy writes numbers.
  const head = Number(`0.${digits.slice(leading, leading + 17)}`);
  const binary = Math.floor(Math.log2(head) + point * Math.log2(10)) + 1;
  return binary > MAX_BINARY_EXPONENT || binary < -MAX_BINARY_EXPONENT;
}
