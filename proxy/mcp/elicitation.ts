// Whether a client can take a person to a page: elicitation of mode `url`, which it has to have declared, with `initialize` or, in MCP
// 2026-07-28, with the request. Asking for it is hold/ and reply.ts.
import type { Exchange } from '../exchange.ts';
import { isObject, type Json } from '../request/strict-json.ts';
import { isModern } from './version.ts';

/** The only revision that has the mode, and error -32042 for it, besides the modern one, which forbids the error. */
const WITH_ERROR = '2025-11-25';
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';

/** An `elicitation/create` of mode `url`, but for its id. */
export interface UrlElicitation {
  readonly mode: 'url';
  readonly url: string;
  readonly message: string;
}

/** Whether the client has declared, with this request or when its session began, that it can be asked to open a URL. */
export function canOpenUrls({ message, body, session }: Exchange): boolean {
  if (message === undefined) return false;
  if (!isModern(message.protocolVersion)) return message.protocolVersion === WITH_ERROR && session?.opensUrls === true;
  const meta = isObject(body) && isObject(body.params) ? body.params._meta : undefined;
  return isObject(meta) && declaresUrls(meta[CAPABILITIES_KEY]);
}

/** Whether an `initialize` declares it for the session that it begins. */
export function initializeDeclaresUrls({ message, body }: Exchange): boolean {
  if (message?.method !== 'initialize' || !isObject(body) || !isObject(body.params)) return false;
  return declaresUrls(body.params.capabilities);
}

/** An empty `elicitation` stands for forms alone. */
function declaresUrls(capabilities: Json | undefined): boolean {
  return isObject(capabilities) && isObject(capabilities.elicitation) && isObject(capabilities.elicitation.url);
}
