/** Does something at once, and then not again before some time has passed; what was wanted meanwhile is done once, at its end. */
export function paced(everyMs: number, act: () => void): { want: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wanted = false;
  const wait = () => {
    timer = setTimeout(() => {
      timer = undefined;
      if (!wanted) return;
      wanted = false;
      act();
      wait();
    }, everyMs);
  };
  return {
    want: () => {
      if (timer !== undefined) {
        wanted = true;
        return;
      }
      act();
      wait();
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
      wanted = false;
    },
  };
}
