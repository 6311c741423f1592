/** Where the main window opens, and where it is taken. */
import type { MainHost } from '../host/host';
import { Route } from '../host/route.svelte';
import type { Destination, GrantView, ServerView } from '../host/types.gen';

/** Whether nothing was ever connected: a sign-in that was taken back stays in the list. */
export const isNew = (servers: readonly ServerView[], grants: readonly GrantView[]): boolean => servers.length === 0 && grants.length === 0;

/** What was true when the window opened, for whoever has not read it yet. */
export const begun = { new: false };

/** Takes the person wherever the broker says, from the first moment on: also before there is anything to see. */
export function follow(host: MainHost): void {
  host.onNews((news) => {
    const address = news.news === 'show' ? Route.toDestination(news) : null;
    if (address) location.hash = address;
  });
}

/** The address where the broker says; where it says nothing and nothing was ever connected, at the welcome. */
export async function beginning(host: MainHost): Promise<string | null> {
  const to = await host.destination().catch((): Destination => ({ place: 'home' }));
  if (to.place !== 'home') return Route.toDestination(to);
  try {
    const [servers, grants] = await Promise.all([host.read({ order: 'servers' }), host.read({ order: 'grants' })]);
    begun.new = servers.answer === 'servers' && grants.answer === 'grants' && isNew(servers.view, grants.view);
    return begun.new ? Route.to('connect') : null;
  } catch {
    // The room that opens says what is wrong.
    return null;
  }
}
