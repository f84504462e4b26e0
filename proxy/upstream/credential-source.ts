// What a connection shows its upstream in the caller's place: a fixed header, a token of the gate's own, or one exchanged for the caller's.
// Putting it into the request is inject-credential.ts.
import { hash } from 'node:crypto';
import type { Credential } from '../config/credential.ts';
import { CredentialRefused, CredentialUnavailable, InternalError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { requestToken, TokenRefused } from '../oauth/token-endpoint.ts';
import { RenewedToken } from './renewed-token.ts';

const EXCHANGED_LIMIT = 10_000;

export interface CredentialSource {
  /** The headers that carry it. Throws CredentialUnavailable or CredentialRefused. */
  headers(exchange: Exchange): Promise<Readonly<Record<string, string>>>;
  /** After the upstream has refused these headers: whether others can be had. */
  drop(exchange: Exchange, headers: Readonly<Record<string, string>>): boolean;
}

/** The source for a connection's credential. */
export function openCredential(credential: Credential): CredentialSource {
  switch (credential.kind) {
    case 'none':
      return fixed({});
    case 'bearer':
      return fixed({ authorization: `Bearer ${credential.token}` });
    case 'header':
      return fixed({ [credential.name]: credential.value });
    case 'client_credentials': {
      const token = new RenewedToken(() => requestToken(credential.source, { grant_type: 'client_credentials' }));
      return renewed(() => token);
    }
    case 'token_exchange':
      return renewed(exchanging(credential));
  }
}

function fixed(headers: Readonly<Record<string, string>>): CredentialSource {
  return { headers: async () => headers, drop: () => false };
}

function renewed(tokenOf: (exchange: Exchange) => RenewedToken): CredentialSource {
  return {
    async headers(exchange) {
      try {
        return { authorization: `Bearer ${await tokenOf(exchange).get()}` };
      } catch (error) {
        const { name } = exchange.connection!;
        const detail = `credential of ${name}: ${error instanceof Error ? error.message : String(error)}`;
        // With token exchange the refusal is about the caller, otherwise about the gate.
        const isCallers = error instanceof TokenRefused && exchange.subjectToken !== undefined;
        throw isCallers ? new CredentialRefused(detail) : new CredentialUnavailable(detail);
      }
    },
    drop(exchange, { authorization }) {
      return tokenOf(exchange).drop(authorization!.slice('Bearer '.length));
    },
  };
}

/** Tokens by the caller's token, and so no longer than that, and never with more than what it permits. */
function exchanging(credential: Credential & { kind: 'token_exchange' }): (exchange: Exchange) => RenewedToken {
  const tokens = new Map<string, RenewedToken>();
  return ({ subjectToken }) => {
    if (subjectToken === undefined) throw new InternalError('there is no token to exchange');
    const key = hash('sha256', subjectToken, 'base64');
    let token = tokens.get(key);
    if (token === undefined) {
      token = new RenewedToken(() =>
        requestToken(credential.source, {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: subjectToken,
          subject_token_type: credential.subjectTokenType,
          requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        }),
      );
      if (tokens.size >= EXCHANGED_LIMIT) dropOld(tokens);
      tokens.set(key, token);
    }
    return token;
  };
}

/** Those that have ended; when there are none, the oldest. */
function dropOld(tokens: Map<string, RenewedToken>): void {
  for (const [key, token] of tokens) if (token.hasEnded) tokens.delete(key);
  if (tokens.size >= EXCHANGED_LIMIT) tokens.delete(tokens.keys().next().value!);
}
