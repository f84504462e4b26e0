// Why a token is not accepted, in words for the decision log. Callers are told that it is not, and no more.
import { errors as jose } from 'jose';

/** Longest piece of a token that is told; whoever sends one may write anything into it. */
const TOLD_CHARACTERS = 200;

/** What is wrong with a token that was not verified, by the library's error. */
export function tokenFault(error: unknown): string {
  if (error instanceof jose.JWTExpired) return `expired at ${instant(error.payload.exp)}`;
  if (error instanceof jose.JWTClaimValidationFailed) {
    const { claim, payload, reason } = error;
    if (claim === 'nbf' && reason === 'check_failed') return `not valid before ${instant(payload.nbf)}`;
    return payload[claim] === undefined ? `no claim ${claim}` : `the claim ${claim} is ${told(payload[claim])}`;
  }
  if (error instanceof jose.JWSSignatureVerificationFailed) return 'the signature is wrong';
  if (error instanceof jose.JWKSNoMatchingKey) return 'the issuer has no key for it, by its kid and algorithm';
  if (error instanceof jose.JOSEAlgNotAllowed) return 'its algorithm is not one of those configured';
  return error instanceof jose.JOSEError ? error.code : String(error);
}

/** A value of a token as JSON, cut. */
export function told(value: unknown): string {
  const json = JSON.stringify(value) ?? 'absent';
  return json.length > TOLD_CHARACTERS ? `${json.slice(0, TOLD_CHARACTERS)}…` : json;
}

function instant(seconds: number | undefined): string {
  const date = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isNaN(date.getTime()) ? told(seconds) : date.toISOString();
}
