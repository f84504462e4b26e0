// The line's step from a request to who is behind it. What counts as a good token is authenticate.ts.
import { DpopNonceNeeded, type GateError, InvalidToken } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Gate } from '../gate.ts';

/** Node's timers fire at once for longer ones. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Sets the exchange's identity, and keeps it among those that a revocation, or the issuer's word, cuts. Throws what `authenticate` throws. */
export async function identify(gate: Gate, exchange: Exchange): Promise<void> {
  const { request, connection, target } = exchange;
  const { origin, audience, requiredScopes, dpop, credential } = connection!;
  const { headers } = request;
  const { identity, token, issuedAt, expiresAt, issuersWord } = await gate.authenticator
    .authenticate(
      {
        authorization: headers.authorization,
        dpop: headers.dpop as string | undefined,
        method: request.method!,
        url: `${origin}${target!.path}`,
      },
      { audience, scopes: requiredScopes, dpop },
      (owner) => (exchange.tokenOwner = owner),
    )
    .catch((error: GateError) => {
      gate.limiter.noteRefused(exchange, gate.config.rateLimit.address, error);
      if (error instanceof DpopNonceNeeded) exchange.response.setHeader('dpop-nonce', error.nonce);
      throw error;
    });
  exchange.identity = identity;
  exchange.tokenIssuedAt = issuedAt;
  if (credential.kind === 'token_exchange') exchange.subjectToken = token;
  gate.openExchanges.add(exchange);
  // Whoever was revoked in between has not been found among the open ones.
  gate.authenticator.rejectRevoked(identity, issuedAt);
  if (connection!.endsWithToken) endWith(expiresAt, exchange);
  if (issuersWord === undefined) return;
  exchange.issuersWord = issuersWord;
  gate.rechecks.watch(exchange, issuersWord);
}

function endWith(expiresAt: number, exchange: Exchange): void {
  const leftMs = Math.min(expiresAt - Date.now(), LONGEST_TIMER_MS);
  const timer = setTimeout(() => exchange.cut(new InvalidToken('it has ended meanwhile')), leftMs);
  exchange.response.once('close', () => clearTimeout(timer));
}
