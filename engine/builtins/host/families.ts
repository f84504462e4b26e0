// The families of host built-ins by the names in them, each loaded when a policy calls one of its built-ins: parsers, tables of
// time zones and certificates take longer to load than most policies to run. All families at once: index.ts.
import type { HostBuiltins } from '../../host/builtin.ts';

type Load = () => Promise<HostBuiltins>;

const crypto: Load = async () => (await import('./crypto.ts')).CRYPTO_BUILTINS;
const x509: Load = async () => (await import('./x509.ts')).X509_BUILTINS;
const regex: Load = async () => (await import('./regex.ts')).REGEX_BUILTINS;
const schema: Load = async () => (await import('./schema.ts')).SCHEMA_BUILTINS;
const sprintf: Load = async () => (await import('./sprintf.ts')).SPRINTF_BUILTINS;
const trace: Load = async () => (await import('./trace.ts')).TRACE_BUILTINS;
const url: Load = async () => (await import('./url.ts')).URL_BUILTINS;
const uuid: Load = async () => (await import('./uuid.ts')).UUID_BUILTINS;

/** By whole name, or by the beginnings of names up to a dot; the longest that is here counts. */
const FAMILIES: Readonly<Record<string, Load>> = {
  crypto,
  'crypto.parse_private_keys': x509,
  'crypto.x509': x509,
  graphql: async () => (await import('./graphql.ts')).GRAPHQL_BUILTINS,
  http: async () => (await import('./http.ts')).HTTP_BUILTINS,
  'internal.check_time': trace,
  'internal.print': sprintf,
  'internal.template_string': sprintf,
  'internal.test_case': trace,
  'io.jwt': async () => (await import('./jwt.ts')).JWT_BUILTINS,
  json: async () => (await import('./json.ts')).JSON_BUILTINS,
  'json.match_schema': schema,
  'json.verify_schema': schema,
  net: async () => (await import('./net.ts')).NET_BUILTINS,
  'opa.runtime': trace,
  'providers.aws': async () => (await import('./aws.ts')).AWS_BUILTINS,
  'rand.intn': uuid,
  regex,
  'rego.metadata': trace,
  'rego.parse_module': async () => (await import('./parse-module.ts')).PARSE_MODULE_BUILTINS,
  semver: async () => (await import('./semver.ts')).SEMVER_BUILTINS,
  sprintf,
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
