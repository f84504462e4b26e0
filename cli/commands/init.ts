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
    ['', 'Try:', `  regate test ${policy}`, `  regate eval -d ${policy} -i ${input} -f pretty data.authz.allow`].join(
      '\n',
    ),
  );
}
