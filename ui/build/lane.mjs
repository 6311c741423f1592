/**
 * Where a build goes and where it is served. Several people may work in one folder: whoever sets `KEYHOLDER_LANE` to a name of
 * their own gets a build, a port and results of their own.
 */
const LANE = process.env['KEYHOLDER_LANE'] ?? '';

/** @param {string} mode */
export const folderOf = (mode) => (mode === 'production' ? 'dist' : LANE ? `dist-fake-${LANE}` : 'dist-fake');

export const RESULTS = LANE ? `test-results-${LANE}` : 'test-results';

/** One of a few hundred, always the same for a name. */
export const PORT = 5198 + [...LANE].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 397, 0);
