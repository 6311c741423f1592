/** How far the person had read when they were last here. */
import { keep, kept } from '../../host/preferences';

export interface Mark {
  /** The newest entry that was there then, and when it was. */
  number: number;
  at: string;
}

const isMark = (value: unknown): value is Mark =>
  typeof value === 'object' && value !== null && Number.isSafeInteger((value as Mark).number) && !Number.isNaN(Date.parse((value as Mark).at));

export const lastSeen = (): Mark | null => kept('activity.seen', isMark);

export const markSeen = (mark: Mark): void => keep('activity.seen', { number: mark.number, at: mark.at });

/** What came after it, as the query language says it. */
export const sinceThen = ({ at }: Mark): string => new Date(Date.parse(at) + 1).toISOString();
