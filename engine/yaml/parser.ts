// The grammar of YAML 1.1: tokens to a tree of nodes, for the first document of a text.
// Left to others: what scalars mean (decode.ts).
import { Scanner } from './scanner.ts';
import { errorAt, YamlError } from './token.ts';
import type { Mark, Token, TokenKind } from './token.ts';

interface NodeBase {
  /** The whole tag, empty when there is none. */
  readonly tag: string;
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly value: string;
  /** Whether the value alone decides on the type: no quotes and no tag. */
  readonly implicit: boolean;
}
export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence';
  readonly items: YamlNode[];
}
export interface MappingNode extends NodeBase {
  readonly kind: 'mapping';
  readonly entries: [YamlNode, YamlNode][];
}
export interface AliasNode extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: YamlNode;
}
export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

const EMPTY: ScalarNode = { kind: 'scalar', tag: '', value: '', implicit: true };

/** The root of the first document; undefined when there is none. Later documents are not read. Throws YamlError. */
export function parseDocument(text: string): YamlNode | undefined {
  return new Parser(text).document();
}

class Parser {
  readonly #scanner: Scanner;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #handles = new Map<string, string>();

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  #peek(): Token {
    return this.#scanner.peek();
  }

  #next(): Token {
    this.#scanner.skip();
    return this.#scanner.peek();
  }

  #is(...kinds: readonly TokenKind[]): boolean {
    return kinds.includes(this.#peek().kind);
  }

  #fail(problem: string, token: Token, context?: Mark): never {
    throw errorAt(problem, token.start, context, false);
  }

  document(): YamlNode | undefined {
    if (this.#is('stream-end')) return undefined;
    const explicit = this.#is('version-directive', 'tag-directive', 'document-start');
    this.#directives();
    if (explicit) {
      if (!this.#is('document-start')) this.#fail('did not find expected <document start>', this.#peek());
      this.#next();
    }
    const ends =
      explicit && this.#is('version-directive', 'tag-directive', 'document-start', 'document-end', 'stream-end');
    const root = ends ? EMPTY : this.#node(true, false);
    // The reference looks at one token more, whatever it is.
    this.#peek();
    return root;
  }

  #directives(): void {
    let version = false;
    for (; this.#is('version-directive', 'tag-directive'); this.#next()) {
      const token = this.#peek();
      if (token.kind === 'version-directive') {
        if (version) this.#fail('found duplicate %YAML directive', token);
        if (token.value !== '1.1') this.#fail('found incompatible YAML document', token);
        version = true;
      } else {
        if (this.#handles.has(token.handle)) this.#fail('found duplicate %TAG directive', token);
        this.#handles.set(token.handle, token.value);
      }
    }
    if (!this.#handles.has('!')) this.#handles.set('!', '!');
    if (!this.#handles.has('!!')) this.#handles.set('!!', 'tag:yaml.org,2002:');
  }

  #node(block: boolean, indentless: boolean): YamlNode {
    const start = this.#peek();
    if (start.kind === 'alias') {
      this.#scanner.skip();
      const target = this.#anchors.get(start.value);
      if (target === undefined) throw new YamlError(`yaml: unknown anchor '${start.value}' referenced`);
      return { kind: 'alias', tag: '', name: start.value, target };
    }
    let anchor = '';
    let tagToken: Token | undefined;
    let token = start;
    for (let i = 0; i < 2; i++) {
      if (token.kind === 'anchor' && anchor === '') anchor = token.value;
      else if (token.kind === 'tag' && tagToken === undefined) tagToken = token;
      else break;
      token = this.#next();
    }
    const tag = tagToken === undefined ? '' : this.#resolveTag(tagToken, start);
    const keep = <T extends YamlNode>(node: T): T => {
      if (anchor !== '') this.#anchors.set(anchor, node);
      return node;
    };
    if (indentless && token.kind === 'block-entry')
      return this.#indentlessSequence(keep({ kind: 'sequence', tag, items: [] }));
    if (token.kind === 'scalar') {
      const implicit = (tag === '' && token.plain) || tag === '!';
      const node = keep<ScalarNode>({ kind: 'scalar', tag, value: token.value, implicit });
      this.#scanner.skip();
      return node;
    }
    if (token.kind === 'flow-sequence-start') return this.#flowSequence(keep({ kind: 'sequence', tag, items: [] }));
    if (token.kind === 'flow-mapping-start') return this.#flowMapping(keep({ kind: 'mapping', tag, entries: [] }));
    if (block && token.kind === 'block-sequence-start')
      return this.#blockSequence(keep({ kind: 'sequence', tag, items: [] }));
    if (block && token.kind === 'block-mapping-start')
      return this.#blockMapping(keep({ kind: 'mapping', tag, entries: [] }));
    if (anchor !== '' || tag !== '') return keep<ScalarNode>({ kind: 'scalar', tag, value: '', implicit: tag === '' });
    this.#fail('did not find expected node content', token, start.start);
  }

  #resolveTag(token: Token, start: Token): string {
    if (token.handle === '') return token.value;
    const prefix = this.#handles.get(token.handle);
    if (prefix === undefined) this.#fail('found undefined tag handle', token, start.start);
    return prefix + token.value;
  }

  #blockSequence(node: SequenceNode): SequenceNode {
    const { start } = this.#peek();
    this.#next();
    while (this.#is('block-entry')) {
      this.#next();
      node.items.push(this.#is('block-entry', 'block-end') ? EMPTY : this.#node(true, false));
    }
    if (!this.#is('block-end')) this.#fail("did not find expected '-' indicator", this.#peek(), start);
    this.#scanner.skip();
    return node;
  }

  #indentlessSequence(node: SequenceNode): SequenceNode {
    while (this.#is('block-entry')) {
      this.#next();
      node.items.push(this.#is('block-entry', 'key', 'value', 'block-end') ? EMPTY : this.#node(true, false));
    }
    return node;
  }

  #blockMapping(node: MappingNode): MappingNode {
    const { start } = this.#peek();
    this.#next();
    for (;;) {
      let key: YamlNode = EMPTY;
      if (this.#is('key')) {
        this.#next();
        if (!this.#is('key', 'value', 'block-end')) key = this.#node(true, true);
      } else if (this.#is('block-end')) {
        this.#scanner.skip();
        return node;
      } else {
        this.#fail('did not find expected key', this.#peek(), start);
      }
      let value: YamlNode = EMPTY;
      if (this.#is('value')) {
        this.#next();
        if (!this.#is('key', 'value', 'block-end')) value = this.#node(true, true);
      }
      node.entries.push([key, value]);
    }
  }

  #flowSequence(node: SequenceNode): SequenceNode {
    const { start } = this.#peek();
    this.#next();
    for (let first = true; !this.#is('flow-sequence-end'); first = false) {
      if (!first) {
        if (!this.#is('flow-entry')) this.#fail("did not find expected ',' or ']'", this.#peek(), start);
        this.#next();
      }
      if (this.#is('key')) node.items.push(this.#pair());
      else if (!this.#is('flow-sequence-end')) node.items.push(this.#node(false, false));
      else break;
    }
    this.#scanner.skip();
    return node;
  }

  /** `key: value` in a flow sequence, a mapping of its own. */
  #pair(): MappingNode {
    this.#next();
    let key: YamlNode = EMPTY;
    if (!this.#is('value', 'flow-entry', 'flow-sequence-end')) key = this.#node(false, false);
    // As in the reference, whatever follows an empty key is passed over.
    else this.#next();
    let value: YamlNode = EMPTY;
    if (this.#is('value')) {
      this.#next();
      if (!this.#is('flow-entry', 'flow-sequence-end')) value = this.#node(false, false);
    }
    return { kind: 'mapping', tag: '', entries: [[key, value]] };
  }

  #flowMapping(node: MappingNode): MappingNode {
    const { start } = this.#peek();
    this.#next();
    for (let first = true; !this.#is('flow-mapping-end'); first = false) {
      if (!first) {
        if (!this.#is('flow-entry')) this.#fail("did not find expected ',' or '}'", this.#peek(), start);
        this.#next();
      }
      if (this.#is('key')) {
        this.#next();
        const key = this.#is('value', 'flow-entry', 'flow-mapping-end') ? EMPTY : this.#node(false, false);
        let value: YamlNode = EMPTY;
        if (this.#is('value')) {
          this.#next();
          if (!this.#is('flow-entry', 'flow-mapping-end')) value = this.#node(false, false);
        }
        node.entries.push([key, value]);
      } else if (!this.#is('flow-mapping-end')) {
        node.entries.push([this.#node(false, false), EMPTY]);
      } else {
        break;
      }
    }
    this.#scanner.skip();
    return node;
  }
}
