// Asks issuers again, while exchanges are open, for their word on the tokens (RFC 7662) that they were opened with: a stream lasts for hours, and
// a token that is withdrawn at its issuer has to end it. What is on the gate's own deny list is cut by revocations.ts.
import { GateError, InternalError, IssuerUnavailable } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { IssuersWord } from './authenticate.ts';
import { Members } from './members.ts';

/** Between two attempts at an issuer that does not answer. */
const RETRY_MS = 2_000;
const LEAST_MS = 50;

/** The open exchanges of tokens that issuers are asked about. One question is enough for all streams of one token. */
export class Rechecks {
  readonly #tokens = new Map<string, Recheck>();

  /** How many tokens are asked about. */
  get size(): number {
    return this.#tokens.size;
  }

  /** Cuts the exchange once the issuer says no, or has said nothing for longer than configured. */
  watch(exchange: Exchange, word: IssuersWord): void {
    const { response } = exchange;
    if (word.config.recheckSeconds === 0 || response.destroyed) return;
    const recheck = this.#tokens.get(word.tokenHash) ?? new Recheck(word);
    this.#tokens.set(word.tokenHash, recheck);
    const remove = recheck.exchanges.add(exchange);
    response.once('close', () => {
      remove();
      if (recheck.exchanges.size > 0) return;
      recheck.end();
      this.#tokens.delete(word.tokenHash);
    });
  }
}

/** One token's, for as long as something is open with it. */
class Recheck {
  readonly exchanges = new Members<Exchange>();
  readonly #word: IssuersWord;
  /** When the issuer has said last that the token is active, on the monotonic clock. */
  #saidAtMs = performance.now();
  #timer: NodeJS.Timeout;

  constructor(word: IssuersWord) {
    this.#word = word;
    this.#timer = this.#askIn(word.config.recheckSeconds * 1000);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #askIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => void this.#ask(), ms).unref();
  }

  async #ask(): Promise<void> {
    const { recheckSeconds, graceSeconds } = this.#word.config;
    const askedAtMs = performance.now();
    let nextMs = recheckSeconds * 1000;
    try {
      await this.#word.ask();
      this.#saidAtMs = askedAtMs;
    } catch (error) {
      const leftMs = this.#saidAtMs + (recheckSeconds + graceSeconds) * 1000 - performance.now();
      if (!(error instanceof IssuerUnavailable) || leftMs <= 0) {
        this.#cut(error instanceof GateError ? error : new InternalError(String(error)));
        return;
      }
      nextMs = Math.min(RETRY_MS, Math.max(leftMs, LEAST_MS));
    }
    if (this.exchanges.size > 0) this.#timer = this.#askIn(nextMs);
  }

  #cut(error: GateError): void {
    for (const exchange of this.exchanges.items()) exchange.cut(error);
  }
}
