/** Whether a typed text is a whole number between these two. */
export const isWhole =
  (least: number, most: number) =>
  (typed: string): boolean =>
    /^\d{1,9}$/.test(typed) && Number(typed) >= least && Number(typed) <= most;
