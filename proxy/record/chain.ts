// The chain that records stand in: each row's hash is over its number, its body and the hash of the row before, so that a row that was
// changed, taken out or put in does not fit any more. With a key, only its holder can make hashes that fit.
import { createHash, createHmac } from 'node:crypto';

/** What the first row follows. */
export const NO_HASH: Buffer = Buffer.alloc(32);

/** How hashes are made: with a key (HMAC-SHA-256) or without (SHA-256). */
export class Chain {
  readonly #key: string | undefined;

  constructor(key: string | undefined) {
    this.#key = key;
  }

  /** The hash of row `seq`, 32 bytes. */
  next(previous: Uint8Array, seq: number, body: string): Buffer {
    return this.#hash('record', previous, `${seq}\n${body}`);
  }

  /** Seals where the chain begins and ends: rows at its ends cannot go unseen. */
  seal(base: ChainEnd, head: ChainEnd): Buffer {
    const text = (end: ChainEnd): string => `${end.seq}:${Buffer.from(end.hash).toString('hex')}`;
    return this.#hash('ends', NO_HASH, `${text(base)} ${text(head)}`);
  }

  #hash(purpose: string, previous: Uint8Array, text: string): Buffer {
    const hash = this.#key === undefined ? createHash('sha256') : createHmac('sha256', this.#key);
    return hash.update(`regate ${purpose} 1\n`).update(previous).update(text).digest();
  }
}

/** A row's number and hash. The base is the last row that retention has deleted; the first is number 1. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: Uint8Array;
}
