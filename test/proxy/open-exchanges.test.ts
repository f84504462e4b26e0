// The exchanges under way: those that have ended are gone, whatever the order they ended in, and a cut meets all others.
import { EventEmitter } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidToken } from '../../proxy/errors.ts';
import type { Exchange } from '../../proxy/exchange.ts';
import { Members } from '../../proxy/identity/members.ts';
import { OpenExchanges } from '../../proxy/identity/open-exchanges.ts';

function exchangeOf(name: string, cut: string[]): Exchange {
  const response = Object.assign(new EventEmitter(), { destroyed: false });
  return { decisionId: name, response, cut: () => cut.push(name) } as unknown as Exchange;
}

describe('open exchanges', () => {
  test('ends in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat())), (steps) => {
        const open = new OpenExchanges();
        const cut: string[] = [];
        const model: Exchange[] = [];
        for (const [begins, number] of steps) {
          if (begins || model.length === 0) {
            const exchange = exchangeOf(`e${number}`, cut);
            open.add(exchange);
            model.push(exchange);
          } else {
            model.splice(number % model.length, 1)[0]!.response.emit('close');
          }
        }
        expect(open.size).toBe(model.length);
        expect(open.cut(() => true, new InvalidToken('all'))).toBe(model.length);
        expect(cut.sort()).toEqual(model.map(({ decisionId }) => decisionId).sort());
      }),
    );
  });

  test('what is taken out twice takes nothing else along', () => {
    const members = new Members<string>();
    const [removeA] = ['a', 'b', 'c'].map((name) => members.add(name));
    removeA!();
    removeA!();
    expect([...members.items()].sort()).toEqual(['b', 'c']);
  });

  test('one that had ended before is not among them', () => {
    const open = new OpenExchanges();
    const exchange = exchangeOf('e', []);
    Object.assign(exchange.response, { destroyed: true });
    open.add(exchange);
    exchange.response.emit('close');
    expect(open.size).toBe(0);
  });
});
