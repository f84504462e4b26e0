// Checks the chain of records: every row against the hash of the row before it, its columns against its body, and the ends against their
// seal. Each fault names its row; a fault in one row does not hide those in others.
import type { Query } from '../store/store.ts';
import { Chain } from './chain.ts';
import { columnsOf, type Columns } from './columns.ts';
import type { Entry } from './entry.ts';
import { endsOf, type EndsRow, printable, SELECT_ENDS } from './write-entries.ts';

const PAGE = 1_000;
const MAX_FAULTS = 1_000;

export interface ChainFault {
  /** Number of the row. */
  readonly seq: number;
  /** Of the exchange; null when the row is gone. */
  readonly id: string | null;
  readonly fault: 'changed' | 'missing' | 'column' | 'ends';
  readonly message: string;
}

export interface Verification {
  readonly records: number;
  readonly first: number;
  readonly last: number;
  /** The hash of the last row, hexadecimal: noted elsewhere, it proves later that nothing before it was changed. */
  readonly hash: string;
  readonly faults: readonly ChainFault[];
}

/** A row as it is checked. */
export interface ChainRow extends Columns {
  readonly seq: number;
  readonly body: string;
  readonly hash: Uint8Array;
  readonly [column: string]: unknown;
}

const SELECT_ROWS = `
SELECT seq, id, kind, at, session, connection, issuer, subject, client, method, name, action, code, status, duration_ms, body, hash
FROM regate.record WHERE seq > $1 ORDER BY seq LIMIT $2`;

/** Reads the whole chain. Throws StoreUnavailable. */
export async function verifyChain(query: Query, chain: Chain, signal?: AbortSignal): Promise<Verification> {
  const [row] = await query<EndsRow>(SELECT_ENDS);
  if (row === undefined) return { records: 0, first: 0, last: 0, hash: '', faults: [] };
  const { base, head } = endsOf(row);
  const check = new ChainCheck(chain, base);
  if (!chain.seal(base, head).equals(row.seal))
    check.fault(head.seq, null, 'ends', 'the ends of the chain do not fit their seal');
  while (check.last < head.seq && signal?.aborted !== true) {
    const rows = await query<ChainRow>(SELECT_ROWS, [check.last, PAGE]);
    for (const each of rows) {
      // Rows that were written meanwhile are another time's.
      if (each.seq > head.seq) break;
      check.add(each);
    }
    if (rows.length < PAGE) break;
  }
  check.end(head);
  return check.result();
}

/** Goes along a chain, row by row. */
export class ChainCheck {
  readonly #chain: Chain;
  readonly #first: number;
  readonly #faults: ChainFault[] = [];
  #last: number;
  #hash: Uint8Array;
  #isKnown = true;
  #records = 0;

  /** `base` is what the first row follows. */
  constructor(chain: Chain, base: { readonly seq: number; readonly hash: Uint8Array }) {
    this.#chain = chain;
    this.#first = base.seq + 1;
    this.#last = base.seq;
    this.#hash = base.hash;
  }

  get last(): number {
    return this.#last;
  }

  fault(seq: number, id: string | null, fault: ChainFault['fault'], message: string): void {
    if (this.#faults.length < MAX_FAULTS) this.#faults.push({ seq, id, fault, message });
  }

  add(row: ChainRow): void {
    for (let seq = this.#last + 1; seq < row.seq; seq++) {
      this.fault(seq, null, 'missing', `record ${seq} is missing`);
      this.#isKnown = false;
      if (this.#faults.length >= MAX_FAULTS) break;
    }
    // What a missing row's hash was, nobody knows: the row after it is taken at its word.
    const isChanged = this.#isKnown && !this.#chain.next(this.#hash, row.seq, row.body).equals(row.hash);
    if (isChanged) this.fault(row.seq, row.id, 'changed', `record ${row.seq} was changed`);
    else this.#checkColumns(row);
    this.#last = row.seq;
    this.#hash = row.hash;
    this.#isKnown = true;
    this.#records++;
  }

  /** The rows are over; the chain is said to end at `head`. */
  end(head: { readonly seq: number; readonly hash: Uint8Array }): void {
    for (let seq = this.#last + 1; seq <= head.seq && this.#faults.length < MAX_FAULTS; seq++)
      this.fault(seq, null, 'missing', `record ${seq} is missing`);
    if (this.#last === head.seq && !Buffer.from(this.#hash).equals(head.hash) && this.#faults.length === 0)
      this.fault(head.seq, null, 'ends', 'the last record is not the one the chain ends with');
  }

  result(): Verification {
    return {
      records: this.#records,
      first: this.#first,
      last: this.#last,
      hash: Buffer.from(this.#hash).toString('hex'),
      faults: this.#faults,
    };
  }

  /** Records are looked for by their columns: these must say what the body says. */
  #checkColumns(row: ChainRow): void {
    const wanted = printable(columnsOf(JSON.parse(row.body) as Entry)) as object as Record<string, unknown>;
    for (const [name, value] of Object.entries(wanted)) {
      const found = row[name];
      const isSame =
        name === 'at' ? new Date(found as string | Date).getTime() === Date.parse(String(value)) : found === value;
      if (!isSame) this.fault(row.seq, row.id, 'column', `record ${row.seq}: the column ${name} was changed`);
    }
  }
}
