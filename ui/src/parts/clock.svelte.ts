/**
 * The time of this moment, for whatever counts or says "3 minutes ago": one timer for the whole page.
 */

let moment = $state.raw(Date.now());

setInterval(() => (moment = Date.now()), 1000);

/** Now, in milliseconds. What reads it is drawn again each second. */
export const now = (): number => moment;
