// Prints a metadata block from its fields: a line a field, values as JSON, which is YAML too.
// Reading blocks is the business of `annotation-fields.ts`.
import type { Annotations } from '../ast/nodes.ts';

/** The block as comments, without a line break at the end. */
export function printMetadata({ scope, fields }: Annotations): string {
  const lines = [`scope: ${scope}`];
  for (const [name, value] of Object.entries(fields)) lines.push(`${name}: ${JSON.stringify(toYaml(name, value))}`);
  return ['# METADATA', ...lines.map((line) => `# ${line}`)].join('\n');
}

/** A field as it is written in a file: references are text there. */
function toYaml(name: string, value: unknown): unknown {
  if (name === 'schemas' && Array.isArray(value)) return value.map(schemaToYaml);
  if (name !== 'compile' || typeof value !== 'object' || value === null) return value;
  const { unknowns, mask_rule: mask } = value as { unknowns?: unknown; mask_rule?: unknown };
  return {
    ...(Array.isArray(unknowns) && { unknowns: unknowns.map(refText) }),
    ...(mask !== undefined && { mask_rule: refText(mask) }),
  };
}

function schemaToYaml(schema: unknown): unknown {
  const { path, schema: ref, definition } = schema as { path: unknown; schema?: unknown; definition?: unknown };
  return { [refText(path)]: definition ?? refText(ref) };
}

interface JsonTerm {
  readonly type: string;
  readonly value: unknown;
}

/** A reference in OPA's JSON form as text. */
function refText(ref: unknown): string {
  if (!Array.isArray(ref)) return '';
  return (ref as readonly JsonTerm[])
    .map(({ type, value }, i) => {
      if (i === 0 && type === 'var') return String(value);
      if (type === 'string' && i > 0 && /^[A-Za-z_]\w*$/.test(String(value))) return `.${String(value)}`;
      return i === 0 ? JSON.stringify(value) : `[${type === 'var' ? String(value) : JSON.stringify(value)}]`;
    })
    .join('');
}
