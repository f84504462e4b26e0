// Every built-in that runs on the host, by OPA's name.
// Left to others: the implementations, a file per family; and how an evaluation calls them (engine/host).
import type { HostBuiltins } from '../../host/builtin.ts';
import { AWS_BUILTINS } from './aws.ts';
import { CRYPTO_BUILTINS } from './crypto.ts';
import { JWT_BUILTINS } from './jwt.ts';
import { GRAPHQL_BUILTINS } from './graphql.ts';
import { PARSE_MODULE_BUILTINS } from './parse-module.ts';
import { REGEX_BUILTINS } from './regex.ts';
import { SPRINTF_BUILTINS } from './sprintf.ts';
import { SCHEMA_BUILTINS } from './schema.ts';
import { TIME_BUILTINS } from './time.ts';
import { X509_BUILTINS } from './x509.ts';
import { UNITS_BUILTINS } from './units.ts';
import { SEMVER_BUILTINS } from './semver.ts';
import { UUID_BUILTINS } from './uuid.ts';
import { URL_BUILTINS } from './url.ts';
import { NET_BUILTINS } from './net.ts';
import { YAML_BUILTINS } from './yaml.ts';
import { HTTP_BUILTINS } from './http.ts';
import { JSON_BUILTINS } from './json.ts';
import { TRACE_BUILTINS } from './trace.ts';
import { NATIVE_BUILTINS } from './natives.ts';
import { TEMPLATE_BUILTINS } from './render-template.ts';

/** All host built-ins. */
export const HOST_BUILTINS: HostBuiltins = {
  ...AWS_BUILTINS,
  ...CRYPTO_BUILTINS,
  ...JWT_BUILTINS,
  ...GRAPHQL_BUILTINS,
  ...PARSE_MODULE_BUILTINS,
  ...REGEX_BUILTINS,
  ...SPRINTF_BUILTINS,
  ...SCHEMA_BUILTINS,
  ...TIME_BUILTINS,
  ...X509_BUILTINS,
  ...UNITS_BUILTINS,
  ...SEMVER_BUILTINS,
  ...UUID_BUILTINS,
  ...URL_BUILTINS,
  ...NET_BUILTINS,
  ...YAML_BUILTINS,
  ...HTTP_BUILTINS,
  ...JSON_BUILTINS,
  ...TRACE_BUILTINS,
  ...TEMPLATE_BUILTINS,
  ...NATIVE_BUILTINS,
};
