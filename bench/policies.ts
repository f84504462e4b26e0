// The policies and inputs that the engine benchmark measures, generated so that each size has the same shape.

export interface Workload {
  readonly name: string;
  readonly policy: string;
  readonly entrypoint: string;
  readonly data: unknown;
  readonly input: unknown;
}

function acl(rules: number): Workload {
  const lines = ['package acl', 'default allow := false'];
  for (let i = 0; i < rules; i++)
    lines.push(`allow if {\n\tinput.user == "user${i}"\n\tinput.action == "read"\n\tinput.resource == "doc${i}"\n}`);
  const last = rules - 1;
  return {
    name: `ACL, ${rules.toLocaleString('en')} rules`,
    policy: lines.join('\n\n') + '\n',
    entrypoint: 'acl/allow',
    data: {},
    input: { user: `user${last}`, action: 'read', resource: `doc${last}` },
  };
}

function rbac(): Workload {
  const users: Record<string, string[]> = {};
  const roles: Record<string, { action: string; type: string }[]> = {};
  for (let i = 0; i < 20; i++)
    roles[`role${i}`] = ['read', 'write', 'list'].map((action) => ({ action, type: `type${i % 5}` }));
  for (let i = 0; i < 100; i++) users[`user${i}`] = [`role${i % 20}`, `role${(i * 7) % 20}`];
  return {
    name: 'RBAC over data',
    policy: `package rbac

default allow := false

allow if {
	some role in data.users[input.user]
	some grant in data.roles[role]
	grant.action == input.action
	grant.type == input.type
}
`,
    entrypoint: 'rbac/allow',
    data: { users, roles },
    input: { user: 'user42', action: 'write', type: 'type2' },
  };
}

function largeInput(): Workload {
  const lines = ['package admission'];
  for (let i = 0; i < 50; i++)
    lines.push(`deny contains msg if {
	some container in input.spec.containers
	container.image == "forbidden${i}"
	msg := sprintf("container %s: image %s", [container.name, container.image])
}`);
  const containers = Array.from({ length: 400 }, (_, i) => ({
    name: `container-${i}`,
    image: `registry.example/app/service-${i}:1.${i}`,
    resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '250m', memory: '128Mi' } },
    env: [{ name: 'A', value: `value-${i}` }],
  }));
  return {
    name: '50 rules, 100 KB input',
    policy: lines.join('\n\n') + '\n',
    entrypoint: 'admission/deny',
    data: {},
    input: { kind: 'Pod', spec: { containers } },
  };
}

function text(): Workload {
  return {
    name: 'strings, regex, glob',
    policy: `package text

default allow := false

allow if {
	startswith(input.path, "/api/")
	parts := split(trim(input.path, "/"), "/")
	count(parts) > 2
	lower(parts[1]) == "v1"
	regex.match("^[a-z0-9_-]{3,20}$", input.user)
	glob.match("*.example.com", ["."], input.host)
	contains(concat("|", parts), "users|42")
}
`,
    entrypoint: 'text/allow',
    data: {},
    input: { path: '/api/V1/users/42', user: 'alice_01', host: 'api.example.com' },
  };
}

/** What is measured, from hello world to thousands of rules. */
export const workloads: readonly Workload[] = [
  {
    name: 'hello world',
    policy: 'package hello\n\ndefault allow := false\n\nallow if input.message == "world"\n',
    entrypoint: 'hello/allow',
    data: {},
    input: { message: 'world' },
  },
  rbac(),
  acl(10),
  acl(100),
  acl(1000),
  acl(10000),
  largeInput(),
  text(),
];

/** `count` clauses of a function; the last one is asked for. */
function clauses(count: number): Workload {
  const lines = Array.from({ length: count }, (_, i) => `level("role${i}") := ${i}`);
  return {
    name: `function of ${count} clauses`,
    policy: `package roles\n\n${lines.join('\n\n')}\n\nanswer := level(input.role)\n`,
    entrypoint: 'roles/answer',
    data: {},
    input: { role: `role${count - 1}` },
  };
}

/** `count` documents below one name; one of them by a key from the input. */
function documents(count: number): Workload {
  const lines = Array.from({ length: count }, (_, i) => `limit.plan${i} := ${i} if input.active`);
  return {
    name: `${count} documents`,
    policy: `package limits\n\n${lines.join('\n\n')}\n\nanswer := limit[input.plan]\n`,
    entrypoint: 'limits/answer',
    data: {},
    input: { plan: `plan${count - 1}`, active: true },
  };
}

/** `count` rules that match a path with a pattern; the last one holds. */
function globs(count: number): Workload {
  const lines = Array.from({ length: count }, (_, i) => `allow if glob.match("/api/r${i}/*/items", ["/"], input.path)`);
  return {
    name: `${count} patterns`,
    policy: `package globs\n\ndefault allow := false\n\n${lines.join('\n\n')}\n`,
    entrypoint: 'globs/allow',
    data: {},
    input: { path: `/api/r${count - 1}/7/items` },
  };
}

/** Policies of 10 and of 10,000 of a kind. */
export const growing: readonly { readonly name: string; readonly small: Workload; readonly large: Workload }[] = [
  { name: 'rules (ACL)', small: acl(10), large: acl(10_000) },
  { name: 'clauses of a function', small: clauses(10), large: clauses(10_000) },
  { name: 'glob patterns', small: globs(10), large: globs(10_000) },
  { name: 'documents by key', small: documents(10), large: documents(10_000) },
];

/** A policy of many rules of different kinds, for the time of the compiler. */
export function manyRules(count: number): string {
  const lines = ['package many'];
  for (let i = 0; i < count; i++) {
    const kind = i % 4;
    if (kind === 0) lines.push(`r${i} if {\n\tinput.a${i} == "x${i}"\n\tinput.b in {"p", "q${i}"}\n}`);
    else if (kind === 1) lines.push(`s${i} contains v if {\n\tsome v in input.list\n\tv.n > ${i}\n\tr${i - 1}\n}`);
    else if (kind === 2) lines.push(`f${i}(x) := y if {\n\ty := x + ${i}\n\tcount(input.list) > ${i}\n}`);
    else lines.push(`default d${i} := false\n\nd${i} if {\n\tf${i - 1}(input.n) > 3\n\tnot r${i - 3}\n}`);
  }
  return lines.join('\n\n') + '\n';
}

/** `count` rules of one set, each of four expressions. */
function denials(count: number): string {
  const lines = Array.from(
    { length: count },
    (_, i) => `deny contains message if {
	some container in input.spec.containers
	not startswith(container.image, "registry${i}/")
	container.cpu > ${i}
	message := sprintf("container %s breaks rule ${i}", [container.name])
}`,
  );
  return `package denials\n\n${lines.join('\n\n')}\n`;
}

/** Policies of 2,000 rules, for the time of the compiler, and what is asked of them. */
export const compiled: readonly {
  readonly name: string;
  readonly policy: string;
  readonly entrypoints: readonly string[];
}[] = [
  { name: 'ACL', policy: acl(2000).policy, entrypoints: ['acl/allow'] },
  { name: 'four kinds, one entry', policy: manyRules(2000), entrypoints: ['many/d3'] },
  {
    name: 'four kinds, 1,000 entries',
    policy: manyRules(2000),
    entrypoints: Array.from({ length: 500 }, (_, i) => [`many/d${i * 4 + 3}`, `many/s${i * 4 + 1}`]).flat(),
  },
  { name: 'one set, 4 expressions', policy: denials(2000), entrypoints: ['denials/deny'] },
];
