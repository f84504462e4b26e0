// Built-ins that our modules have inside and modules of other compilers ask the host for. Each runs in a module of one
// rule that is compiled when it is first called, so that there is one implementation.
import { compile } from '../../compile.ts';
import { BuiltinError, type HostBuiltin, type HostBuiltins } from '../../host/builtin.ts';
import { EvaluationError } from '../../host/evaluation-error.ts';
import { instantiate } from '../../host/instantiate.ts';
import { Policy } from '../../host/policy.ts';
import type { Value } from '../../value/value.ts';
import { builtinByName } from '../table.ts';
import { declare } from '../table/declare.ts';
import { any, boolean, number } from '../table/notation.ts';

/** Those that OPA's own modules ask for. */
const NATIVES = [
  'base64url.encode_no_pad',
  'glob.quote_meta',
  'graph.reachable_paths',
  'hex.decode',
  'hex.encode',
  'indexof_n',
  'json.patch',
  'numbers.range_step',
  'object.subset',
  'strings.any_prefix_match',
  'strings.any_suffix_match',
  'strings.count',
  'strings.split_n',
];

/** Arguments and results go through built-ins, not through input and result: those would lose sets. */
const ARGUMENT = 'native.argument';
const RESULT = 'native.result';
const PASSING = new Map([
  [ARGUMENT, declare(ARGUMENT, { position: number }, { value: any })],
  [RESULT, declare(RESULT, { value: any }, { result: boolean })],
]);

function native(name: string): HostBuiltin {
  let policy: Policy | undefined;
  let args: readonly Value[] = [];
  let result: Value | undefined;
  const start = (): Policy => {
    const calls = builtinByName(name)!.args.map((_, position) => `${ARGUMENT}(${position})`);
    const text = `package native\n\ncall if ${RESULT}(${name}(${calls.join(', ')}))\n`;
    const { wasm, diagnostics } = compile([{ file: '', text }], {
      entrypoints: ['native/call'],
      builtins: PASSING,
      strictBuiltinErrors: true,
    });
    if (wasm === undefined) throw new Error(`${name} cannot be compiled: ${diagnostics[0]?.message}`);
    const passing: HostBuiltins = {
      [ARGUMENT]: (_, position) => args[position as number],
      [RESULT]: (_, value) => {
        result = value;
        return true;
      },
    };
    return instantiate(new WebAssembly.Module(wasm), {}).start(passing, (linked) => new Policy(linked));
  };
  return (_, ...given) => {
    args = given;
    result = undefined;
    try {
      (policy ??= start()).evaluate('native/call');
    } catch (error) {
      throw error instanceof EvaluationError ? failed(name, error) : error;
    }
    return result;
  };
}

/** The built-in's own error; whatever else ends its evaluation ends the caller's. */
function failed(name: string, error: EvaluationError): Error {
  const { code, text } = error;
  if (code !== 'eval_builtin_error' && code !== 'eval_type_error') return error;
  return new BuiltinError(text.slice(`${name}: `.length), code);
}

/** All of them, by name. */
export const NATIVE_BUILTINS: HostBuiltins = Object.fromEntries(NATIVES.map((name) => [name, native(name)]));
