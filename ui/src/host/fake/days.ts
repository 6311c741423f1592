/** Which day each of a million entries fell on, without making any of them: busy days, quiet weekends, nobody at night. */
import { dice } from './house';

interface Day {
  /** Its first and last moment with entries, in milliseconds. */
  from: number;
  to: number;
  /** How many entries are newer than this day's newest one. */
  newer: number;
  count: number;
}

const WORKDAY = 1150;
const WEEKEND = 220;

export class Days {
  readonly #days: Day[] = [];

  constructor(
    readonly count: number,
    now: number,
  ) {
    const roll = dice(1971);
    for (let back = 0, newer = 0; newer < count; back++) {
      const start = new Date(now);
      start.setHours(0, 0, 0, 0);
      start.setDate(start.getDate() - back);
      const usual = [0, 6].includes(start.getDay()) ? WEEKEND : WORKDAY;
      let from = start.getTime() + 7.5 * 3_600_000;
      let to = start.getTime() + 22.5 * 3_600_000;
      let size = Math.round(usual * (0.7 + roll(60) / 100));
      if (back === 0) {
        to = now;
        from = Math.min(from, now - 60_000);
        size = Math.max(40, Math.round((size * (to - from)) / (15 * 3_600_000)));
      }
      size = Math.min(size, count - newer);
      this.#days.push({ from, to, newer, count: size });
      newer += size;
    }
  }

  /** When the entry happened that so many others are newer than. Never later than an entry that is newer. */
  at(newer: number): number {
    const day = this.#days[this.#find((day) => day.newer + day.count > newer)];
    if (!day) return 0;
    const step = (day.to - day.from) / day.count;
    const within = newer - day.newer;
    const early = (mixed(newer, 99) % 1000) / 1000;
    return Math.floor(day.to - (within + early) * step);
  }

  /** How many entries are not older than a moment. */
  since(moment: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) >= moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #find(fits: (day: Day) => boolean): number {
    let low = 0;
    let high = this.#days.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const day = this.#days[middle];
      if (day && fits(day)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Thirty-two bits that tell nothing about the number that they come from (the last steps of MurmurHash3). */
export function mixed(number: number, salt: number): number {
  let bits = Math.imul(number, 0x9e37_79b1) ^ Math.imul(salt, 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
