// The `WWW-Authenticate` header of a refusal: RFC 6750 section 3, RFC 9449 section 7.1 and RFC 9728 section 5.1.
import type { IncomingHttpHeaders } from 'node:http';
import {
  DpopNonceNeeded,
  type GateError,
  InsufficientScope,
  InvalidDpopProof,
  InvalidToken,
  MissingToken,
  TokenRevoked,
} from '../errors.ts';
import { DPOP_ALGORITHMS } from './dpop.ts';

export interface ChallengeOptions {
  /** Whether the caller has to use, or has used, the DPoP scheme. */
  readonly isDpop: boolean;
  /** All that are needed. */
  readonly scopes: readonly string[];
  readonly resourceMetadata?: string;
}

/** The header's value; undefined for errors that another token does not mend. */
export function challengeOf(
  error: GateError,
  { isDpop, scopes, resourceMetadata }: ChallengeOptions,
): string | undefined {
  const code = errorCode(error);
  if (code === undefined) return undefined;
  const scheme = isDpop || error instanceof InvalidDpopProof || error instanceof DpopNonceNeeded ? 'DPoP' : 'Bearer';
  const parts = [
    // RFC 6750 section 3.1: a request without a token gets no error code.
    ...(code === '' ? [] : [`error="${code}"`]),
    ...(scopes.length > 0 ? [`scope="${scopes.join(' ')}"`] : []),
    ...(resourceMetadata === undefined ? [] : [`resource_metadata="${resourceMetadata}"`]),
    ...(scheme === 'DPoP' ? [`algs="${DPOP_ALGORITHMS.join(' ')}"`] : []),
  ];
  return parts.length === 0 ? scheme : `${scheme} ${parts.join(', ')}`;
}

/** Whether a request came with a token in the DPoP scheme. */
export function isDpopScheme({ authorization }: IncomingHttpHeaders): boolean {
  return authorization !== undefined && /^dpop /i.test(authorization);
}

function errorCode(error: GateError): string | undefined {
  if (error instanceof MissingToken) return '';
  // To clients it is invalid like any other; the gate's own code is in the body.
  if (error instanceof TokenRevoked) return 'invalid_token';
  const hasStandardCode =
    error instanceof InvalidToken ||
    error instanceof InsufficientScope ||
    error instanceof InvalidDpopProof ||
    error instanceof DpopNonceNeeded;
  return hasStandardCode ? error.code : undefined;
}
