/** An entry as JSON, for somewhere else. Secrets were hidden when it was written down, so it holds none. */
import { pieces } from '../../words/visible';

/** Indented JSON in which no character hides or reorders others: they stand as escapes, which every reader of JSON turns back. */
export const asJson = (value: unknown): string =>
  pieces(JSON.stringify(value, null, 2), 'raw', true)
    .map((piece) => piece.text)
    .join('');
