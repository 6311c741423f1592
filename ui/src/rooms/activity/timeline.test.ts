import { describe, expect, test } from 'vitest';
import type { MainHost } from '../../host/host';
import type { EntryView, LogQuery, LogReport } from '../../host/types.gen';
import { PAGE, Timeline } from './timeline.svelte';

const nothing = { app: null, server: null, account: null, decision: null, by: null, reason: null, tier: null, preview: null, fault: null, detail: null, millis: null, decided_ms: null, bytes: null };
const entry = (number: number): EntryView => ({ ...nothing, number, at: '2026-11-21T10:00:00Z', kind: 'call', tool: `t${number}`, outcome: 'done' });

/** A log with this many entries that answers as told, and remembers what it was asked. */
class Broker {
  asked: LogQuery[] = [];
  count = 100_000;
  answer: (query: LogQuery) => LogReport = (query) => {
    const newest = Math.min(this.count, (query.before ?? Infinity) - 1);
    const entries = Array.from({ length: Math.min(PAGE, newest) }, (_, at) => entry(newest - at));
    return { entries, next: newest > PAGE ? newest - PAGE + 1 : null };
  };
  readonly host = {
    read: async (query: LogQuery) => {
      this.asked.push(query);
      return { answer: 'log', view: this.answer(query) };
    },
  } as unknown as MainHost;
}

describe('the timeline', () => {
  test('reads page after page, to the end', async () => {
    const broker = new Broker();
    broker.count = 450;
    const rows = new Timeline(broker.host);
    await rows.search('server:slack');
    expect([rows.count, rows.ended, rows.newest]).toEqual([200, false, 450]);
    await rows.more();
    await rows.more();
    await rows.more();
    expect([rows.count, rows.ended, rows.at(449)?.number]).toEqual([450, true, 1]);
    expect(broker.asked.map((query) => [query.words, query.before, query.limit])).toEqual([
      ['server:slack', null, PAGE],
      ['server:slack', 251, PAGE],
      ['server:slack', 51, PAGE],
    ]);
  });

  test('goes on where a long search came back with nothing yet', async () => {
    const broker = new Broker();
    broker.answer = ({ before }) => (before === 10 ? { entries: [entry(3)], next: null } : { entries: [], next: before === null ? 20 : 10 });
    const rows = new Timeline(broker.host);
    await rows.search('rare');
    expect([rows.count, rows.ended, rows.at(0)?.number]).toEqual([1, true, 3]);
  });

  test('holds a few pages only, and reads those again that are wanted again', async () => {
    const broker = new Broker();
    const rows = new Timeline(broker.host);
    await rows.search('');
    for (let page = 1; page < 60; page++) await rows.more();
    rows.want(59 * PAGE, 59 * PAGE + 40);
    expect(rows.at(59 * PAGE)?.number).toBe(100_000 - 59 * PAGE);
    expect(rows.at(10)).toBeUndefined();
    const before = broker.asked.length;
    rows.want(0, 40);
    await Promise.resolve();
    await Promise.resolve();
    await expect.poll(() => rows.at(10)?.number).toBe(100_000 - 10);
    expect(broker.asked).toHaveLength(before + 1);
    expect(rows.count).toBe(60 * PAGE);
  });

  test('reads its newest page again as it was, however much has come since', async () => {
    const broker = new Broker();
    const rows = new Timeline(broker.host);
    await rows.search('');
    for (let page = 1; page < 30; page++) await rows.more();
    rows.want(29 * PAGE, 29 * PAGE + 40);
    expect(rows.at(0)).toBeUndefined();
    broker.count += 500;
    rows.want(0, 40);
    await expect.poll(() => rows.at(0)?.number).toBe(100_000);
    expect(rows.at(PAGE - 1)?.number).toBe(100_001 - PAGE);
  });

  test('counts what is new and moves nothing; what has ended since is corrected', async () => {
    const broker = new Broker();
    const rows = new Timeline(broker.host);
    await rows.search('');
    broker.count += 12;
    const plain = broker.answer;
    broker.answer = (query) => {
      const view = plain(query);
      return { ...view, entries: view.entries.map((one) => (one.number === 100_000 ? { ...one, outcome: 'failed' as const } : one)) };
    };
    await rows.look();
    expect([rows.fresh, rows.manyFresh, rows.count, rows.at(0)?.number, rows.at(0)?.outcome]).toEqual([12, false, PAGE, 100_000, 'failed']);
    broker.count += 5000;
    await rows.look();
    expect([rows.fresh, rows.manyFresh]).toEqual([PAGE, true]);
    await rows.search('');
    expect([rows.fresh, rows.at(0)?.number]).toEqual([0, 105_012]);
  });

  test('shows only what belongs to the search that was asked for last', async () => {
    const broker = new Broker();
    const rows = new Timeline(broker.host);
    const first = rows.search('one');
    broker.count = 7;
    await Promise.all([first, rows.search('two')]);
    expect([rows.words, rows.count, rows.ended]).toEqual(['two', 7, true]);
  });

  test('keeps what was found when a search fails, and goes on with that search and no other', async () => {
    const broker = new Broker();
    const rows = new Timeline(broker.host);
    await rows.search('');
    const plain = broker.answer;
    broker.answer = () => {
      throw { code: 'invalid', subject: null, detail: 'no moment' };
    };
    await rows.search('after:soon');
    expect([rows.fault?.code, rows.count]).toEqual(['invalid', PAGE]);
    broker.answer = plain;
    broker.count = 9;
    await rows.more();
    expect([rows.fault, rows.count]).toEqual([undefined, 9]);
  });
});
