// URLs of related resources: checked and re-encoded the way Go's `net/url` does, which OPA's JSON shows.
// Nothing is fetched or resolved.

/** The URL as Go prints it, or Go's complaint. */
export function normalizeUrl(text: string): { readonly url: string } | { readonly fault: string } {
  if (/[\u0000-\u001f\u007f]/.test(text)) return { fault: 'net/url: invalid control character in URL' };
  const hash = text.indexOf('#');
  const fragment = hash < 0 ? '' : text.slice(hash + 1);
  const rest = hash < 0 ? text : text.slice(0, hash);
  if (rest.startsWith(':')) return { fault: 'missing protocol scheme' };
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(rest)?.[1];
  const afterScheme = scheme === undefined ? rest : rest.slice(scheme.length + 1);
  const mark = afterScheme.indexOf('?');
  const query = mark < 0 ? '' : afterScheme.slice(mark);
  const place = mark < 0 ? afterScheme : afterScheme.slice(0, mark);
  const prefix = scheme === undefined ? '' : `${scheme.toLowerCase()}:`;
  if (scheme !== undefined && !place.startsWith('/')) return { url: `${prefix}${place}${query}${tail(fragment)}` };
  if (scheme === undefined && !place.startsWith('/') && /^[^/]*:/.test(place)) {
    return { fault: 'first path segment in URL cannot contain colon' };
  }
  let authority = '';
  let path = place;
  if (place.startsWith('//')) {
    const end = place.indexOf('/', 2);
    authority = place.slice(2, end < 0 ? place.length : end);
    path = end < 0 ? '' : place.slice(end);
    const bad = /[ "<>\\^`{|}]/.exec(authority.slice(authority.lastIndexOf('@') + 1))?.[0];
    if (bad !== undefined) return { fault: `invalid character ${JSON.stringify(bad)} in host name` };
  }
  const escape = /%(?![\dA-Fa-f]{2}).{0,2}/.exec(path + fragment)?.[0];
  if (escape !== undefined) return { fault: `invalid URL escape ${JSON.stringify(escape)}` };
  const slashes = place.startsWith('//') ? '//' : '';
  return { url: `${prefix}${slashes}${authority}${encodePath(path)}${query}${tail(fragment)}` };
}

function tail(fragment: string): string {
  return fragment === '' ? '' : `#${encodePath(fragment)}`;
}

/** Go keeps a path whose characters are all allowed, and otherwise decodes and encodes it anew. */
function encodePath(path: string): string {
  if (/^[\w.~!$&'()*+,;=:@/[\]%-]*$/.test(path)) return path;
  let decoded = path;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    // Not UTF-8 behind the escapes: left as written.
  }
  return encodeURI(decoded).replace(/[!'()*?#[\]]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
