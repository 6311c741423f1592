/** One setting on its way into the configuration file: under way, refused, or done with what the broker said to it. */
import { faultOf, type MainHost } from '../../host/host';
import type { ConsoleError, Setting } from '../../host/types.gen';

export class Saving {
  busy = $state(false);
  /** It waits, as for a yes in the question window. */
  waits = $state(false);
  saved = $state(false);
  /** What the broker said to it, such as when it begins to count. */
  note: string | null = $state(null);
  fault: ConsoleError | null = $state.raw(null);

  constructor(readonly host: MainHost) {}

  /** Whether it was taken. What was typed stays where it was typed in any case. */
  async set(setting: Setting): Promise<boolean> {
    if (this.busy) return false;
    this.clear();
    this.busy = true;
    const timer = setTimeout(() => (this.waits = true), 500);
    try {
      const came = await this.host.raise({ order: 'set', ...setting });
      this.note = came.answer === 'done' ? came.view.note : null;
      this.saved = true;
      return true;
    } catch (thrown) {
      this.fault = faultOf(thrown);
      return false;
    } finally {
      clearTimeout(timer);
      this.waits = false;
      this.busy = false;
    }
  }

  clear(): void {
    this.saved = false;
    this.note = null;
    this.fault = null;
  }
}
