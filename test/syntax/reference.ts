// The reference implementation, where a binary is at hand: `OPA=/path/to/opa`, or `.cache/opa`.
import { OPA, sayWithoutOpa } from '../reference-opa.ts';

export { OPA };

sayWithoutOpa('comparison with OPA');
