// Finds the route of an admin request. A path has one way to be written: no empty, dotted or doubly encoded segments.
import { MethodNotAllowed, UnknownConnection } from '../errors.ts';
import type { Route } from './route.ts';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The route for a method and a path without query. Throws UnknownConnection or MethodNotAllowed. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match {
  const segments = path.split('/').slice(1).map(decode);
  let isKnown = false;
  for (const route of routes) {
    const params = matchPath(route.path.split('/').slice(1), segments);
    if (params === undefined) continue;
    if (route.method === method) return { route, params };
    isKnown = true;
  }
  throw isKnown ? new MethodNotAllowed() : new UnknownConnection();
}

function matchPath(
  pattern: readonly string[],
  segments: readonly (string | undefined)[],
): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, name] of pattern.entries()) {
    const segment = segments[i];
    if (segment === undefined || segment === '') return undefined;
    if (name.startsWith(':')) params[name.slice(1)] = segment;
    else if (name !== segment) return undefined;
  }
  return params;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
