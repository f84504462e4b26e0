// http.send: requests from policies, to the hosts that the host allows, the same one only once in an evaluation.
// Left to others: reading requests (http/request.ts) and sending them (http/send.ts).
import { BuiltinError } from '../../host/builtin.ts';
import type { BuiltinContext, HostBuiltins } from '../../host/builtin.ts';
import { getKey, makeObject, objectOf } from '../../value/construct.ts';
import { isInteger, toBigInt } from '../../value/number.ts';
import { dumpRego, printTerm, quoteGo } from '../../value/rego-text.ts';
import { ValueSyntaxError } from '../../value/scanner.ts';
import { RegoNumber, RegoObject } from '../../value/value.ts';
import type { Value } from '../../value/value.ts';
import { parseYaml } from '../../yaml/decode.ts';
import { YamlError } from '../../yaml/token.ts';
import { decodeJson } from './go-json.ts';
import { fromBytes } from './go-url.ts';
import { requestOperand } from './http-request.ts';
import type { ExchangeResponse } from './http/exchange.ts';
import { NetworkError, RequestError } from './http/failures.ts';
import { readRequest } from './http/request.ts';
import { responseHeader, send } from './http/send.ts';
import { sleep } from './http/sync-client.ts';
import { objectOperand } from './operands.ts';

/** Statuses whose responses may be used again (RFC 9110, 15.1, as OPA lists them). */
const CACHEABLE = [200, 203, 204, 206, 300, 301, 404, 405, 410, 414, 501];

const MIN_RETRY_DELAY_MS = 100;
const MAX_RETRY_DELAY_MS = 60_000;
/** All attempts and the pauses between them. */
const MAX_TOTAL_MS = 120_000;

type Outcome = { readonly value: Value } | { readonly error: Error };

function booleanMember(request: RegoObject, name: string): boolean {
  const value = getKey(request, name);
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw new RequestError(`invalid value for ${quoteGo(name)} field`);
  return value;
}

/** The members that only matter between evaluations: checked, and then of no effect. */
function checkCacheMembers(request: RegoObject): void {
  booleanMember(request, 'cache');
  if (!booleanMember(request, 'force_cache')) return;
  const seconds = getKey(request, 'force_cache_duration_seconds');
  if (seconds === undefined)
    throw new RequestError("'force_cache' set but 'force_cache_duration_seconds' parameter is missing");
  const text = printTerm(seconds);
  if (!/^-?\d+$/.test(text)) throw new RequestError(`strconv.ParseInt: parsing ${quoteGo(text)}: invalid syntax`);
  const number = BigInt(text);
  if (BigInt.asIntN(32, number) !== number)
    throw new RequestError(`strconv.ParseInt: parsing ${quoteGo(text)}: value out of range`);
}

function jsonKind(value: Value): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || value instanceof RegoNumber) return 'number';
  if (typeof value === 'string') return 'string';
  return value instanceof RegoObject ? 'object' : 'array';
}

/** What makes requests the same: all of it, but for the headers that `cache_ignored_headers` names. */
function cacheKey(request: RegoObject): string {
  const ignored = getKey(request, 'cache_ignored_headers');
  const headers = getKey(request, 'headers');
  const entries = request.entries.filter(([name]) => name !== 'cache_ignored_headers');
  if (ignored === undefined || headers === undefined) return `http.send ${dumpRego(makeObject(entries))}`;
  const refuse = (value: Value, type: string): RequestError =>
    new RequestError(`json: cannot unmarshal ${jsonKind(value)} into Go value of type ${type}`);
  if (ignored !== null && !Array.isArray(ignored)) throw refuse(ignored, '[]string');
  const names = (ignored ?? []) as readonly Value[];
  for (const name of names) if (name !== null && typeof name !== 'string') throw refuse(name, 'string');
  if (!(headers instanceof RegoObject)) throw refuse(headers, 'map[string]interface {}');
  const kept = makeObject(headers.entries.filter(([name]) => !names.includes(name)));
  return `http.send ${dumpRego(makeObject([...entries, ['headers', kept]]))}`;
}

function retryCount(request: RegoObject): number {
  const value = getKey(request, 'max_retry_attempts');
  if (value === undefined) return 0;
  const isNumber = typeof value === 'number' || value instanceof RegoNumber;
  const count = isNumber && isInteger(value) ? toBigInt(value, 20) : undefined;
  if (count === undefined || count < 0n)
    throw new RequestError(`invalid value ${printTerm(value)} for field "max_retry_attempts"`);
  return Number(count);
}

/** Sends the request, again after network errors as often as it says. */
function sendWithRetries(context: BuiltinContext, request: RegoObject): ExchangeResponse {
  const httpRequest = readRequest(context, request);
  const retries = retryCount(request);
  const end = Date.now() + MAX_TOTAL_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      return send(context, httpRequest);
    } catch (error) {
      if (!(error instanceof NetworkError) || attempt >= retries) throw error;
      const delay = Math.min(MIN_RETRY_DELAY_MS * 1.6 ** attempt, MAX_RETRY_DELAY_MS);
      if (Date.now() + delay >= end) throw error;
      sleep(delay);
    }
  }
}

function isJsonType(contentType: string): boolean {
  const match = /^\s*([^\s/;]+)\/([^\s/;]+)\s*((?:;\s*[^\s=;]+\s*=\s*(?:"[^"]*"|[^\s";]*)\s*)*;?\s*)$/.exec(
    contentType,
  );
  if (!match) return false;
  const subtype = match[2]!.toLowerCase();
  return match[1]!.toLowerCase() === 'application' && (subtype === 'json' || subtype.endsWith('+json'));
}

/** The body as a value; null when it is none. */
function decodeBody(request: RegoObject, response: ExchangeResponse, text: string): Value {
  const contentType = responseHeader(response, 'content-type') ?? '';
  const isForcedJson = booleanMember(request, 'force_json_decode');
  const isForcedYaml = booleanMember(request, 'force_yaml_decode');
  try {
    // As in OPA, what follows the value does not count.
    if (isForcedJson || isJsonType(contentType)) return decodeJson(text).value;
    if (isForcedYaml || contentType.includes('application/yaml') || contentType.includes('application/x-yaml'))
      return parseYaml(text);
  } catch (error) {
    if (!(error instanceof ValueSyntaxError) && !(error instanceof YamlError) && !(error instanceof BuiltinError))
      throw error;
  }
  return null;
}

function responseHeaders({ headers, wasUnpacked }: ExchangeResponse): Value {
  const byName = new Map<string, string[]>();
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    const values = byName.get(name) ?? [];
    values.push(fromBytes(headers[i + 1]!));
    byName.set(name, values);
  }
  // What is about the connection or the packing is over.
  byName.delete('transfer-encoding');
  byName.delete('trailer');
  if (byName.get('connection')?.some((value) => /(^|,)\s*close\s*(,|$)/i.test(value))) byName.delete('connection');
  if (wasUnpacked) for (const name of ['content-encoding', 'content-length']) byName.delete(name);
  return makeObject(byName);
}

function responseValue(request: RegoObject, response: ExchangeResponse): Value {
  const text = Buffer.from(response.body).toString('utf8');
  return objectOf({
    status: `${response.status} ${fromBytes(response.reason)}`,
    status_code: response.status,
    body: decodeBody(request, response, text),
    raw_body: text,
    headers: responseHeaders(response),
  });
}

/** The response, out of this evaluation's memory when it is there. */
function respond(context: BuiltinContext, request: RegoObject): Value {
  const key = cacheKey(request);
  checkCacheMembers(request);
  const known = context.cache.get(key) as Outcome | undefined;
  if (known) {
    if ('error' in known) throw known.error;
    return known.value;
  }
  let response: ExchangeResponse;
  try {
    response = sendWithRetries(context, request);
  } catch (error) {
    context.cache.set(key, { error: error as Error } satisfies Outcome);
    throw error;
  }
  const value = responseValue(request, response);
  if (CACHEABLE.includes(response.status)) context.cache.set(key, { value } satisfies Outcome);
  return value;
}

/** The error as the call's own. */
function raised(error: unknown): BuiltinError | undefined {
  if (error instanceof BuiltinError) return error;
  if (error instanceof NetworkError) return new BuiltinError(error.raised);
  if (error instanceof RequestError) return new BuiltinError(error.message);
  return undefined;
}

/** The error as a result, for policies that do not want it raised. */
function errorResult(error: Error): Value {
  const failure = raised(error)!;
  const isNetwork = error instanceof NetworkError;
  return objectOf({
    status_code: 0,
    error: objectOf({
      code: isNetwork ? 'eval_http_send_network_error' : 'eval_http_send_internal_error',
      message: isNetwork ? error.message : `${failure.code}: http.send: ${failure.message}`,
    }),
  });
}

function httpSend(context: BuiltinContext, operand: Value): Value {
  const member = getKey(objectOperand(operand, 1), 'raise_error');
  const raiseError = member === undefined ? true : member;
  if (typeof raiseError !== 'boolean') throw new BuiltinError('invalid value for raise_error field');
  try {
    return respond(context, requestOperand(operand, 1));
  } catch (error) {
    const failure = raised(error);
    if (!failure) throw error;
    if (raiseError) throw failure;
    return errorResult(error as Error);
  }
}

/** The built-in for HTTP. */
export const HTTP_BUILTINS: HostBuiltins = {
  'http.send': (context, request) => httpSend(context, request!),
};
