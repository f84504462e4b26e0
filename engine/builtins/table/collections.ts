// Collections: aggregates, arrays, sets, objects, walking and graphs.
// A family of the table of built-ins; the notation is declare.ts's.
import { declare } from './declare.ts';
import type { BuiltinDecl } from './declare.ts';
import { any, array, boolean, number, object, oneOf, record, set, string, tuple } from './notation.ts';

const arrayOrSet = oneOf(array(any), set(any));
const numbers = oneOf(array(number), set(number));
const collection = oneOf(array(any), object(any, any), set(any));
const paths = oneOf(array(oneOf(string, array(any))), set(oneOf(string, array(any))));
const anyObject = object(any, any);

export const collectionsBuiltins: readonly BuiltinDecl[] = [
  declare(
    'count',
    { collection: oneOf(string, array(any), anyObject, set(any)) },
    { n: number },
    { categories: ['aggregates'] },
  ),
  declare('sum', { collection: numbers }, { n: number }, { categories: ['aggregates'] }),
  declare('product', { collection: numbers }, { n: number }, { categories: ['aggregates'] }),
  declare('max', { collection: arrayOrSet }, { n: any }, { categories: ['aggregates'] }),
  declare('min', { collection: arrayOrSet }, { n: any }, { categories: ['aggregates'] }),
  declare('sort', { collection: arrayOrSet }, { n: array(any) }, { categories: ['aggregates'] }),
  declare('array.concat', { x: array(any), y: array(any) }, { z: array(any) }),
  declare('array.flatten', { arr: array(any) }, { flattened: array(any) }),
  declare('array.reverse', { arr: array(any) }, { rev: array(any) }),
  declare('array.slice', { arr: array(any), start: number, stop: number }, { slice: array(any) }),
  declare('intersection', { xs: set(set(any)) }, { y: set(any) }, { categories: ['sets'] }),
  declare('union', { xs: set(set(any)) }, { y: set(any) }, { categories: ['sets'] }),
  declare('object.filter', { object: anyObject, keys: collection }, { filtered: anyObject }),
  declare('object.get', { object: anyObject, key: any, default: any }, { value: any }),
  declare('object.keys', { object: anyObject }, { value: set(any) }),
  declare('object.remove', { object: anyObject, keys: collection }, { output: anyObject }),
  declare('object.subset', { super: collection, sub: collection }, { result: boolean }),
  declare('object.union', { a: anyObject, b: anyObject }, { output: anyObject }),
  declare('object.union_n', { objects: array(anyObject) }, { output: anyObject }),
  declare('json.filter', { object: anyObject, paths: paths }, { filtered: anyObject }, { categories: ['object'] }),
  declare(
    'json.patch',
    { target: any, patches: array(record({ op: string, path: any }, any, any)) },
    { output: any },
    { categories: ['object'] },
  ),
  declare('json.remove', { object: anyObject, paths: paths }, { output: anyObject }, { categories: ['object'] }),
  declare('walk', { x: any }, { output: tuple(array(any), any) }, { relation: true, categories: ['graph'] }),
  declare('graph.reachable', { graph: object(any, arrayOrSet), initial: arrayOrSet }, { output: set(any) }),
  declare(
    'graph.reachable_paths',
    { graph: object(any, arrayOrSet), initial: arrayOrSet },
    { output: set(array(any)) },
  ),
];
