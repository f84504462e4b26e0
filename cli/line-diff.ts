// The difference of two texts in unified form, line by line.

/** Unchanged lines shown around a change. */
const CONTEXT = 3;

/** A unified diff; removed and added lines in colour when asked for. */
export function lineDiff(before: string, after: string, name: string, color: boolean): string {
  const steps = editSteps(before.split('\n'), after.split('\n'));
  const shown = steps.map(
    (step, i) =>
      step.sign !== ' ' || steps.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
  const out = [`--- ${name}`, `+++ ${name}`];
  let [row, newRow] = [1, 1];
  for (let i = 0; i < steps.length;) {
    if (!shown[i]) {
      row++;
      newRow++;
      i++;
      continue;
    }
    let end = i;
    while (end < steps.length && shown[end]) end++;
    const hunk = steps.slice(i, end);
    const count = (skip: string): number => hunk.filter(({ sign }) => sign !== skip).length;
    out.push(`@@ -${row},${count('+')} +${newRow},${count('-')} @@`);
    for (const { sign, line } of hunk) {
      const code = color && sign !== ' ' ? (sign === '-' ? '31' : '32') : undefined;
      out.push(code === undefined ? sign + line : `\u001b[${code}m${sign}${line}\u001b[0m`);
    }
    row += count('+');
    newRow += count('-');
    i = end;
  }
  return out.join('\n');
}

interface Step {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** The longest common subsequence's steps; equal ends are cut off first, so that the table stays small. */
function editSteps(a: readonly string[], b: readonly string[]): Step[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [left, right] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        left[i] === right[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
  const same = (lines: readonly string[]): Step[] => lines.map((line) => ({ sign: ' ', line }));
  const steps = same(a.slice(0, head));
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      steps.push({ sign: ' ', line: left[i]! });
      i++;
      j++;
    } else if (i < left.length && (j === right.length || lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!))
      steps.push({ sign: '-', line: left[i++]! });
    else steps.push({ sign: '+', line: right[j++]! });
  }
  return [...steps, ...same(a.slice(a.length - tail))];
}
