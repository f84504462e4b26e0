// Every built-in that runs on the host, by OPA's name.
// Left to others: the implementations, a file per family; and how an evaluation calls them (engine/host).
import type { HostBuiltins } from '../../host/builtin.ts';
import { REGEX_BUILTINS } from './regex.ts';
import { SPRINTF_BUILTINS } from './sprintf.ts';
import { SCHEMA_BUILTINS } from './schema.ts';
import { TIME_BUILTINS } from './time.ts';

/** All host built-ins. */
export const HOST_BUILTINS: HostBuiltins = {
  ...REGEX_BUILTINS,
  ...SPRINTF_BUILTINS,
  ...SCHEMA_BUILTINS,
  ...TIME_BUILTINS,
};
