// One JSON-RPC message of MCP, out of the body alone: what headers say of it must agree, or the request is refused.
// Session ids are session.ts; whether the message may pass is the policy's.
import type { IncomingHttpHeaders } from 'node:http';
import { HeaderMismatch, InvalidMessage, MalformedRequest } from '../errors.ts';
import type { McpMessage } from '../exchange.ts';
import { foldKey, isObject, type Json, type JsonObject } from '../request/strict-json.ts';

const ENVELOPE = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];
/** Members of `params` that say what a call is about. */
const PARAMS = ['name', 'arguments', 'uri', 'ref', '_meta'];
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
    if (!ENVELOPE.includes(key)) throw new InvalidMessage('The message has unknown members.');
  const { id, method, params } = body;
  if (id !== undefined && !isId(id)) throw new InvalidMessage('"id" has to be a string or a number.');
  if (method === undefined) return readResponse(body, headers, sessionId);
  if (typeof method !== 'string' || method === '') throw new InvalidMessage('"method" has to be a string.');
  if (body.result !== undefined || body.error !== undefined)
    throw new InvalidMessage('A message is a request or a response.');
  if (params !== undefined && !isObject(params)) throw new InvalidMessage('"params" has to be an object.');
  if (params !== undefined) rejectVariants(params, PARAMS);
  const message: McpMessage = {
    kind: id === undefined ? 'notification' : 'request',
    method,
    id,
    tool: method === 'tools/call' ? needText(params, 'name') : null,
    resource: method.startsWith('resources/') ? takeText(params, 'uri', method === 'resources/read') : null,
    prompt: method === 'prompts/get' ? needText(params, 'name') : null,
    arguments: params?.arguments ?? null,
    protocolVersion: readVersion(params, headers),
    sessionId,
  };
  checkHeaders(message, headers);
  return message;
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

function rejectVariants(object: JsonObject, names: readonly string[]): void {
  for (const key of Object.keys(object)) {
    if (!names.includes(key) && names.includes(foldKey(key)))
      throw new InvalidMessage('A member is written in another case.');
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

function readVersion(params: JsonObject | undefined, headers: IncomingHttpHeaders): string | null {
  const header = single(headers['mcp-protocol-version']);
  if (header !== undefined && !/^[\w.-]{1,32}$/.test(header))
    throw new MalformedRequest('MCP-Protocol-Version is not acceptable.');
  const meta = params?._meta;
  const inBody = isObject(meta) ? meta[VERSION_KEY] : undefined;
  if (header !== undefined && typeof inBody === 'string' && inBody !== header)
    throw new HeaderMismatch('MCP-Protocol-Version');
  return header ?? (typeof inBody === 'string' ? inBody : null);
}

/** Upstreams and proxies behind us may act on these headers: a lie in them must not get there. */
function checkHeaders(message: McpMessage, headers: IncomingHttpHeaders): void {
  const method = single(headers['mcp-method']);
  if (method !== undefined && decodeHeader(method) !== message.method) throw new HeaderMismatch('Mcp-Method');
  const name = single(headers['mcp-name']);
  if (name === undefined) return;
  if (decodeHeader(name) !== (message.tool ?? message.resource ?? message.prompt)) throw new HeaderMismatch('Mcp-Name');
}

/** `=?base64?…?=` carries what a header cannot. */
function decodeHeader(value: string): string {
  const encoded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)?.[1];
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8');
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
