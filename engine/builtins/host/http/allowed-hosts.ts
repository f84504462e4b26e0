// Which hosts policies may call: names, names with wildcards, ports.
// Left to others: where the list comes from (the host's settings).
import { domainToASCII } from 'node:url';

/** A name as it is compared: lower case, international names in ASCII, no dot at the end. */
function normalize(host: string): string {
  const name = host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return (domainToASCII(name) || name).toLowerCase();
}

/**
 * Whether the list allows the host. Entries are a name or an address (`api.example.com`), all names below one
 * (`*.example.com`), or everything (`*`); with `:port` at the end, that port alone. IPv6 addresses stand in brackets.
 *
 * ```ts
 * isAllowedHost(['*.example.com', 'localhost:8080'], 'api.example.com', 443); // true
 * ```
 */
export function isAllowedHost(list: readonly string[] | undefined, host: string, port: number): boolean {
  const name = normalize(host);
  return (list ?? []).some((entry) => {
    const parts = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry.trim());
    if (!parts || parts[1] === '') return false;
    if (parts[2] !== undefined && Number(parts[2]) !== port) return false;
    if (parts[1] === '*') return true;
    if (parts[1]!.startsWith('*.')) {
      const suffix = normalize(parts[1]!.slice(2));
      return suffix !== '' && name.endsWith(`.${suffix}`);
    }
    return normalize(parts[1]!) === name;
  });
}
