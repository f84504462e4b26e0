// What a caller may not use, he does not see: the items of MCP's lists, each judged by the same policy as if it were called, in the phase "list".
import { DecisionFailed, ResponseWithheld } from '../errors.ts';
import type { Exchange, McpMessage } from '../exchange.ts';
import { isObject, type Json, type JsonObject } from '../request/strict-json.ts';
import { mcpInput } from './decide.ts';
import { evaluate } from './evaluate.ts';

interface ListKind {
  /** The result's member that holds the items. */
  readonly items: string;
  /** The item's member that a call names it by. */
  readonly key: string;
  readonly callMethod: string;
  readonly callField: 'tool' | 'resource' | 'prompt';
}

const LISTS: Readonly<Record<string, ListKind>> = {
  'tools/list': { items: 'tools', key: 'name', callMethod: 'tools/call', callField: 'tool' },
  'resources/list': { items: 'resources', key: 'uri', callMethod: 'resources/read', callField: 'resource' },
  'resources/templates/list': {
    items: 'resourceTemplates',
    key: 'uriTemplate',
    callMethod: 'resources/read',
    callField: 'resource',
  },
  'prompts/list': { items: 'prompts', key: 'name', callMethod: 'prompts/get', callField: 'prompt' },
};

/** So many evaluations in a row before others have their turn. */
const TURN = 100;

/** Whether the answers to a method are lists that are filtered. */
export function isList(method: string | null | undefined): method is string {
  return method != null && Object.hasOwn(LISTS, method);
}

/** Leaves those items in a list's result that the policy allows, or holds for an approval. An item that gets no decision is left out. Throws ResponseWithheld for what is no list. */
export async function filterList(exchange: Exchange, method: string, result: Json): Promise<void> {
  const kind = LISTS[method];
  if (kind === undefined) return;
  if (!isObject(result)) throw new ResponseWithheld('the result of a list is no object');
  const items = result[kind.items];
  if (items === undefined) return;
  // What cannot be looked through may hold what the caller must not see.
  if (!Array.isArray(items)) throw new ResponseWithheld(`${kind.items} is no list`);
  const judge = itemJudge(exchange, kind);
  const kept: Json[] = [];
  for (const [i, item] of items.entries()) {
    if (i > 0 && i % TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    const name = isObject(item) ? item[kind.key] : undefined;
    if (typeof name === 'string' && judge(name)) kept.push(item);
  }
  const listed = (exchange.listed ??= { shown: 0, hidden: 0 });
  listed.shown += kept.length;
  listed.hidden += items.length - kept.length;
  result[kind.items] = kept;
  // It depends on the caller: no shared cache may hand it to another. MCP 2026-07-28.
  if (result.cacheScope !== undefined || result.ttlMs !== undefined) result.cacheScope = 'private';
}

/** The input is the list's, printed once; what differs from item to item is put in between. */
function itemJudge(exchange: Exchange, kind: ListKind): (name: string) => boolean {
  const { loaded, input, message } = exchange;
  if (loaded === undefined || input === undefined || message === undefined) return () => false;
  const { mcp: _, ...rest } = input;
  const common: JsonObject = { ...rest, request: { ...(rest.request as JsonObject), body: null }, phase: 'list' };
  const head = JSON.stringify(common).slice(0, -1);
  const call: McpMessage = {
    ...message,
    kind: 'request',
    method: kind.callMethod,
    tool: null,
    resource: null,
    prompt: null,
    arguments: null,
  };
  return (name) => {
    const mcp = JSON.stringify(mcpInput({ ...call, [kind.callField]: name }));
    try {
      return evaluate(loaded, `${head},"mcp":${mcp}}`).decision.action !== 'deny';
    } catch (error) {
      if (error instanceof DecisionFailed) return false;
      throw error;
    }
  };
}
