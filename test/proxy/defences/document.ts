// The tables of docs/security.md, out of table.ts.
import { TABLE } from './table.ts';

/** Markdown, a table for each group. */
export function securityTables(): string {
  return TABLE.map(({ title, defences }) => {
    const rows = defences.map(({ threat, defence, test: [file, name], without }) => {
      const removed = without === undefined ? '' : ' ✓';
      return `| ${threat} | ${defence} | [${name}](../test/${file})${removed} |`;
    });
    return `## ${title}\n\n| what could happen | what stands in the way | shown by |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  }).join('\n');
}
