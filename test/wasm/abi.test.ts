// The exported face of a module: OPA's ABI 1.3 as its documentation gives it, called without any SDK.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { generate } from '../../engine/wasm/generate.ts';
import { DATA, HandPlan, INPUT, l, s } from './hand-plan.ts';

const FUNCTIONS = [
  'builtins',
  'entrypoints',
  'eval',
  'opa_eval',
  'opa_eval_ctx_get_result',
  'opa_eval_ctx_new',
  'opa_eval_ctx_set_data',
  'opa_eval_ctx_set_entrypoint',
  'opa_eval_ctx_set_input',
  'opa_free',
  'opa_heap_blocks_restore',
  'opa_heap_blocks_stash',
  'opa_heap_ptr_get',
  'opa_heap_ptr_set',
  'opa_heap_stash_clear',
  'opa_json_dump',
  'opa_json_parse',
  'opa_malloc',
  'opa_value_add_path',
  'opa_value_dump',
  'opa_value_free',
  'opa_value_parse',
  'opa_value_remove_path',
];
const GLOBALS = ['opa_wasm_abi_minor_version', 'opa_wasm_abi_version'];

describe('the ABI', () => {
  let memory: WebAssembly.Memory;
  let exports: WebAssembly.Exports;
  const call = (name: string, ...args: number[]): number => (exports[name] as (...args: number[]) => number)(...args);
  const read = (address: number): string => {
    const bytes = Buffer.from(memory.buffer);
    return bytes.toString('utf8', address, bytes.indexOf(0, address));
  };
  const write = (text: string): [number, number] => {
    const address = call('opa_malloc', Buffer.byteLength(text));
    return [address, Buffer.from(memory.buffer).write(text, address)];
  };

  beforeEach(() => {
    const plan = new HandPlan();
    plan.memoSlots = 1;
    plan.func([
      [s.make('array', 0), s.append(0, DATA)],
      [s.append(0, INPUT)],
      [s.builtin('test.one', [l(0)], 1), s.return(0)],
      [s.return(0)],
    ]);
    plan.func([[s.builtin('test.two', [INPUT, DATA], 0), s.return(0)]]);
    const wasm = generate(
      plan.plan([
        { name: 't/p', func: 0 },
        { name: 't/q', func: 1 },
      ]),
      { strictBuiltinErrors: false },
    );
    memory = new WebAssembly.Memory({ initial: 2 });
    const none = (): number => 0;
    const builtins = Object.fromEntries([0, 1, 2, 3, 4].map((count) => [`opa_builtin${count}`, none]));
    const abort = (address: number): never => {
      throw new Error(read(address));
    };
    const env = { memory, opa_abort: abort, opa_println: none, ...builtins };
    exports = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env }).exports;
  });

  test('exports all names, and the memory', () => {
    const own = Object.keys(exports).filter((name) => !name.startsWith('regate_'));
    expect(own.sort()).toEqual([...FUNCTIONS, ...GLOBALS, 'memory'].sort());
    expect(exports['memory']).toBe(memory);
    const version = (name: string): number => (exports[name] as WebAssembly.Global).value;
    expect(GLOBALS.map(version)).toEqual([3, 1]);
  });

  test('builtins and entrypoints are static', () => {
    const before = call('opa_heap_ptr_get');
    const [builtins, entrypoints] = [call('builtins'), call('entrypoints')];
    expect(call('opa_heap_ptr_get')).toBe(before);
    expect(read(call('opa_json_dump', builtins))).toBe('{"test.one":0,"test.two":1}');
    expect(read(call('opa_json_dump', entrypoints))).toBe('{"t/p":0,"t/q":1}');
  });

  test('eval with a context', () => {
    const context = call('opa_eval_ctx_new');
    call('opa_eval_ctx_set_input', context, call('opa_json_parse', ...write('"in"')));
    call('opa_eval_ctx_set_data', context, call('opa_value_parse', ...write('{1,"x"}')));
    expect(call('eval', context)).toBe(0);
    const result = call('opa_eval_ctx_get_result', context);
    expect(read(call('opa_json_dump', result))).toBe('[{"result":[[1,"x"],"in"]}]');
    expect(read(call('opa_value_dump', result))).toBe('{{"result":[{1,"x"},"in"]}}');
    call('opa_eval_ctx_set_entrypoint', context, 1);
    call('eval', context);
    expect(read(call('opa_json_dump', call('opa_eval_ctx_get_result', context)))).toBe('[]');
  });

  test('opa_eval in both formats; no data is an empty object', () => {
    const heap = call('opa_heap_ptr_get');
    const evaluate = (text: string, format: number): string => {
      Buffer.from(memory.buffer).write(text, heap + 1);
      const end = heap + 1 + text.length;
      return read(call('opa_eval', 0, 0, 0, heap + 1, text.length, end, format));
    };
    expect(evaluate('[1, 2]', 0)).toBe('[{"result":[{},[1,2]]}]');
    expect(evaluate('{1, 2}', 1)).toBe('{{"result":[{},{1,2}]}}');
    expect(() => evaluate('{1, 2}', 0)).toThrow('input is not valid JSON');
    expect(() => call('opa_eval', 0, 2, 0, 0, 0, heap, 0)).toThrow('unknown entrypoint');
    expect(() => call('opa_eval', 0, -1, 0, 0, 0, heap, 0)).toThrow('unknown entrypoint');
  });

  test('parts of data are added and removed in place', () => {
    const data = call('opa_json_parse', ...write('{"a":{"b":1}}'));
    const path = (text: string): number => call('opa_json_parse', ...write(text));
    expect(call('opa_value_add_path', data, path('["a","c"]'), path('[2]'))).toBe(0);
    expect(call('opa_value_remove_path', data, path('["a","b"]'))).toBe(0);
    expect(read(call('opa_json_dump', data))).toBe('{"a":{"c":[2]}}');
    const heap = call('opa_heap_ptr_get');
    expect(read(call('opa_eval', 0, 0, data, 0, 0, heap, 0))).toBe('[{"result":[{"a":{"c":[2]}}]}]');
  });
});
