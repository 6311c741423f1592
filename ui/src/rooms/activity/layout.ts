/** How a row is laid out, by the room that there is: everything in columns, a card of two lines, or a card of four. */

export type Layout = 'columns' | 'card' | 'tall';

/** So many of the page's own units are needed at least. */
const COLUMNS_FROM = 44;
const CARD_FROM = 17;

export const layoutOf = (rem: number): Layout => (rem >= COLUMNS_FROM || rem <= 0 ? 'columns' : rem >= CARD_FROM ? 'card' : 'tall');

/** All rows of a layout are equally high, so that the page need not measure each. */
export const ROW_REM: Record<Layout, number> = { columns: 2.25, card: 3.25, tall: 6.5 };

export type ColumnName = 'when' | 'what' | 'app' | 'server' | 'why' | 'outcome' | 'took' | 'bytes' | 'entry';

export const COLUMNS: Record<Layout, readonly ColumnName[]> = {
  columns: ['when', 'what', 'app', 'server', 'why', 'outcome', 'took', 'bytes'],
  card: ['entry'],
  tall: ['entry'],
};
