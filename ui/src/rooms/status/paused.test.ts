import { expect, test } from 'vitest';
import { furnish } from '../../host/fake/furnish';
import { House } from '../../host/fake/house';
import { pausesOf } from './paused';

test('who is not asked for is one line each, by the name that the order takes', () => {
  const { paused } = furnish(new House([]), 'braked');
  const found = pausesOf(paused, Date.now());
  expect(found.map(({ name }) => name)).toEqual(['Claude Desktop', 'Cursor', 'notes']);
  expect(found[1]?.why).toContain('invite_user');
  expect(pausesOf(paused, Date.now() + 13 * 60_000)).toEqual([]);
});
