/**
 * Where the main window stands: a place, and what a room keeps behind it, as in `#/rules/01J…?unused`. It lives in the address, so
 * that going back works and a room can be opened at a filter.
 */
import type { Destination, Place } from './types.gen';

/** What the main window can show. Questions have a window of their own, and `home` is wherever it was left. */
export type Room = Exclude<Place, 'home' | 'questions'>;

const ROOMS: readonly Room[] = ['grants', 'rules', 'activity', 'connect', 'settings'];

export class Route {
  room: Room = $state('grants');
  /** What stands behind the room's name, in parts. */
  path: readonly string[] = $state.raw([]);
  query: URLSearchParams = $state.raw(new URLSearchParams());

  constructor() {
    const follow = () => this.#read();
    addEventListener('hashchange', follow);
    this.#read();
  }

  /** The address of a room, for a link. */
  static to(room: Room, path: readonly string[] = [], query: Record<string, string> = {}): string {
    const search = new URLSearchParams(query).toString();
    return `#/${[room, ...path].map(encodeURIComponent).join('/')}${search && `?${search}`}`;
  }

  /** The address of a server’s connection, for who knows the server and no sign-in at it. */
  static toServer(name: string): string {
    return Route.to('grants', [`server ${name}`]);
  }

  /** The address of where the broker takes the person; none where the window stays as it is. */
  static toDestination({ place, server }: Destination): string | null {
    if (place === 'home' || place === 'questions') return null;
    if (server && place === 'grants') return Route.toServer(server);
    return server && place === 'connect' ? Route.to('connect', ['where'], { server }) : Route.to(place);
  }

  go(room: Room, path: readonly string[] = [], query: Record<string, string> = {}): void {
    location.hash = Route.to(room, path, query);
    this.#read();
  }

  /** Goes there without a step to go back by: for what changes while somebody types or walks along a list. */
  slide(room: Room, path: readonly string[] = [], query: Record<string, string> = {}): void {
    const to = Route.to(room, path, query);
    try {
      history.replaceState(null, '', to);
    } catch {
      // WebKit refuses more than a hundred within half a minute. The page goes on, and the address follows with the next one.
    }
    this.#read(to);
  }

  #read(address: string = location.hash): void {
    const [way = '', search = ''] = address.replace(/^#\/?/, '').split('?');
    const [room = '', ...path] = way.split('/').map(decodeURIComponent);
    if (!(ROOMS as readonly string[]).includes(room)) return;
    this.room = room as Room;
    this.path = path;
    this.query = new URLSearchParams(search);
  }
}
