// Jest transform: removes the type annotations with Node's own stripper, so that tests run the same sources as `node`.
import { stripTypeScriptTypes } from 'node:module';

export default {
  canInstrument: false,
  process(source) {
    return { code: stripTypeScriptTypes(source, { mode: 'strip' }) };
  },
};
