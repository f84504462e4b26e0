// `regate init`: a small project to start from, whose tests pass.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import { write } from '../output.ts';

const FILES: Readonly<Record<string, string>> = {
  'policy/authz.rego': `# METADATA
# title: Who may do what
# description: Everything is denied that no rule allows.
package authz

# METADATA
# entrypoint: true
default allow := false

# Whoever has a role may do what the role permits.
allow if {
	some role in data.users[input.user].roles
	input.action in data.roles[role].actions
}
`,
  'policy/authz_test.rego': `package authz_test

import data.authz

users := {"ada": {"roles": ["editor"]}, "bob": {"roles": ["reader"]}}

roles := {"editor": {"actions": ["read", "write"]}, "reader": {"actions": ["read"]}}

test_allow[name] if {
	cases := {
		"editors write": {"user": "ada", "action": "write", "want": true},
		"readers read": {"user": "bob", "action": "read", "want": true},
		"readers do not write": {"user": "bob", "action": "write", "want": false},
		"strangers do nothing": {"user": "eve", "action": "read", "want": false},
	}
	some name, tc in cases
	got := authz.allow with input as tc with data.users as users with data.roles as roles
	got == tc.want
}

test_nothing_without_input if {
	not authz.allow
}
`,
  'policy/gateway.rego': `# METADATA
# title: What the gate asks
# description: The decision on each request, by the roles of the caller.
package gateway

import data.authz

# METADATA
# entrypoint: true
default decision := {"action": "deny", "reason": "no role permits this"}

decision := {"action": "allow"} if {
	authz.allow with input as {"user": input.identity.subject, "action": needed}
}

# What a request needs to be allowed: \`read\`, unless it can change something.
default needed := "read"

needed := "write" if input.mcp.method == "tools/call"

needed := "write" if {
	input.mcp == null
	not input.request.method in {"GET", "HEAD"}
}
`,
  'policy/gateway_test.rego': `package gateway_test

import data.gateway

users := {"ada": {"roles": ["editor"]}, "bob": {"roles": ["reader"]}}

roles := {"editor": {"actions": ["read", "write"]}, "reader": {"actions": ["read"]}}

request(subject, method, mcp) := {"identity": {"subject": subject}, "request": {"method": method}, "mcp": mcp}

test_decision[name] if {
	cases := {
		"editors call tools": [request("ada", "POST", {"method": "tools/call"}), "allow"],
		"readers do not": [request("bob", "POST", {"method": "tools/call"}), "deny"],
		"readers see the tools": [request("bob", "POST", {"method": "tools/list"}), "allow"],
		"readers get": [request("bob", "GET", null), "allow"],
		"readers do not put": [request("bob", "PUT", null), "deny"],
		"strangers get nothing": [request("eve", "GET", null), "deny"],
	}
	some name, [asked, want] in cases
	got := gateway.decision with input as asked with data.users as users with data.roles as roles
	got.action == want
}

test_denied_without_input if gateway.decision.action == "deny"
`,
  'gate.yaml': `# The gate in front of the servers: \`regate config check gate.yaml\`, then \`regate serve --config gate.yaml\`.
listen: { host: 127.0.0.1, port: 8080 }
publicUrl: http://127.0.0.1:8080
policy: { directory: policy }
issuers:
  # Whose tokens are accepted: found by discovery.
  - issuer: https://idp.example
    audience: [http://127.0.0.1:8080]
connections:
  # What stands behind the gate; \`kind: http\` for other servers.
  - name: tools
    kind: mcp
    path: /mcp
    upstream: http://127.0.0.1:3000/mcp
    credential: { kind: none }
decisionLog: { file: decisions.jsonl }
`,
  '.github/workflows/policy.yaml': `name: policy
on: [push, pull_request]
jobs:
  policy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: npx regate fmt --list --fail policy
      - run: npx regate check --strict --format github policy
      - run: npx regate test --format github --threshold 90 policy
      - run: npx regate build --target wasm --ignore '*_test.rego' --revision "$GITHUB_SHA" --output bundle.tar.gz policy
`,
  'policy/data.json': `${JSON.stringify(
    {
      users: { ada: { roles: ['editor'] }, bob: { roles: ['reader'] } },
      roles: { editor: { actions: ['read', 'write'] }, reader: { actions: ['read'] } },
    },
    undefined,
    2,
  )}
`,
  'input.json': '{ "user": "ada", "action": "write" }\n',
};

/** Adds `init` to the program. */
export function initCommand(program: Command): void {
  program
    .command('init')
    .description('Make a starter project')
    .argument('[directory]', 'where to put it', '.')
    .option('--force', 'overwrite files that are there')
    .addHelpText('after', '\nExample:\n  regate init my-policies\n')
    .action((directory: string, flags: { readonly force?: boolean }) => init(directory, flags.force ?? false));
}

function init(directory: string, force: boolean): void {
  const taken = Object.keys(FILES).filter((name) => existsSync(join(directory, name)));
  if (taken.length > 0 && !force)
    throw new CliError(`${taken.map((name) => join(directory, name)).join(', ')}: file exists (--force overwrites)`);
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(directory, name);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } catch (error) {
      throw new CliError(`${path}: ${(error as Error).message}`);
    }
    write(`created ${path}`);
  }
  const policy = join(directory, 'policy');
  const input = join(directory, 'input.json');
  write(
    [
      '',
      'Try:',
      `  regate test ${policy}`,
      `  regate eval -d ${policy} -i ${input} -f pretty data.authz.allow`,
      `  regate config check ${join(directory, 'gate.yaml')}`,
    ].join('\n'),
  );
}
