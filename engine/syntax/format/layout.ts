// The page a formatter writes on: indentation, line ends, and the comments still to be written.
// What is written, and in which order, is the business of the other files of this folder.
import type { Comment, Loc } from '../../ast/nodes.ts';

/** Thrown when a comment stands where the layout has no room for it: what surrounds it is written as it was. */
export class MisplacedComment extends Error {}

/** A place to go back to. */
export interface Mark {
  readonly length: number;
  readonly level: number;
  readonly comments: readonly Comment[];
  readonly next: number;
}

/** Just the row counts where comments are placed. */
export type AtRow = Pick<Loc, 'row'>;

/** Text under construction, with OPA's rules for where lines and comments go. */
export class Layout {
  private text = '';
  private level = 0;
  /** The current line has begun. */
  inline = false;
  /** The comment that ends the current line. */
  trailing: Comment | undefined;
  /** Keeps `trailing` for the line after the next line end. */
  private delay = false;
  /** Sorted by place; those before `next` are written. */
  private comments: readonly Comment[];
  private next = 0;
  /** Whether comments that OPA forgets after a misplaced one are kept for later. */
  readonly keepsComments: boolean;

  constructor(comments: readonly Comment[], keepsComments: boolean) {
    this.comments = comments;
    this.keepsComments = keepsComments;
  }

  get result(): string {
    return this.text;
  }

  /** Comments not yet written. */
  get remaining(): readonly Comment[] {
    return this.comments.slice(this.next);
  }

  get hasComments(): boolean {
    return this.next < this.comments.length;
  }

  /** The next comment to write. */
  get nextComment(): Comment | undefined {
    return this.comments[this.next];
  }

  mark(): Mark {
    return { length: this.text.length, level: this.level, comments: this.comments, next: this.next };
  }

  /** Goes back to a mark: text, indentation and comments. */
  reset(mark: Mark): void {
    this.text = this.text.slice(0, mark.length);
    this.level = mark.level;
    this.comments = mark.comments;
    this.next = mark.next;
  }

  /** Forgets the comments still to be written, as OPA does when an error passes. */
  dropComments(): void {
    if (!this.keepsComments) this.next = this.comments.length;
  }

  /** Takes the comments that `take` accepts out of those still to be written. */
  takeComments(take: (comment: Comment) => boolean): void {
    this.comments = this.remaining.filter((comment) => !take(comment));
    this.next = 0;
  }

  write(text: string): void {
    this.text += text;
  }

  startLine(): void {
    this.inline = true;
    this.text += '\t'.repeat(this.level);
  }

  endLine(): void {
    this.inline = false;
    if (this.trailing !== undefined && !this.delay) {
      this.text += ` ${commentText(this.trailing)}`;
      this.trailing = undefined;
    }
    this.delay = false;
    this.text += '\n';
  }

  blankLine(): void {
    if (this.inline) this.endLine();
    this.text += '\n';
  }

  writeLine(text: string): void {
    if (!this.inline) this.startLine();
    this.text += text;
    this.endLine();
  }

  up(): void {
    this.level++;
  }

  down(): void {
    if (this.level > 0) this.level--;
  }

  /** Begins a list that has a line for each group of elements. */
  startMultiline(): void {
    this.delay = true;
    this.endLine();
    this.up();
    this.startLine();
  }

  /** Writes the comments of rows above the place; the one of its row will end the line. */
  insertComments(at: AtRow): void {
    const before = this.takeBefore(at);
    this.writeComments(before);
    const last = before.at(-1);
    if (last !== undefined && at.row - last.loc.row > 1) this.blankLine();
    let trailing: Comment | undefined;
    while (this.comments[this.next]?.loc.row === at.row) trailing = this.comments[this.next++];
    this.setTrailing(trailing);
  }

  /** Comments of rows above the place, which count as written. */
  takeBefore(at: AtRow): readonly Comment[] {
    const start = this.next;
    while ((this.comments[this.next]?.loc.row ?? Infinity) < at.row) this.next++;
    return this.comments.slice(start, this.next);
  }

  /** Whether a comment still to be written stands on a row between two others. */
  hasCommentBetween(above: number, below: number): boolean {
    let low = this.next;
    let high = this.comments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.comments[middle]?.loc.row ?? 0) > above) high = middle;
      else low = middle + 1;
    }
    return (this.comments[low]?.loc.row ?? Infinity) < below;
  }

  private setTrailing(comment: Comment | undefined): void {
    if (this.trailing === undefined) {
      this.trailing = comment;
    } else if (comment !== undefined) {
      this.trailing = undefined;
      throw new MisplacedComment();
    }
  }

  /** Comments on lines of their own. A blank line stays between them, and comes before a metadata block that follows another. */
  writeComments(comments: readonly Comment[]): void {
    let metadata = false;
    comments.forEach((comment, i) => {
      const previous = comments[i - 1];
      if (previous !== undefined) {
        const rows = comment.loc.row - previous.loc.row || comment.loc.col - previous.loc.col;
        if (rows > 1) {
          this.blankLine();
          metadata = false;
        } else if (rows === 1 && metadata && isMetadata(comment)) {
          this.blankLine();
        }
      }
      if (isMetadata(comment)) metadata = true;
      this.writeLine(commentText(comment));
    });
  }
}

/** A comment as it is written: without spaces at its end. */
export function commentText(comment: Comment): string {
  return `#${comment.text.trimEnd()}`;
}

function isMetadata(comment: Comment): boolean {
  return comment.loc.col === 1 && comment.text.trim().startsWith('METADATA');
}
