// Failed exchanges in the words of Go's HTTP client, which policies know from OPA.
// Left to others: raising them or handing them to the policy (http.ts).
import { quoteGo } from '../../../value/rego-text.ts';
import type { ExchangeFailure } from './exchange.ts';

/** A request that failed on its way. */
export class NetworkError extends Error {
  /** What the evaluation's error says, where that differs. */
  readonly raised: string;
  constructor(operation: string, url: string, cause: string, isTimeout = false) {
    super(`${operation} ${quoteGo(url)}: ${cause}`);
    this.raised = isTimeout ? `${operation} ${url}: request timed out` : this.message;
  }
}

/** A failure that is not the network's. */
export class RequestError extends Error {}

/** Go's name of the operation in its texts: `Get`. */
export function operationName(method: string): string {
  return method === '' ? 'Get' : method.charAt(0) + method.slice(1).toLowerCase();
}

const SYSTEM_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
  EINVAL: 'invalid argument',
};

const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function certificateText(code: string, message: string): string | undefined {
  const start = 'tls: failed to verify certificate: x509: ';
  if (UNKNOWN_AUTHORITY.has(code)) return `${start}certificate signed by unknown authority`;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `${start}certificate has expired or is not yet valid`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `${start}${message}`;
  return undefined;
}

/** Why the exchange failed. */
export function failureText(failure: ExchangeFailure, host: string): string {
  const { stage, reason, code = '', message = '', address, port } = failure;
  if (reason === 'timeout')
    return stage === 'body'
      ? 'context deadline exceeded (Client.Timeout or context cancellation while reading body)'
      : 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  if (reason === 'size') return 'response body is too large';
  if (stage === 'body') return code === 'ECONNRESET' ? 'unexpected EOF' : message;
  if (code === 'ENOTFOUND' || code === 'EAI_NONAME') return `dial tcp: lookup ${host}: no such host`;
  if (code === 'EAI_AGAIN') return `dial tcp: lookup ${host}: server misbehaving`;
  if (code === 'ETIMEDOUT') return `dial tcp ${addressText(address, port)}: i/o timeout`;
  const system = SYSTEM_TEXTS[code];
  if (system !== undefined) return `dial tcp ${addressText(address, port)}: connect: ${system}`;
  if (code === 'ECONNRESET') return message === 'socket hang up' ? 'EOF' : 'read: connection reset by peer';
  if (code === 'EPIPE') return 'write: broken pipe';
  if (code === 'EPROTO' && /wrong version number|packet length too long|http request/.test(message))
    return 'http: server gave HTTP response to HTTPS client';
  if (code.startsWith('HPE_')) return `net/http: HTTP/1.x transport connection broken: malformed HTTP response`;
  return certificateText(code, message) ?? message;
}

function addressText(address = '', port = 0): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
