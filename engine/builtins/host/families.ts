// The families of host built-ins by the names in them, each loaded when a policy calls one of its built-ins: parsers, tables of
// time zones and certificates take longer to load than most policies to run. All families at once: index.ts.
import type { HostBuiltins } from '../../host/builtin.ts';

type Load = () => Promise<HostBuiltins>;

const crypto: Load = async () => (await import('./crypto.ts')).CRYPTO_BUILTINS;
const x509: Load = async () => (await import('./x509.ts')).X509_BUILTINS;
const native: Load = async () => (await import('./natives.ts')).NATIVE_BUILTINS;
const regex: Load = async () => (await import('./regex.ts')).REGEX_BUILTINS;
const schema: Load = async () => (await import('./schema.ts')).SCHEMA_BUILTINS;
const sprintf: Load = async () => (await import('./sprintf.ts')).SPRINTF_BUILTINS;
const trace: Load = async () => (await import('./trace.ts')).TRACE_BUILTINS;
const url: Load = async () => (await import('./url.ts')).URL_BUILTINS;
const uuid: Load = async () => (await import('./uuid.ts')).UUID_BUILTINS;

/** By whole name, or by the beginnings of names up to a dot; the longest that is here counts. */
const FAMILIES: Readonly<Record<string, Load>> = {
  'base64url.encode_no_pad': native,
  crypto,
  'crypto.parse_private_keys': x509,
  'crypto.x509': x509,
  'glob.quote_meta': native,
  'graph.reachable_paths': native,
  graphql: async () => (await import('./graphql.ts')).GRAPHQL_BUILTINS,
  hex: native,
  http: async () => (await import('./http.ts')).HTTP_BUILTINS,
  indexof_n: native,
  'internal.check_time': trace,
  'internal.print': sprintf,
  'internal.template_string': sprintf,
  'internal.test_case': trace,
  'io.jwt': async () => (await import('./jwt.ts')).JWT_BUILTINS,
  json: async () => (await import('./json.ts')).JSON_BUILTINS,
  'json.match_schema': schema,
  'json.patch': native,
  'json.verify_schema': schema,
  net: async () => (await import('./net.ts')).NET_BUILTINS,
  'numbers.range_step': native,
  'object.subset': native,
  'opa.runtime': trace,
  'providers.aws': async () => (await import('./aws.ts')).AWS_BUILTINS,
  'rand.intn': uuid,
  regex,
  'rego.metadata': trace,
  'rego.parse_module': async () => (await import('./parse-module.ts')).PARSE_MODULE_BUILTINS,
  semver: async () => (await import('./semver.ts')).SEMVER_BUILTINS,
  sprintf,
  strings: native,
  'strings.render_template': async () => (await import('./render-template.ts')).TEMPLATE_BUILTINS,
  time: async () => (await import('./time.ts')).TIME_BUILTINS,
  trace,
  units: async () => (await import('./units.ts')).UNITS_BUILTINS,
  uri: url,
  urlquery: url,
  uuid,
  yaml: async () => (await import('./yaml.ts')).YAML_BUILTINS,
};

/** The host built-ins of these names, and those of their families; names that no family has are left out. */
export async function hostBuiltins(names: Iterable<string>): Promise<HostBuiltins> {
  const families = new Set<Load>();
  for (const name of names) {
    const family = familyOf(name);
    if (family !== undefined) families.add(family);
  }
  const loaded = await Promise.all([...families].map((load) => load()));
  return Object.assign({}, ...loaded) as HostBuiltins;
}

function familyOf(name: string): Load | undefined {
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
    const key = name.slice(0, end);
    if (Object.hasOwn(FAMILIES, key)) return FAMILIES[key];
  }
  return undefined;
}
