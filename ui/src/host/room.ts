/** What the main window gives to each of its rooms. */
import type { MainHost } from './host';
import type { Route } from './route.svelte';

export interface RoomGiven {
  host: MainHost;
  route: Route;
}
