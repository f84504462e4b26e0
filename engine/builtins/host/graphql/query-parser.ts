// GraphQL queries: operations and fragments into trees.
// Left to others: whether they fit a schema (validate.ts).
import type {
  Field,
  FragmentDefinition,
  OperationDefinition,
  QueryDocument,
  Selection,
  VariableDefinition,
} from './ast.ts';
import { listOf, Parser } from './parser.ts';

class QueryParser extends Parser {
  document(): QueryDocument {
    const operations: OperationDefinition[] = [];
    const fragments: FragmentDefinition[] = [];
    for (;;) {
      const token = this.peek();
      if (token.kind === '<EOF>') break;
      if (token.kind === '{') operations.push(this.#operation());
      else if (token.kind !== 'Name') throw this.unexpected();
      else if (token.value === 'fragment') fragments.push(this.#fragment());
      else if (token.value === 'query' || token.value === 'mutation' || token.value === 'subscription')
        operations.push(this.#operation());
      else throw this.unexpected();
    }
    return { Operations: listOf(operations), Fragments: listOf(fragments) };
  }

  #operation(): OperationDefinition {
    const position = this.position();
    const Comment = this.comment;
    // OPA loses the comment before a shorthand query.
    if (this.isAhead('{')) return { Operation: 'query', Name: '', SelectionSet: this.#requiredSelections(), position };
    return {
      Operation: this.operationType(),
      Name: this.isAhead('Name') ? this.name() : '',
      VariableDefinitions: this.#variables(),
      Directives: this.directives(false),
      SelectionSet: this.#requiredSelections(),
      Comment,
      position,
    };
  }

  #variables(): VariableDefinition[] | undefined {
    const [list] = this.some('(', ')', (): VariableDefinition => {
      const position = this.position();
      const Comment = this.comment;
      const Variable = this.variable();
      this.expect(':');
      return {
        Variable,
        Type: this.type(),
        DefaultValue: this.skip('=') ? this.literal(true) : undefined,
        Directives: this.directives(false),
        Used: false,
        Comment,
        position,
      };
    });
    return listOf(list);
  }

  #selections(): Selection[] {
    return this.nested(() => this.some('{', '}', () => this.#selection())[0]);
  }

  #requiredSelections(): Selection[] {
    if (!this.isAhead('{')) this.expect('{');
    return this.#selections();
  }

  #selection(): Selection {
    return this.isAhead('...') ? this.#spread() : this.#field();
  }

  #field(): Field {
    const position = this.position();
    const Comment = this.comment;
    const Alias = this.name();
    const Name = this.skip(':') ? this.name() : Alias;
    return {
      kind: 'field',
      Alias,
      Name,
      Arguments: this.arguments(false),
      Directives: this.directives(false),
      SelectionSet: this.isAhead('{') ? this.#selections() : undefined,
      Comment,
      position,
    };
  }

  #spread(): Selection {
    this.peek();
    const Comment = this.comment;
    this.expect('...');
    const position = this.position();
    if (this.isAhead('Name') && this.peek().value !== 'on')
      return { kind: 'spread', Name: this.name(), Directives: this.directives(false), Comment, position };
    let TypeCondition = '';
    if (this.peek().value === 'on') {
      this.next();
      TypeCondition = this.name();
    }
    return {
      kind: 'inline',
      TypeCondition,
      Directives: this.directives(false),
      SelectionSet: this.#requiredSelections(),
      Comment,
      position,
    };
  }

  #fragment(): FragmentDefinition {
    const position = this.position();
    const Comment = this.expectKeyword('fragment');
    if (this.peek().value === 'on') throw this.unexpected();
    const Name = this.name();
    const VariableDefinition = this.#variables();
    this.expectKeyword('on');
    return {
      Name,
      VariableDefinition,
      TypeCondition: this.name(),
      Directives: this.directives(false),
      SelectionSet: this.#requiredSelections(),
      Comment,
      position,
    };
  }
}

/** The tree of a query document. Throws GraphqlSyntaxError. */
export function parseQuery(text: string): QueryDocument {
  return new QueryParser(text).document();
}
