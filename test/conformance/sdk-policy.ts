// A module in the SDK's own LoadedPolicy, with the host's built-ins: what its users get, and the text of the same call without rounding.
import * as sdk from '@open-policy-agent/opa-wasm';
import { HOST_BUILTINS } from '../../engine/builtins/host/index.ts';
import { fromThrown } from '../../engine/host/evaluation-error.ts';
import { instantiate, type LinkedModule } from '../../engine/host/instantiate.ts';

/** The SDK exports its classes in its default export only; its declarations say otherwise. */
const { LoadedPolicy } = (sdk as unknown as { default: Pick<typeof sdk, 'LoadedPolicy'> }).default;

export class SdkPolicy {
  readonly #linked: LinkedModule;
  readonly #loaded: InstanceType<typeof LoadedPolicy>;
  /** Where the last evaluation left its result's text: the SDK parses it and forgets. */
  #resultAddress = 0;

  constructor(wasm: Uint8Array) {
    const module = new WebAssembly.Module(wasm);
    const linked = instantiate(module, {}).start(HOST_BUILTINS, (each) => each);
    const { memory } = linked;
    const evaluate = memory.func('opa_eval');
    const exports = {
      ...linked.instance.exports,
      opa_eval: (...args: number[]): number => (this.#resultAddress = evaluate(...args)),
    };
    const minor = memory.global('opa_wasm_abi_minor_version')!;
    this.#linked = linked;
    this.#loaded = new LoadedPolicy({ instance: { exports } as WebAssembly.Instance, module }, memory.memory, minor);
  }

  /** Replaces the base documents by JSON text. */
  setData(text: string): void {
    this.#loaded.setData(toBuffer(text));
  }

  /** The whole result set as the SDK gives it, and its text. Throws EvaluationError. */
  evaluate(entrypoint: string, input: string | undefined): { readonly results: unknown; readonly text: string } {
    this.#linked.calls.startEvaluation();
    try {
      const results: unknown = this.#loaded.evaluate(input === undefined ? undefined : toBuffer(input), entrypoint);
      return { results, text: this.#linked.memory.text(this.#resultAddress) };
    } catch (error) {
      throw fromThrown(error);
    }
  }
}

/** JSON text as the SDK takes it: in an ArrayBuffer, which it passes on as it is, falsy values included. */
function toBuffer(text: string): ArrayBuffer {
  return new TextEncoder().encode(text).slice().buffer;
}
