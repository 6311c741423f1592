/** What a chart, a card or a menu may want of the search: conditions to set, and those to take out. */
import type { Key } from '../../host/query';

export type Wish = Partial<Record<Key, string | null>>;
