/** Whether the log is as it was written: what the broker knows of it, and what a check that was made here has found. */
import { faultOf, type MainHost } from '../../host/host';
import type { AuditView, ConsoleError, VerifyReport } from '../../host/types.gen';

/** `alone`: intact in itself, but nothing outside the log remembers how it ended. */
export type Standing = 'alone' | 'changed' | 'intact' | 'unchecked';

export class Chain {
  report: VerifyReport | undefined = $state.raw();
  /** When the check that was made here ended, as a moment. */
  checked: string | null = $state(null);
  busy = $state(false);
  fault: ConsoleError | undefined = $state.raw();

  constructor(readonly host: MainHost) {}

  /** What is to be said of it. A check that was made here counts more than what the broker remembers of an earlier one. */
  standing(audit: AuditView | undefined): Standing {
    if (this.report) {
      if (!this.report.intact || this.report.anchored === false) return 'changed';
      return this.report.anchored === null ? 'alone' : 'intact';
    }
    if (audit?.verified === false) return 'changed';
    return audit?.verified ? 'intact' : 'unchecked';
  }

  async check(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const came = await this.host.read({ order: 'verify_log' });
      if (came.answer !== 'verify_log') throw new Error(`${came.answer} came instead of verify_log`);
      this.report = came.view;
      this.checked = new Date().toISOString();
      this.fault = undefined;
    } catch (thrown) {
      this.fault = faultOf(thrown);
    } finally {
      this.busy = false;
    }
  }
}
