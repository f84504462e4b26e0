// Networks: addresses, HTTP, URIs and request signatures.
// A family of the table of built-ins; the notation is declare.ts's.
import { declare } from './declare.ts';
import type { BuiltinDecl } from './declare.ts';
import { any, array, boolean, number, object, oneOf, set, string, tuple } from './notation.ts';

const cidrOrTuple = oneOf(string, array(any));
const cidrs = oneOf(string, array(cidrOrTuple), object(string, cidrOrTuple), set(cidrOrTuple));

export const networkBuiltins: readonly BuiltinDecl[] = [
  declare('http.send', { request: object(string, any) }, { response: object(any, any) }, { nondeterministic: true }),
  declare('net.cidr_contains', { cidr: string, cidr_or_ip: string }, { result: boolean }),
  declare('net.cidr_contains_matches', { cidrs: cidrs, cidrs_or_ips: cidrs }, { output: set(tuple(any, any)) }),
  declare('net.cidr_expand', { cidr: string }, { hosts: set(string) }),
  declare('net.cidr_intersects', { cidr1: string, cidr2: string }, { result: boolean }),
  declare('net.cidr_is_valid', { cidr: string }, { result: boolean }),
  declare('net.cidr_merge', { addrs: oneOf(array(oneOf(string)), set(string)) }, { output: set(string) }),
  declare('net.lookup_ip_addr', { name: string }, { addrs: set(string) }, { nondeterministic: true }),
  declare(
    'providers.aws.sign_req',
    { request: object(string, any), aws_config: object(string, any), time_ns: number },
    { signed_request: object(any, any) },
    { categories: ['providers.aws'] },
  ),
  declare('uri.is_valid', { uri: string }, { result: boolean }),
  declare('uri.parse', { uri: string }, { output: object(string, string) }),
];
