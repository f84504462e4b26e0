// Parses one term out of a piece of text found elsewhere, such as in metadata.
// Queries and terms given by a caller come in through `parse.ts`.
import type { Term } from '../ast/nodes.ts';
import { BODIES, parseStatementBody } from './bodies.ts';
import { lex } from './lexer.ts';
import { featuresOf } from './features.ts';
import { Keywords, ParserState } from './state.ts';
import { T, V1_KEYWORDS, WORDS } from './tokens.ts';

/** The term, or OPA's complaint. */
export function parseTermText(text: string): { readonly term: Term } | { readonly fault: string } {
  const keywords = new Keywords(V1_KEYWORDS.map((word) => WORDS.get(word) ?? T.ident));
  const p = new ParserState('', lex(text), featuresOf('v1'), keywords, BODIES);
  const expr = parseStatementBody(p)?.[0];
  const [fault] = p.faults;
  if (fault !== undefined) {
    const { row, col, offset } = fault.loc;
    const before = `${row}:${col}: rego_parse_error: ${fault.message}`;
    const caret = ' '.repeat(Math.max(0, Math.min(offset, text.length - 1)));
    return { fault: `failed to parse term: 1 error occurred: ${before}\n\t${text}\n\t${caret}^` };
  }
  if (p.tok !== T.eof) return { fault: `expected exactly one term but got: ${text.split(/\s+/).join('; ')}` };
  if (expr?.kind !== 'termexpr') return { fault: `expected term but got ${text}` };
  return { term: expr.term };
}
