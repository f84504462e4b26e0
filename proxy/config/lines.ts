// Where in a YAML document something is that a path names, so that a fault can be found in the file.
import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

/** The line of a path like `connections[0].kind`, or of as much of it as is there; undefined for the document itself. */
export function lineOf(document: Document.Parsed, lines: LineCounter, path: string): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const key of path.split(/[.[\]]+/).filter(Boolean)) {
    if (isMap(node)) {
      const pair = node.items.find(({ key: name }) => isScalar(name) && name.value === key);
      if (pair === undefined) break;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && node.items[Number(key)] !== undefined) {
      node = node.items[Number(key)];
      offset = startOf(node);
    } else break;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}
