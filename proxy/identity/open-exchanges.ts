// The exchanges that are under way, by who is behind them: so that a revocation ends what is open, and does not wait for the next request.
import type { Exchange } from '../exchange.ts';
import type { GateError } from '../errors.ts';
import { Members } from './members.ts';

/** All exchanges with a known caller, streams among them, until their end. */
export class OpenExchanges {
  readonly #open = new Members<Exchange>();

  get size(): number {
    return this.#open.size;
  }

  /** Keeps an exchange until its connection to the client has ended. */
  add(exchange: Exchange): void {
    // It may have ended while the token was verified.
    if (exchange.response.destroyed) return;
    exchange.response.once('close', this.#open.add(exchange));
  }

  /** Ends those that `isConcerned`, with an error for those that can still be told; returns how many. */
  cut(isConcerned: (exchange: Exchange) => boolean, error: GateError): number {
    const concerned = this.#open.items().filter(isConcerned);
    for (const exchange of concerned) exchange.cut(error);
    return concerned.length;
  }
}
