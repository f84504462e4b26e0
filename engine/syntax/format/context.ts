// What all of a formatting shares, and what happens where a comment has no place: things are written as they were.
// Layouts are the business of the other files of this folder.
import type { Loc, Term } from '../../ast/nodes.ts';
import { opaLoc } from '../opa-text.ts';
import { Layout, MisplacedComment } from './layout.ts';
import type { Mark } from './layout.ts';
import { countBreaks } from './places.ts';

/** What all of a formatting shares. */
export interface FormatContext {
  readonly layout: Layout;
  readonly source: string;
  /** Words that OPA leaves in quotes where they are written so. */
  readonly keywords: ReadonlySet<string>;
  /** Names of wildcards that occur more than once, which must stay one variable. */
  readonly wildcards: ReadonlyMap<string, string>;
  /** Writing as it was: a comment on the last row is written at once. */
  commentOnFinalRow: boolean;
  /** Correct where OPA is not. */
  readonly careful: boolean;
}

/** Text of a place, as OPA has it. */
export function textOf(f: FormatContext, node: { readonly loc: Loc }): string {
  return f.source.slice(node.loc.offset, node.loc.end);
}

/** Text of a term, as OPA has it. */
export function termText(f: FormatContext, term: Term): string {
  const loc = opaLoc(term, f.source);
  return f.source.slice(loc.offset, loc.end);
}

/** Runs `write`; a misplaced comment that passes takes the comments still to be written with it. */
export function losing(f: FormatContext, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (error instanceof MisplacedComment) f.layout.dropComments();
    throw error;
  }
}

/** Runs `write` and goes on after a misplaced comment; true when there was one. */
export function swallowing(write: () => void): boolean {
  try {
    write();
    return false;
  } catch (error) {
    if (!(error instanceof MisplacedComment)) throw error;
    return true;
  }
}

/** Goes back to a mark and writes a place as it was instead. */
export function rewriteAsWas(f: FormatContext, loc: Loc, text: string, mark: Mark): void {
  const { layout } = f;
  layout.reset(mark);
  const end = loc.row + countBreaks(text);
  const trailing = layout.trailing?.loc.row;
  if (trailing !== undefined && text !== '' && trailing >= loc.row && trailing <= end) layout.trailing = undefined;
  writeAsWas(f, loc, text);
}

/** Writes a place as it was, with the comments in it, which count as written. */
export function writeAsWas(f: FormatContext, loc: Loc, text: string): void {
  f.layout.write(text);
  const last = loc.row + countBreaks(text);
  f.layout.takeComments((comment) => {
    if (f.commentOnFinalRow && comment.loc.row === last) {
      f.layout.write(` ${f.source.slice(comment.loc.offset, comment.loc.end)}`);
      return true;
    }
    return comment.loc.row < last;
  });
}
