// One JSON-RPC message of MCP, out of the body alone: what headers say of it must agree, or the request is refused.
// Session ids are session.ts; whether the message may pass is the policy's.
import type { IncomingHttpHeaders } from 'node:http';
import { HeaderMismatch, InvalidMessage, MalformedRequest, UnsupportedVersion } from '../errors.ts';
import type { McpMessage } from '../exchange.ts';
import { isModern, KNOWN_VERSIONS } from './version.ts';
import { foldKey, isObject, type Json, type JsonObject } from '../request/strict-json.ts';

/** Names of members, and what they are in whatever case. */
interface Names {
  readonly exact: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
}

function namesOf(...names: readonly string[]): Names {
  return { exact: new Set(names), folded: new Set(names.map(foldKey)) };
}

const ENVELOPE = namesOf('jsonrpc', 'id', 'method', 'params', 'result', 'error');
/** Members of `params` that say what a call is about. */
const PARAMS = namesOf('name', 'arguments', 'uri', 'ref', 'taskId', 'inputResponses', 'requestState', '_meta');
const REFERENCE = namesOf('type', 'name', 'uri');
const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';

/** The message of a POST. Throws InvalidMessage or HeaderMismatch. */
export function readMessage(
  body: Json | undefined,
  headers: IncomingHttpHeaders,
  sessionId: string | null,
): McpMessage {
  if (Array.isArray(body)) throw new InvalidMessage('Batches are not accepted.');
  if (!isObject(body)) throw new InvalidMessage('The body has to be one JSON-RPC message.');
  rejectVariants(body, ENVELOPE);
  if (body.jsonrpc !== '2.0') throw new InvalidMessage('"jsonrpc" has to be "2.0".');
  for (const key of Object.keys(body))
    if (!ENVELOPE.exact.has(key)) throw new InvalidMessage('The message has unknown members.');
  const { id, method, params } = body;
  if (id !== undefined && !isId(id)) throw new InvalidMessage('"id" has to be a string or a number.');
  if (method === undefined) return readResponse(body, headers, sessionId);
  if (typeof method !== 'string' || method === '') throw new InvalidMessage('"method" has to be a string.');
  if (body.result !== undefined || body.error !== undefined)
    throw new InvalidMessage('A message is a request or a response.');
  if (params !== undefined && !isObject(params)) throw new InvalidMessage('"params" has to be an object.');
  if (params !== undefined) rejectVariants(params, PARAMS);
  const completed = readReference(method, params);
  const message: McpMessage = {
    kind: id === undefined ? 'notification' : 'request',
    method,
    id,
    tool: method === 'tools/call' ? needText(params, 'name') : null,
    resource: method.startsWith('resources/')
      ? takeText(params, 'uri', method === 'resources/read')
      : completed.resource,
    prompt: method === 'prompts/get' ? needText(params, 'name') : completed.prompt,
    arguments: params?.arguments ?? null,
    protocolVersion: readVersion(params, headers),
    sessionId,
  };
  checkHeaders(message, params, headers);
  return message;
}

/** The id an answer to a body has to carry, though the message may be faulty; null when there is none to be had. */
export function answerId(body: Json | undefined): Json {
  const id = isObject(body) ? body.id : undefined;
  return id !== undefined && isId(id) ? id : null;
}

/** What is known of a GET or DELETE, which carry no message. */
export function noMessage(headers: IncomingHttpHeaders, sessionId: string | null): McpMessage {
  return {
    kind: 'none',
    method: null,
    id: undefined,
    tool: null,
    resource: null,
    prompt: null,
    arguments: null,
    protocolVersion: readVersion(undefined, headers),
    sessionId,
  };
}

function readResponse(body: JsonObject, headers: IncomingHttpHeaders, sessionId: string | null): McpMessage {
  const isOne = (body.result === undefined) !== (body.error === undefined);
  if (!isOne || body.id === undefined || body.params !== undefined)
    throw new InvalidMessage('This is no JSON-RPC message.');
  return { ...noMessage(headers, sessionId), kind: 'response' };
}

/** A raw number is an object to JavaScript; as an id it is a number. */
function isId(id: Json): boolean {
  return (
    typeof id === 'string' ||
    typeof id === 'number' ||
    (typeof id === 'object' && id !== null && !Array.isArray(id) && !isObject(id))
  );
}

function rejectVariants(object: JsonObject, { exact, folded }: Names): void {
  for (const key of Object.keys(object)) {
    if (!exact.has(key) && folded.has(foldKey(key))) throw new InvalidMessage('A member is written in another case.');
  }
}

function needText(params: JsonObject | undefined, key: string): string {
  return takeText(params, key, true)!;
}

function takeText(params: JsonObject | undefined, key: string, isNeeded: boolean): string | null {
  const value = params?.[key];
  if (typeof value === 'string' && value !== '') return value;
  if (value === undefined && !isNeeded) return null;
  throw new InvalidMessage(`"params.${key}" has to be a string.`);
}

/** What `completion/complete` completes: a prompt's argument, or a resource template's. */
function readReference(
  method: string,
  params: JsonObject | undefined,
): { readonly prompt: string | null; readonly resource: string | null } {
  const ref = method === 'completion/complete' ? params?.ref : undefined;
  if (!isObject(ref)) return { prompt: null, resource: null };
  rejectVariants(ref, REFERENCE);
  return {
    prompt: ref.type === 'ref/prompt' ? needText(ref, 'name') : null,
    resource: ref.type === 'ref/resource' ? needText(ref, 'uri') : null,
  };
}

/** The version that header and body agree on. Throws HeaderMismatch or UnsupportedVersion. */
function readVersion(params: JsonObject | undefined, headers: IncomingHttpHeaders): string | null {
  const header = single(headers['mcp-protocol-version']);
  if (header !== undefined && !/^[\w.-]{1,32}$/.test(header))
    throw new MalformedRequest('MCP-Protocol-Version is not acceptable.');
  const meta = params?._meta;
  const inBody = isObject(meta) ? meta[VERSION_KEY] : undefined;
  if (header !== undefined && typeof inBody === 'string' && inBody !== header)
    throw new HeaderMismatch('MCP-Protocol-Version');
  const version = header ?? (typeof inBody === 'string' ? inBody : null);
  if (version !== null && !KNOWN_VERSIONS.includes(version)) throw new UnsupportedVersion(version);
  // Only the stateless protocol says it in the body, and there the header has to be.
  if (header === undefined && version !== null) throw new HeaderMismatch('MCP-Protocol-Version');
  return version;
}

/**
 * Upstreams and proxies behind us may act on these headers: a lie in them must not get there. The stateless protocol demands
 * them; that is checked here, so that no upstream has to be relied on. `Mcp-Param-*` stands for arguments by the tool's schema,
 * which only the upstream knows: it checks those.
 */
function checkHeaders(message: McpMessage, params: JsonObject | undefined, headers: IncomingHttpHeaders): void {
  const isRequired = isModern(message.protocolVersion);
  const method = single(headers['mcp-method']);
  if (method === undefined ? isRequired : decodeHeader(method) !== message.method)
    throw new HeaderMismatch('Mcp-Method');
  const name = single(headers['mcp-name']);
  const called = CALLS.has(message.method ?? '') ? (message.tool ?? message.resource ?? message.prompt) : null;
  if (name === undefined ? isRequired && called !== null : decodeHeader(name) !== (called ?? nameOf(params)))
    throw new HeaderMismatch('Mcp-Name');
}

/** Methods that `Mcp-Name` is demanded for. */
const CALLS: ReadonlySet<string> = new Set(['tools/call', 'resources/read', 'prompts/get']);

/** What an extension's method may be about. */
function nameOf(params: JsonObject | undefined): string | undefined {
  const name = params?.name ?? params?.uri ?? params?.taskId;
  return typeof name === 'string' ? name : undefined;
}

/** `=?base64?…?=` carries what a header cannot. What is not well encoded is what it says. */
function decodeHeader(value: string): string {
  const encoded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)?.[1];
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8');
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
