/** Where the main window opens. */
import type { MainHost } from '../host/host';
import type { Room } from '../host/route.svelte';
import type { GrantView, Place, ServerView } from '../host/types.gen';

/** Whether nothing was ever connected: a sign-in that was taken back stays in the list. */
export const isNew = (servers: readonly ServerView[], grants: readonly GrantView[]): boolean => servers.length === 0 && grants.length === 0;

/** What was true when the window opened, for whoever has not read it yet. */
export const begun = { new: false };

/** Where the broker says; where it says nothing and nothing was ever connected, at the welcome. */
export async function beginning(host: MainHost, place: Place): Promise<Room | null> {
  if (place === 'questions') return null;
  if (place !== 'home') return place;
  try {
    const [servers, grants] = await Promise.all([host.read({ order: 'servers' }), host.read({ order: 'grants' })]);
    begun.new = servers.answer === 'servers' && grants.answer === 'grants' && isNew(servers.view, grants.view);
    return begun.new ? 'connect' : null;
  } catch {
    // The room that opens says what is wrong.
    return null;
  }
}
