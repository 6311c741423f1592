import { describe, expect, test } from 'vitest';
import { grant, grants } from '../../host/fake/grants';
import { ago, DAY, HOUR } from '../../host/fake/house';
import { rules } from '../../host/fake/rules';
import { reviews, servers } from '../../host/fake/servers';
import { sessions } from '../../host/fake/status';
import { connections, counts, held, isUnused, matches, meant, passes, type Connection } from './connections';

const now = Date.now();
const known = () => ({ servers: servers(), grants: grants(), sessions: sessions(), reviews: reviews() });
const of = (all: Connection[], name: string) => all.find((one) => one.name === name);

describe('connections', () => {
  test('are the sign-ins, and the servers without one, by name', () => {
    expect(connections(known(), now).map(({ name, standing }) => [name, standing])).toEqual([
      ['notes', 'renews'],
      ['slack', 'renews'],
      ['tracker', 'paused'],
      ['warehouse', 'sign_in'],
      ['weather', 'none'],
    ]);
  });

  test('say when a sign-in ends that does not renew itself', () => {
    const standing = (expires: string | null) =>
      of(connections({ ...known(), grants: [grant({ id: 'x', server: 'notes', renews: false, expires })] }, now), 'notes')?.standing;
    expect(standing(null)).toBe('fresh');
    expect(standing(ago(-2 * DAY))).toBe('ends_soon');
    expect(standing(ago(-20 * DAY))).toBe('ends');
    expect(standing(ago(HOUR))).toBe('sign_in');
  });

  test('show one sign-in for an account, and one that has ended only where nothing took its place', () => {
    const ended = grant({ id: 'old', server: 'notes', state: 'revoked', obtained: ago(DAY) });
    const again = grant({ id: 'new', server: 'notes', obtained: ago(9 * DAY) });
    const gone = grant({ id: 'gone', server: 'nowhere', state: 'revoked' });
    const left = grant({ id: 'left', server: 'elsewhere' });
    const all = connections({ ...known(), grants: [ended, again, gone, left] }, now);
    expect(all.flatMap((one) => one.grant?.id ?? [])).toEqual(['left', 'new']);
    expect(of(all, 'elsewhere')?.server).toBeNull();
    expect(held([ended, again, left]).map((one) => one.id)).toEqual(['new', 'left']);
  });

  test('are found by their own address, and by that of a server: one that holds first', () => {
    const ended = grant({ id: 'ended', server: 'notes', account: 'ana', state: 'revoked' });
    const holds = grant({ id: 'holds', server: 'notes', account: 'ben' });
    const all = connections({ ...known(), grants: [ended, holds] }, now);
    expect(meant(all, 'ended')?.id).toBe('ended');
    expect(meant(all, 'server notes')?.id).toBe('holds');
    expect(meant(connections({ ...known(), grants: [ended] }, now), 'server notes')?.id).toBe('ended');
    expect(meant(all, 'server weather')?.name).toBe('weather');
    expect(meant(all, 'server nowhere')).toBeNull();
  });

  test('count a tool that is listed twice once, and only what can be called as on', () => {
    const [slack] = servers();
    const tools = slack?.tools ?? [];
    const twice = [...tools, ...tools].map((tool, at) => ({ ...tool, ...(at % tools.length === 0 ? { usage: 'off' as const } : {}) }));
    const one = of(connections({ ...known(), servers: [{ ...slack!, tools: twice }] }, now), 'slack');
    expect([one?.on, one?.tools.length]).toEqual([5, 6]);
    const others = tools.map((tool) => ({ ...tool, account: 'ben' }));
    expect(of(connections({ ...known(), servers: [{ ...slack!, tools: others }] }, now), 'slack')?.tools).toEqual([]);
  });

  test('are long unused after thirty days, counted from the sign-in where there was no use', () => {
    const unused = (sketch: Partial<ReturnType<typeof grant>>) =>
      isUnused(of(connections({ ...known(), grants: [grant({ id: 'x', server: 'notes', ...sketch })] }, now), 'notes')!, now);
    expect(unused({ last_used: ago(29 * DAY), obtained: ago(90 * DAY) })).toBe(false);
    expect(unused({ last_used: ago(31 * DAY) })).toBe(true);
    expect(unused({ last_used: null, obtained: ago(2 * DAY) })).toBe(false);
    expect(unused({ last_used: null, obtained: ago(31 * DAY) })).toBe(true);
    expect(unused({ last_used: ago(31 * DAY), state: 'revoked' })).toBe(false);
  });

  test('pass the filters that say something about them', () => {
    const all = connections(known(), now);
    const names = (filter: Parameters<typeof passes>[1]) => all.filter((one) => passes(one, filter, now)).map((one) => one.name);
    expect(names('all')).toHaveLength(5);
    expect(names('paused')).toEqual(['tracker']);
    expect(names('sign_in')).toEqual(['warehouse']);
    expect(names('unused')).toEqual(['tracker', 'warehouse']);
    expect(all.filter((one) => matches(one, 'ACME slack')).map((one) => one.name)).toEqual(['slack']);
  });
});

test('what somebody allowed is counted, and what ships is not', () => {
  expect(counts(known(), rules(), now)).toEqual({ servers: 5, apps: 3, allows: 4, unused: 1 });
});
