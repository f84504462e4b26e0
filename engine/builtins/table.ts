// The table of all built-ins OPA 1.19 knows: names, signatures, operators; one family per file in table/.
// Left to others: implementations (runtime, host), and which of them a build allows (capabilities.ts).
import { collectionsBuiltins } from './table/collections.ts';
import { deprecatedBuiltins } from './table/deprecated.ts';
import { documentsBuiltins } from './table/documents.ts';
import { encodingBuiltins } from './table/encoding.ts';
import { languageBuiltins } from './table/language.ts';
import { networkBuiltins } from './table/network.ts';
import { numbersBuiltins } from './table/numbers.ts';
import { operatorsBuiltins } from './table/operators.ts';
import { stringsBuiltins } from './table/strings.ts';
import { timeBuiltins } from './table/time.ts';
import { tokensBuiltins } from './table/tokens.ts';
import type { BuiltinDecl } from './table/declare.ts';

export type { BuiltinDecl, Param } from './table/declare.ts';

/** All built-ins, sorted by name; those only v0 modules may call are marked `deprecated`. */
export const builtins: readonly BuiltinDecl[] = [
  ...operatorsBuiltins,
  ...languageBuiltins,
  ...deprecatedBuiltins,
  ...numbersBuiltins,
  ...collectionsBuiltins,
  ...stringsBuiltins,
  ...encodingBuiltins,
  ...tokensBuiltins,
  ...timeBuiltins,
  ...networkBuiltins,
  ...documentsBuiltins,
].sort((a, b) => (a.name < b.name ? -1 : 1));

const byName: ReadonlyMap<string, BuiltinDecl> = new Map(builtins.map((builtin) => [builtin.name, builtin]));

/** The built-in of that name (`count`, `io.jwt.decode`, `plus`), or undefined. */
export function builtinByName(name: string): BuiltinDecl | undefined {
  return byName.get(name);
}
