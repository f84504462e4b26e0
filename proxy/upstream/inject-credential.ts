// The line's step that gives a request the connection's credential. It comes after the decision: nobody gets a token for what is denied.
import { endingOf } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { CredentialSource } from './credential-source.ts';

/** Sets the exchange's credential. Throws CredentialUnavailable, CredentialRefused, or why the exchange was ended meanwhile. */
export async function injectCredential(exchange: Exchange, source: CredentialSource): Promise<void> {
  exchange.credential = await source.headers(exchange);
  const { signal } = exchange;
  if (signal.aborted) throw endingOf(signal);
  exchange.credentialSource = source;
}

/** Sets another credential after the upstream has refused this one; false when there is none. Throws CredentialUnavailable or CredentialRefused. */
export async function renewCredential(exchange: Exchange): Promise<boolean> {
  const { credentialSource: source, credential } = exchange;
  if (source === undefined || credential === undefined || !source.drop(exchange, credential)) return false;
  exchange.credential = await source.headers(exchange);
  return true;
}
