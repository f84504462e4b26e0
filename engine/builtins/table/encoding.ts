// Encodings: base64, hex, JSON, YAML, URL queries; JSON schemas.
// A family of the table of built-ins; the notation is declare.ts's.
import { declare } from './declare.ts';
import type { BuiltinDecl } from './declare.ts';
import { any, array, boolean, nil, object, oneOf, record, set, string, tuple } from './notation.ts';

const document = oneOf(string, object(any, any));

export const encodingBuiltins: readonly BuiltinDecl[] = [
  declare('base64.decode', { x: string }, { y: string }, { categories: ['encoding'] }),
  declare('base64.encode', { x: string }, { y: string }, { categories: ['encoding'] }),
  declare('base64.is_valid', { x: string }, { result: boolean }, { categories: ['encoding'] }),
  declare('base64url.decode', { x: string }, { y: string }, { categories: ['encoding'] }),
  declare('base64url.encode', { x: string }, { y: string }, { categories: ['encoding'] }),
  declare('base64url.encode_no_pad', { x: string }, { y: string }, { categories: ['encoding'] }),
  declare('hex.decode', { x: string }, { y: string }, { categories: ['encoding'] }),
  declare('hex.encode', { x: string }, { y: string }, { categories: ['encoding'] }),
  declare('json.is_valid', { x: string }, { result: boolean }, { categories: ['encoding'] }),
  declare('json.marshal', { x: any }, { y: string }, { categories: ['encoding'] }),
  declare(
    'json.marshal_with_options',
    { x: any, opts: record({ indent: string, prefix: string, pretty: boolean }, string, any) },
    { y: string },
    { categories: ['encoding'] },
  ),
  declare(
    'json.match_schema',
    { document: document, schema: document },
    { output: tuple(boolean, array(record({ desc: string, error: string, field: string, type: string }))) },
    { categories: ['object'] },
  ),
  declare('json.unmarshal', { x: string }, { y: any }, { categories: ['encoding'] }),
  declare(
    'json.verify_schema',
    { schema: document },
    { output: tuple(boolean, oneOf(nil, string)) },
    { categories: ['object'] },
  ),
  declare('urlquery.decode', { x: string }, { y: string }, { categories: ['encoding'] }),
  declare(
    'urlquery.decode_object',
    { x: string },
    { object: object(string, array(string)) },
    { categories: ['encoding'] },
  ),
  declare('urlquery.encode', { x: string }, { y: string }, { categories: ['encoding'] }),
  declare(
    'urlquery.encode_object',
    { object: object(string, oneOf(string, array(string), set(string))) },
    { y: string },
    { categories: ['encoding'] },
  ),
  declare('yaml.is_valid', { x: string }, { result: boolean }, { categories: ['encoding'] }),
  declare('yaml.marshal', { x: any }, { y: string }, { categories: ['encoding'] }),
  declare('yaml.unmarshal', { x: string }, { y: any }, { categories: ['encoding'] }),
];
