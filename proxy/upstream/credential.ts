// The headers of the upstream request: what may pass, and the connection's own credential. The caller's token is not
// among them by construction: nothing here has seen it.
import type { ConnectionConfig } from '../config/connections.ts';
import type { Exchange } from '../exchange.ts';
import { dropMirrors, forwardableHeaders } from '../request/headers.ts';

/** Headers for the upstream. `Host` is the upstream's own, by undici. */
export function upstreamHeaders(
  exchange: Exchange,
  connection: ConnectionConfig,
  hasBody: boolean,
): Record<string, string> {
  const headers = forwardableHeaders(exchange.request.headers, connection.forwardHeaders);
  delete headers['mcp-session-id'];
  if (exchange.message?.sessionId != null) headers['mcp-session-id'] = exchange.message.sessionId;
  // Ids of events are the gate's to the client, and the upstream's own behind it.
  if (connection.kind === 'mcp') delete headers['last-event-id'];
  if (exchange.resumed !== undefined) headers['last-event-id'] = exchange.resumed.id;
  // Kinds of patches and the like are what the policy has seen; all of them are JSON in UTF-8 (read-body.ts).
  if (hasBody && (connection.kind === 'mcp' || headers['content-type'] === undefined))
    headers['content-type'] = 'application/json';
  if (!hasBody) delete headers['content-type'];
  const { decision, isDryRun } = exchange;
  if (!isDryRun && decision !== undefined) {
    if (decision.maskRequest.length > 0) dropMirrors(headers);
    Object.assign(headers, decision.headers);
  }
  if (exchange.trace?.traceparent !== undefined) headers.traceparent = exchange.trace.traceparent;
  // What is compressed cannot be masked; an upstream that compresses all the same is refused.
  headers['accept-encoding'] = 'identity';
  Object.assign(headers, exchange.credential);
  return headers;
}
