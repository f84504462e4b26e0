// A generated suite of Rego tests for the benchmark of the command line: policies of four kinds, each file beside its tests.
// The same numbers give the same files.

/** A file of the suite. */
export interface SuiteFile {
  readonly name: string;
  readonly text: string;
}

type Kind = (id: number, tests: number) => { readonly policy: string; readonly tests: readonly string[] };

function admission(id: number, tests: number): ReturnType<Kind> {
  const policy = `package suite.p${id}

deny contains msg if {
	some container in input.spec.containers
	not startswith(container.image, "registry${id}.example.com/")
	msg := sprintf("container %s: image %s is not from registry${id}", [container.name, container.image])
}

deny contains msg if {
	some container in input.spec.containers
	container.securityContext.privileged
	msg := sprintf("container %s is privileged", [container.name])
}

deny contains msg if {
	some container in input.spec.containers
	not container.resources.limits.memory
	msg := sprintf("container %s has no memory limit", [container.name])
}

names := {container.name | some container in input.spec.containers}
`;
  return {
    policy,
    tests: Array.from(
      { length: tests },
      (_, i) => `test_admission_${i} if {
	pod := {"spec": {"containers": [
		{"name": "a${i}", "image": "registry${id}.example.com/a:${i}", "resources": {"limits": {"memory": "${i}Mi"}}},
		{"name": "b${i}", "image": "docker.io/b:${i}", "securityContext": {"privileged": true}},
	]}}
	found := p${id}.deny with input as pod
	count(found) == 3
	"container b${i} is privileged" in found
	p${id}.names == {"a${i}", "b${i}"} with input as pod
}
`,
    ),
  };
}

function roles(id: number, tests: number): ReturnType<Kind> {
  const policy = `package suite.p${id}

default allow := false

allow if "admin" in user_roles

allow if {
	some role in user_roles
	some grant in data.grants${id}[role]
	grant.action == input.action
	glob.match(grant.path, ["/"], input.path)
}

user_roles contains role if some role in data.users${id}[input.user]

reason := "administrator" if {
	"admin" in user_roles
} else := "granted" if {
	allow
} else := sprintf("%s may not %s %s", [input.user, input.action, input.path])
`;
  return {
    policy,
    tests: Array.from({ length: tests }, (_, i) => {
      const isAllowed = i % 2 === 0;
      return `test_roles_${i} if {
	request := {"user": "u${i}", "action": "${isAllowed ? 'read' : 'write'}", "path": "docs/${i}"}
	users := {"u${i}": ["reader"], "root": ["admin"]}
	grants := {"reader": [{"action": "read", "path": "docs/*"}]}
	decision := p${id}.allow with input as request with data.users${id} as users with data.grants${id} as grants
	decision == ${isAllowed}
	p${id}.reason == "administrator" with input as {"user": "root"} with data.users${id} as users
}
`;
    }),
  };
}

function tags(id: number, tests: number): ReturnType<Kind> {
  const policy = `package suite.p${id}

required := {"owner", "cost-center", "stage${id}"}

missing[name] := absent if {
	some name, resource in input.resources
	absent := required - {tag | some tag, _ in resource.tags}
	count(absent) > 0
}

invalid contains name if {
	some name, resource in input.resources
	not regex.match("^[a-z][a-z0-9-]{2,30}$", resource.tags.owner)
}

score(resource) := total if {
	total := sum([1 | some tag in required; resource.tags[tag]])
}

compliant if {
	count(missing) == 0
	count(invalid) == 0
}
`;
  return {
    policy,
    tests: Array.from(
      { length: tests },
      (_, i) => `test_tags_${i} if {
	resources := {
		"bucket${i}": {"tags": {"owner": "team-${i}", "cost-center": "${i}", "stage${id}": "prod"}},
		"queue${i}": {"tags": {"owner": "Team ${i}"}},
	}
	p${id}.missing == {"queue${i}": {"cost-center", "stage${id}"}} with input as {"resources": resources}
	p${id}.invalid == {"queue${i}"} with input as {"resources": resources}
	p${id}.score(resources.bucket${i}) == 3
	not p${id}.compliant with input as {"resources": resources}
}
`,
    ),
  };
}

function tokens(id: number, tests: number): ReturnType<Kind> {
  const policy = `package suite.p${id}

default allow := false

claims := payload if [_, payload, _] := io.jwt.decode(input.token)

allow if {
	claims.aud == "service${id}"
	claims.exp > time.now_ns() / 1000000000
	some scope in split(claims.scope, " ")
	scope == required_scope
}

required_scope := "read:items" if input.method == "GET"

required_scope := "write:items" if input.method in {"POST", "PUT", "DELETE"}
`;
  return {
    policy,
    tests: Array.from({ length: tests }, (_, i) => {
      const isAllowed = i % 3 !== 0;
      return `mock_decode_${i}(_) := [{}, {"aud": "service${id}", "exp": ${1000 + i}, "scope": "read:items list:items"}, ""]

test_tokens_${i} if {
	decision := p${id}.allow with input as {"token": "t${i}", "method": "${isAllowed ? 'GET' : 'PUT'}"}
		with io.jwt.decode as mock_decode_${i}
		with time.now_ns as ${i} * 1000000000
	decision == ${isAllowed}
}
`;
    }),
  };
}

const KINDS: readonly Kind[] = [admission, roles, tags, tokens];

/** \`files\` files, half of them tests, with \`tests\` tests in all. */
export function testSuite(files: number, tests: number): readonly SuiteFile[] {
  const pairs = files / 2;
  return Array.from({ length: pairs }, (_, id) => {
    const made = KINDS[id % KINDS.length]!(id, tests / pairs);
    return [
      { name: `p${id}.rego`, text: made.policy },
      {
        name: `p${id}_test.rego`,
        text: [`package suite.p${id}_test\n\nimport data.suite.p${id}\n`, ...made.tests].join('\n'),
      },
    ];
  }).flat();
}
