// The exchanges that are under way, by who is behind them: so that a revocation ends what is open, and does not wait for the next request.
import type { Exchange } from '../exchange.ts';
import type { GateError } from '../errors.ts';

/** All exchanges with a known caller, streams among them, until their end. */
export class OpenExchanges {
  /** No Set: V8 lets each table that one has outgrown point to the next, and a dead one that is old keeps all after it until a full collection. */
  readonly #open: Exchange[] = [];

  get size(): number {
    return this.#open.length;
  }

  /** Keeps an exchange until its connection to the client has ended. */
  add(exchange: Exchange): void {
    // It may have ended while the token was verified.
    if (exchange.response.destroyed) return;
    exchange.openPlace = this.#open.push(exchange) - 1;
    exchange.response.once('close', () => this.#remove(exchange));
  }

  #remove(exchange: Exchange): void {
    const last = this.#open.pop()!;
    if (last === exchange) return;
    this.#open[exchange.openPlace!] = last;
    last.openPlace = exchange.openPlace!;
  }

  /** Ends those that `isConcerned`, with an error for those that can still be told; returns how many. */
  cut(isConcerned: (exchange: Exchange) => boolean, error: GateError): number {
    const concerned = this.#open.filter(isConcerned);
    for (const exchange of concerned) exchange.cut(error);
    return concerned.length;
  }
}
