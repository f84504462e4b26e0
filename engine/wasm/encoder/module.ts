// A WebAssembly module as data: just the sections that the runtime library and generated policies have.
// Read by module-reader.ts, written by module-writer.ts.

/** The only value types asked for by name; others pass through as their byte. */
export const I32 = 0x7f;

/** Kinds of imports and exports, by their codes in the binary format. */
export const ExternalKind = { func: 0, table: 1, memory: 2, global: 3 } as const;
export type ExternalKind = (typeof ExternalKind)[keyof typeof ExternalKind];

export interface FuncType {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

export type Import =
  | { readonly module: string; readonly name: string; readonly kind: typeof ExternalKind.func; readonly type: number }
  | {
      readonly module: string;
      readonly name: string;
      readonly kind: typeof ExternalKind.memory;
      readonly limits: Limits;
    };

/** Pages of 64 KiB. */
export interface Limits {
  readonly min: number;
  readonly max?: number;
}

export interface Global {
  readonly type: number;
  readonly mutable: boolean;
  /** The constant expression, `end` included. */
  readonly init: Uint8Array;
}

export interface Export {
  readonly name: string;
  readonly kind: ExternalKind;
  readonly index: number;
}

/** `offset` absent: passive, copied by `memory.init`. */
export interface DataSegment {
  readonly offset?: number;
  readonly bytes: Uint8Array;
}

/** The function number in a `call` instruction: from `start` to `end` in the body. */
export interface CallSite {
  readonly start: number;
  readonly end: number;
  readonly func: number;
}

/** A function body (locals and code, without its size). `calls`, in order, are those to number anew when it is written. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly calls: readonly CallSite[];
}

/** Functions are numbered imports first, then `functions` in order. */
export interface Module {
  readonly types: readonly FuncType[];
  readonly imports: readonly Import[];
  /** Defined functions: index of the type, and the body. */
  readonly functions: readonly { readonly type: number; readonly body: Body }[];
  /** Functions of the one table, in place; absent: no table. */
  readonly table?: readonly number[];
  readonly globals: readonly Global[];
  readonly exports: readonly Export[];
  readonly start?: number;
  readonly data: readonly DataSegment[];
}
