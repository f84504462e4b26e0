// Values to YAML text as sigs.k8s.io/yaml writes it: block style, two spaces, lines folded at 80 columns.
// Left to others: which scalar style fits a text (scalar-style.ts).
import { formatFloat } from '../value/go-strconv.ts';
import { printJson } from '../value/json.ts';
import type { Value } from '../value/value.ts';
import { decodeYaml, isFloat, isScalar } from './decode.ts';
import type { Decoded } from './decode.ts';
import { compareKeys } from './key-order.ts';
import { resolvePlain } from './resolve.ts';
import type { YamlScalar } from './resolve.ts';
import { BREAK, chooseStyle, escape, needsEscape } from './scalar-style.ts';
import type { Style } from './scalar-style.ts';

const INDENT = 2;
const WIDTH = 80;
const MAX_SIMPLE_KEY = 128;

/**
 * The YAML text of a value. As in the reference the value goes by way of JSON text that is read as YAML, so numbers
 * beyond 64 bits become doubles. Throws YamlError on texts with control characters that JSON leaves unescaped.
 */
export function printYaml(value: Value): string {
  return new Emitter().document(decodeYaml(printJson(value, { escapeHtml: true })));
}

class Emitter {
  #output = '';
  #column = 0;
  #indent = -1;
  /** Whether nothing but indentation and indicators is on the line. */
  #indention = true;
  /** Whether white space comes before what is written next. */
  #whitespace = true;

  document(root: Decoded): string {
    this.#node(root, false);
    this.#writeIndent();
    return this.#output;
  }

  #put(text: string): void {
    this.#output += text;
    this.#column += [...text].length;
  }

  #break(character = '\n'): void {
    this.#output += character;
    this.#column = 0;
  }

  #indicator(text: string, spaceBefore: boolean, whitespace = false, indention = false): void {
    if (spaceBefore && !this.#whitespace) this.#put(' ');
    this.#put(text);
    this.#whitespace = whitespace;
    this.#indention &&= indention;
  }

  #writeIndent(): void {
    const indent = Math.max(this.#indent, 0);
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#whitespace)) this.#break();
    if (this.#column < indent) this.#put(' '.repeat(indent - this.#column));
    this.#whitespace = true;
    this.#indention = true;
  }

  /** Runs `emit` one level deeper. */
  #deeper(flow: boolean, indentless: boolean, emit: () => void): void {
    const indent = this.#indent;
    if (indent < 0) this.#indent = flow ? INDENT : 0;
    else if (!indentless) this.#indent += INDENT;
    emit();
    this.#indent = indent;
  }

  #node(value: Decoded, inMapping: boolean): void {
    if (isScalar(value)) this.#scalar(value, false);
    else if (value instanceof Map) this.#mapping(value as ReadonlyMap<string, readonly [YamlScalar, Decoded]>);
    else this.#sequence(value as readonly Decoded[], inMapping);
  }

  #sequence(items: readonly Decoded[], inMapping: boolean): void {
    if (items.length === 0) return this.#empty('[', ']');
    // A sequence that is the value of a key stands no deeper than the key.
    this.#deeper(false, inMapping && !this.#indention, () => {
      for (const item of items) {
        this.#writeIndent();
        this.#indicator('-', true, false, true);
        this.#node(item, false);
      }
    });
  }

  #mapping(entries: ReadonlyMap<string, readonly [YamlScalar, Decoded]>): void {
    if (entries.size === 0) return this.#empty('{', '}');
    const sorted = [...entries.values()].sort(([a], [b]) => compareKeys(a as string, b as string));
    this.#deeper(false, false, () => {
      for (const [key, value] of sorted) this.#entry(key as string, value);
    });
  }

  #entry(key: string, value: Decoded): void {
    this.#writeIndent();
    if (!BREAK.test(key) && new TextEncoder().encode(key).length <= MAX_SIMPLE_KEY) {
      this.#scalar(key, true);
      this.#indicator(':', false);
    } else {
      this.#indicator('?', true, false, true);
      this.#scalar(key, false);
      this.#writeIndent();
      this.#indicator(':', true, false, true);
    }
    this.#node(value, true);
  }

  #empty(open: string, close: string): void {
    this.#indicator(open, true, true);
    this.#indicator(close, false);
  }

  #scalar(value: YamlScalar, simpleKey: boolean): void {
    const isText = typeof value === 'string';
    const text = isText ? value : scalarText(value);
    const style = chooseStyle(text, isText ? wantedStyle(text) : 'plain', simpleKey);
    this.#deeper(true, false, () => this.#write(text, style, !simpleKey));
  }

  #write(text: string, style: Style, mayFold: boolean): void {
    switch (style) {
      case 'plain':
        if (!this.#whitespace) this.#put(' ');
        this.#folded(text, mayFold, false);
        this.#whitespace = false;
        this.#indention = false;
        break;
      case 'single':
        this.#indicator("'", true);
        this.#folded(text, mayFold, true);
        this.#indicator("'", false);
        this.#whitespace = false;
        this.#indention = false;
        break;
      case 'double':
        this.#indicator('"', true);
        this.#doubleQuoted(text, mayFold);
        this.#indicator('"', false);
        this.#whitespace = false;
        this.#indention = false;
        break;
      case 'literal':
        this.#literal(text);
        break;
    }
  }

  /** A plain or single-quoted text; folded at a space once the line is full. */
  #folded(text: string, mayFold: boolean, quoted: boolean): void {
    const characters = [...text];
    let spaces = false;
    let breaks = false;
    characters.forEach((character, i) => {
      if (character === ' ') {
        const inner = !quoted || (i > 0 && i < characters.length - 1);
        if (mayFold && !spaces && this.#column > WIDTH && inner && characters[i + 1] !== ' ') this.#writeIndent();
        else this.#put(character);
        spaces = true;
      } else if (BREAK.test(character)) {
        if (!breaks && character === '\n') this.#break();
        this.#break(character);
        this.#indention = true;
        breaks = true;
      } else {
        if (breaks) this.#writeIndent();
        this.#put(quoted && character === "'" ? "''" : character);
        this.#indention = false;
        spaces = false;
        breaks = false;
      }
    });
  }

  #doubleQuoted(text: string, mayFold: boolean): void {
    const characters = [...text];
    let spaces = false;
    characters.forEach((character, i) => {
      if (needsEscape(character)) {
        this.#put(escape(character));
        spaces = false;
      } else if (character === ' ') {
        if (mayFold && !spaces && this.#column > WIDTH && i > 0 && i < characters.length - 1) {
          this.#writeIndent();
          if (characters[i + 1] === ' ') this.#put('\\');
        } else {
          this.#put(character);
        }
        spaces = true;
      } else {
        this.#put(character);
        spaces = false;
      }
    });
  }

  #literal(text: string): void {
    this.#indicator('|', true);
    if (text.startsWith(' ') || BREAK.test(text[0]!)) this.#indicator(String(INDENT), false);
    if (!BREAK.test(text.at(-1)!)) this.#indicator('-', false);
    else if (text.length === 1 || BREAK.test(text.at(-2)!)) this.#indicator('+', false);
    this.#break();
    this.#indention = true;
    this.#whitespace = true;
    let breaks = true;
    for (const character of text) {
      if (BREAK.test(character)) {
        this.#break(character);
        this.#indention = true;
        breaks = true;
      } else {
        if (breaks) this.#writeIndent();
        this.#put(character);
        this.#indention = false;
        breaks = false;
      }
    }
  }
}

function scalarText(value: Exclude<YamlScalar, string>): string {
  return isFloat(value) ? formatFloat(value.float, 'g', -1) : String(value);
}

const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** Texts of several lines are written literally; those that would be read as something else than text are quoted. */
function wantedStyle(text: string): Style {
  if (text.includes('\n')) return 'literal';
  return resolvePlain(text).tag === 'str' && !BASE_60.test(text) ? 'plain' : 'double';
}
