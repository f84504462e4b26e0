// The binary format: numbers, modules read back as written, and the call graph of function bodies.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from '../../engine/wasm/encoder/bytes.ts';
import { reachable, scanBody } from '../../engine/wasm/encoder/call-graph.ts';
import { Code, Op } from '../../engine/wasm/encoder/code.ts';
import { ExternalKind, I32 } from '../../engine/wasm/encoder/module.ts';
import type { Body, Module } from '../../engine/wasm/encoder/module.ts';
import { readModule, UnsupportedModuleError } from '../../engine/wasm/encoder/module-reader.ts';
import { globalI32, writeModule } from '../../engine/wasm/encoder/module-writer.ts';

describe('LEB128', () => {
  test('signed and unsigned 32-bit numbers are read back', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(0xffffffff), (signed, unsigned) => {
        const out = new ByteWriter(1);
        out.s32(signed);
        out.u32(unsigned);
        const reader = new ByteReader(out.take());
        expect([reader.s32(), reader.u32(), reader.done]).toEqual([signed, unsigned, true]);
      }),
    );
  });

  test.each([
    [0, [0]],
    [63, [63]],
    [64, [0xc0, 0]],
    [-1, [0x7f]],
    [-65, [0xbf, 0x7f]],
    [0x7fffffff, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [-0x80000000, [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])('s32 of %d', (value, bytes) => {
    const out = new ByteWriter();
    out.s32(value);
    expect([...out.take()]).toEqual(bytes);
  });

  test('reading past the end is an error', () => {
    expect(() => new ByteReader(Uint8Array.of(0x80)).u32()).toThrow(RangeError);
  });
});

function body(build: (code: Code) => void, params = 0): Body {
  const code = new Code(params);
  build(code);
  return { ...code.body(), calls: [] };
}

/** Imports one function (number 0); function 1 calls it, 2 calls 1 and 3, 3 calls nothing. */
function sample(): Module {
  return {
    types: [
      { params: [], results: [I32] },
      { params: [I32], results: [] },
    ],
    imports: [
      { module: 'env', name: 'f', kind: ExternalKind.func, type: 1 },
      { module: 'env', name: 'memory', kind: ExternalKind.memory, limits: { min: 1, max: 3 } },
    ],
    functions: [
      {
        type: 0,
        body: body((code) => {
          code.const(7);
          code.call(0);
          code.const(1);
        }),
      },
      {
        type: 0,
        body: body((code) => {
          const end = code.block();
          const local = code.scratch();
          code.const(0x10); // looks like a call opcode
          code.tee(local);
          code.brTable([end, end], end);
          code.end();
          code.call(1);
          code.call(3);
          code.op(Op.i32Add);
          code.const(16);
          code.load(0x10);
          code.op(Op.i32Add);
        }),
      },
      { type: 0, body: body((code) => code.globalGet(0)) },
    ],
    globals: [globalI32(-5, true)],
    exports: [
      { name: 'two', kind: ExternalKind.func, index: 2 },
      { name: 'g', kind: ExternalKind.global, index: 0 },
    ],
    data: [{ offset: 20, bytes: Uint8Array.of(1, 2, 3) }, { bytes: Uint8Array.of(9) }],
  };
}

describe('modules', () => {
  test('are read back as written, and run', () => {
    const bytes = writeModule(sample());
    expect(readModule(bytes)).toEqual(sample());
    const seen: number[] = [];
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 3 });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory, f: (value) => void seen.push(value) },
    });
    expect((instance.exports['two'] as () => number)()).toBe(1 - 5);
    expect(seen).toEqual([7]);
    expect([...new Uint8Array(memory.buffer, 20, 3)]).toEqual([1, 2, 3]);
  });

  test('custom sections are passed over', () => {
    const note = [0, 6, 4, ...Buffer.from('note'), 1];
    expect(readModule(Uint8Array.from([...writeModule(sample()), ...note]))).toEqual(sample());
  });

  test('tables, start functions and other bytes are refused', () => {
    expect(() => readModule(writeModule({ ...sample(), table: [2] }))).toThrow(UnsupportedModuleError);
    expect(() => readModule(writeModule({ ...sample(), start: 2 }))).toThrow(UnsupportedModuleError);
    expect(() => readModule(new Uint8Array(8))).toThrow(UnsupportedModuleError);
  });
});

describe('call graph', () => {
  const bodies = sample().functions.map((func) => scanBody(func.body.bytes));
  const callees = bodies.map((each) => each.calls.map((call) => call.func));

  test('finds what functions reach', () => {
    expect(callees).toEqual([[0], [1, 3], []]);
    const reached = (root: number): number[] => [...reachable([root], (func) => bodies[func - 1])].sort();
    expect([reached(2), reached(1)]).toEqual([
      [0, 1, 2, 3],
      [0, 1],
    ]);
  });

  test('functions get other numbers, of any length', () => {
    const written = (numberOf: (func: number) => number): Uint8Array => {
      const functions = sample().functions.map((func, i) => ({ ...func, body: bodies[i]! }));
      return readModule(writeModule({ ...sample(), functions }, numberOf)).functions[1]!.body.bytes;
    };
    expect(scanBody(written((func) => func + 20_000)).calls.map((call) => call.func)).toEqual([20_001, 20_003]);
    expect(written((func) => func)).toEqual(bodies[1]!.bytes);
  });

  test('the calls noted while writing are those read back', () => {
    const code = new Code(2);
    code.scratch();
    code.call(5);
    code.call(300);
    const written = code.body();
    expect(scanBody(written.bytes)).toMatchObject(written);
  });

  test('unbalanced blocks are our own mistake', () => {
    expect(() => body((code) => void code.block())).toThrow('unbalanced');
  });
});
