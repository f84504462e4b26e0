// Requests as policies write them for http.send and providers.aws.sign_req: which members they may and must have.
// Left to others: what the members mean (http.ts, aws.ts).
import { makeSet } from '../../value/construct.ts';
import { printJson } from '../../value/json.ts';
import { printTerm } from '../../value/rego-text.ts';
import type { RegoObject, Value } from '../../value/value.ts';
import { objectOperand, operandError } from './operands.ts';

const MEMBERS: ReadonlySet<Value> = new Set([
  'method',
  'url',
  'body',
  'enable_redirect',
  'force_json_decode',
  'force_yaml_decode',
  'headers',
  'raw_body',
  'tls_use_system_certs',
  'tls_ca_cert',
  'tls_ca_cert_file',
  'tls_ca_cert_env_variable',
  'tls_client_cert',
  'tls_client_cert_file',
  'tls_client_cert_env_variable',
  'tls_client_key',
  'tls_client_key_file',
  'tls_client_key_env_variable',
  'tls_insecure_skip_verify',
  'tls_server_name',
  'timeout',
  'cache',
  'force_cache',
  'force_cache_duration_seconds',
  'raise_error',
  'caching_mode',
  'max_retry_attempts',
  'cache_ignored_headers',
]);

const REQUIRED_MEMBERS = ['method', 'url'];

/** The names of a set of values as OPA prints them in its texts. */
export function printNames(names: Iterable<Value>): string {
  return printTerm(makeSet(names));
}

/** The operand as a request: an object with the members that a request must have, and none that it cannot have. */
export function requestOperand(operand: Value, position: number): RegoObject {
  const request = objectOperand(operand, position);
  const names = request.entries.map(([name]) => name);
  const invalid = names.filter((name) => !MEMBERS.has(name));
  if (invalid.length > 0) throw operandError(position, `invalid request parameters(s): ${printNames(invalid)}`);
  const missing = REQUIRED_MEMBERS.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw operandError(position, `missing required request parameters(s): ${printNames(missing)}`);
  return request;
}

/** A body as JSON text, with `<`, `>` and `&` escaped. */
export function jsonBody(body: Value): string {
  return printJson(body, { escapeHtml: true });
}
