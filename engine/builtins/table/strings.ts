// Strings, regular expressions and globs.
// A family of the table of built-ins; the notation is declare.ts's.
import { declare } from './declare.ts';
import type { BuiltinDecl } from './declare.ts';
import { any, array, boolean, nil, number, object, oneOf, set, string } from './notation.ts';

const stringOrStrings = oneOf(string, array(string), set(string));

export const stringsBuiltins: readonly BuiltinDecl[] = [
  declare(
    'concat',
    { delimiter: string, collection: oneOf(array(string), set(string)) },
    { output: string },
    { categories: ['strings'] },
  ),
  declare('contains', { haystack: string, needle: string }, { result: boolean }, { categories: ['strings'] }),
  declare('endswith', { search: string, base: string }, { result: boolean }, { categories: ['strings'] }),
  declare('startswith', { search: string, base: string }, { result: boolean }, { categories: ['strings'] }),
  declare('indexof', { haystack: string, needle: string }, { output: number }, { categories: ['strings'] }),
  declare('indexof_n', { haystack: string, needle: string }, { output: array(number) }, { categories: ['strings'] }),
  declare('lower', { x: string }, { y: string }, { categories: ['strings'] }),
  declare('upper', { x: string }, { y: string }, { categories: ['strings'] }),
  declare('replace', { x: string, old: string, new: string }, { y: string }, { categories: ['strings'] }),
  declare('split', { x: string, delimiter: string }, { ys: array(string) }, { categories: ['strings'] }),
  declare('sprintf', { format: string, values: array(any) }, { output: string }, { categories: ['strings'] }),
  declare(
    'substring',
    { value: string, offset: number, length: number },
    { output: string },
    { categories: ['strings'] },
  ),
  declare('trim', { value: string, cutset: string }, { output: string }, { categories: ['strings'] }),
  declare('trim_left', { value: string, cutset: string }, { output: string }, { categories: ['strings'] }),
  declare('trim_prefix', { value: string, prefix: string }, { output: string }, { categories: ['strings'] }),
  declare('trim_right', { value: string, cutset: string }, { output: string }, { categories: ['strings'] }),
  declare('trim_space', { value: string }, { output: string }, { categories: ['strings'] }),
  declare('trim_suffix', { value: string, suffix: string }, { output: string }, { categories: ['strings'] }),
  declare('glob.match', { pattern: string, delimiters: oneOf(nil, array(string)), match: string }, { result: boolean }),
  declare('glob.quote_meta', { pattern: string }, { output: string }),
  declare(
    'regex.find_all_string_submatch_n',
    { pattern: string, value: string, number: number },
    { output: array(array(string)) },
  ),
  declare('regex.find_n', { pattern: string, value: string, number: number }, { output: array(string) }),
  declare('regex.globs_match', { glob1: string, glob2: string }, { result: boolean }),
  declare('regex.is_valid', { pattern: string }, { result: boolean }),
  declare('regex.match', { pattern: string, value: string }, { result: boolean }),
  declare('regex.replace', { s: string, pattern: string, value: string }, { output: string }),
  declare('regex.split', { pattern: string, value: string }, { output: array(string) }),
  declare(
    'regex.template_match',
    { template: string, value: string, delimiter_start: string, delimiter_end: string },
    { result: boolean },
  ),
  declare(
    'strings.any_prefix_match',
    { search: stringOrStrings, base: stringOrStrings },
    { result: boolean },
    { categories: ['strings'] },
  ),
  declare(
    'strings.any_suffix_match',
    { search: stringOrStrings, base: stringOrStrings },
    { result: boolean },
    { categories: ['strings'] },
  ),
  declare('strings.count', { search: string, substring: string }, { output: number }, { categories: ['strings'] }),
  declare(
    'strings.render_template',
    { value: string, vars: object(string, any) },
    { result: string },
    { categories: ['strings'] },
  ),
  declare('strings.replace_n', { patterns: object(string, string), value: string }, { output: string }),
  declare('strings.reverse', { x: string }, { y: string }, { categories: ['strings'] }),
  declare(
    'strings.split_n',
    { x: string, delimiter: string, n: number },
    { ys: array(string) },
    { categories: ['strings'] },
  ),
];
