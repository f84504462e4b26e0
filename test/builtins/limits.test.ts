// Arguments chosen to take forever: each call must end soon, with a result or an error.
import { expect, test } from '@jest/globals';
import { HOST_BUILTINS } from '../../engine/builtins/host/index.ts';
import { BuiltinError } from '../../engine/host/builtin.ts';
import { makeObject } from '../../engine/value/construct.ts';
import type { Value } from '../../engine/value/value.ts';
import { testContext } from './run-case.ts';

const LONG = 'a'.repeat(50_000);
const NONE = makeObject([]);

const CALLS: readonly (readonly [string, ...Value[]])[] = [
  ['regex.find_n', '', LONG, -1],
  ['regex.globs_match', 'a*'.repeat(1000), 'b*a*'.repeat(500)],
  ['regex.globs_match', '[\u0001-\u{10ffff}]*'.repeat(500), `${'.*'.repeat(500)}x`],
  ['sprintf', `%${'9'.repeat(10_000)}d`, [1]],
  ['sprintf', '%1000000d'.repeat(20), [1]],
  ['units.parse', '1e999999'],
  ['units.parse_bytes', '1e-999999'],
  ['semver.is_valid', `${'1'.repeat(500_000)}.0.0`],
  ['semver.is_valid', `1.0.0-${'a.'.repeat(50_000)}!`],
  ['time.parse_duration_ns', '1'.repeat(100_000)],
  ['urlquery.decode_object', 'a=b&'.repeat(20_000)],
  ['net.cidr_expand', '10.0.0.0/8'],
  ['net.cidr_expand', '::/0'],
  ['yaml.unmarshal', '['.repeat(20_000)],
  ['yaml.unmarshal', '- '.repeat(20_000)],
  ['yaml.unmarshal', '{a: '.repeat(5000)],
  ['yaml.unmarshal', aliases(9, 9)],
  ['strings.render_template', '{{range 1000000000}}x{{end}}', NONE],
  ['strings.render_template', '{{range 100000}}{{range 100000}}{{end}}{{end}}', NONE],
  ['strings.render_template', '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}', NONE],
  ['strings.render_template', `{{${'('.repeat(20_000)}`, NONE],
];

/** Lists of lists by alias: a short text that stands for width^depth items. */
function aliases(depth: number, width: number): string {
  let text = 'a0: &a0 [x]\n';
  for (let i = 1; i <= depth; i++)
    text += `a${i}: &a${i} [${Array(width)
      .fill(`*a${i - 1}`)
      .join(', ')}]\n`;
  return text;
}

test.each(CALLS.map((item, i) => [i, item[0], item] as const))('%d %s ends', (_, name, [, ...args]) => {
  try {
    HOST_BUILTINS[name]!(testContext(), ...args);
  } catch (error) {
    expect(error).toBeInstanceOf(BuiltinError);
  }
});
