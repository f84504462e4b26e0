// Built-ins of the family `yaml`.
// Left to others: reading and writing YAML (engine/yaml).
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import type { Value } from '../../value/value.ts';
import { parseYaml } from '../../yaml/decode.ts';
import { printYaml } from '../../yaml/emit.ts';
import { YamlError } from '../../yaml/token.ts';
import { stringOperand } from './operands.ts';

/** Runs with YAML's errors made the built-in's. */
function asBuiltin<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof YamlError) throw new BuiltinError(error.message);
    throw error;
  }
}

function isValid(text: Value): boolean {
  if (typeof text !== 'string') return false;
  try {
    parseYaml(text);
    return true;
  } catch (error) {
    if (error instanceof YamlError) return false;
    throw error;
  }
}

/** `yaml.*`. */
export const YAML_BUILTINS: HostBuiltins = {
  'yaml.marshal': (_, value) => asBuiltin(() => printYaml(value!)),
  'yaml.unmarshal': (_, text) => {
    const source = stringOperand(text!, 1);
    return asBuiltin(() => parseYaml(source));
  },
  'yaml.is_valid': (_, text) => isValid(text!),
};
