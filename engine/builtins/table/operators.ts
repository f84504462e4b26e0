// Operators: equality, comparison, arithmetic, sets and membership.
// A family of the table of built-ins; the notation is declare.ts's.
import { declare } from './declare.ts';
import type { BuiltinDecl } from './declare.ts';
import { any, boolean, number, oneOf, set } from './notation.ts';

export const operatorsBuiltins: readonly BuiltinDecl[] = [
  declare('eq', [any, any], boolean, { infix: '=' }),
  declare('assign', [any, any], boolean, { infix: ':=' }),
  declare('equal', { x: any, y: any }, { result: boolean }, { infix: '==', categories: ['comparison'] }),
  declare('neq', { x: any, y: any }, { result: boolean }, { infix: '!=', categories: ['comparison'] }),
  declare('lt', { x: any, y: any }, { result: boolean }, { infix: '<', categories: ['comparison'] }),
  declare('lte', { x: any, y: any }, { result: boolean }, { infix: '<=', categories: ['comparison'] }),
  declare('gt', { x: any, y: any }, { result: boolean }, { infix: '>', categories: ['comparison'] }),
  declare('gte', { x: any, y: any }, { result: boolean }, { infix: '>=', categories: ['comparison'] }),
  declare('plus', { x: number, y: number }, { z: number }, { infix: '+', categories: ['numbers'] }),
  declare(
    'minus',
    { x: oneOf(number, set(any)), y: oneOf(number, set(any)) },
    { z: oneOf(number, set(any)) },
    { infix: '-', categories: ['sets', 'numbers'] },
  ),
  declare('mul', { x: number, y: number }, { z: number }, { infix: '*', categories: ['numbers'] }),
  declare('div', { x: number, y: number }, { z: number }, { infix: '/', categories: ['numbers'] }),
  declare('rem', { x: number, y: number }, { z: number }, { infix: '%', categories: ['numbers'] }),
  declare('and', { x: set(any), y: set(any) }, { z: set(any) }, { infix: '&', categories: ['sets'] }),
  declare('or', { x: set(any), y: set(any) }, { z: set(any) }, { infix: '|', categories: ['sets'] }),
  declare('internal.member_2', [any, any], boolean, { infix: 'in' }),
  declare('internal.member_3', [any, any, any], boolean, { infix: 'in' }),
];
