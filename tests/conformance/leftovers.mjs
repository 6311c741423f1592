/**
 * Ends what a bridge left running on purpose. A bridge may wake a broker that outlives it, for the next bridge;
 * in a test each scenario has a home of its own, so its broker is ended with it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

/** pids of the processes whose environment holds `mark` ("NAME=VALUE"); our own and our parents' are never among them. */
function marked(mark) {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n')
      .filter((line) => line.split(' ').includes(mark)).map((line) => Number(line.trim().split(' ')[0])).filter((pid) => pid !== process.pid);
  }
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    if (pid === process.pid) return false;
    try { return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark); }
    catch { return false; } // gone, another user's, or one that hides its memory
  });
}

/** Asks them to end, and insists after two seconds. Says how many there were and how many had to be forced. */
export async function endLeftovers(mark) {
  if (!mark) return undefined;
  const signal = (pids, name) => { for (const pid of pids) try { process.kill(pid, name); } catch { /* already gone */ } };
  const found = marked(mark);
  signal(found, 'SIGTERM');
  let left = found;
  for (let i = 0; i < 40 && left.length; i++) {
    await new Promise((r) => setTimeout(r, 50));
    left = marked(mark);
  }
  signal(left, 'SIGKILL');
  return { found: found.length, forced: left.length };
}
