/**
 * A host without a broker: for the gallery, for tests and for a browser tab. It is never part of what ships.
 *
 * Each room's data and behaviour stand in a file of their own in `fake/`; this one only puts them together. The address may say
 * `?scene=…` for the questions that wait (see `fake/scenes.ts`), `?house=…` for what the house holds (see `fake/furnish.ts`) and
 * `?place=…` and `?server=…` for where the main window opens, beside what `preferences.ts` reads from it.
 */
import { ActivityHandlers } from './fake/activity';
import { ApprovalDesk } from './fake/approvals';
import { ConnectHandlers } from './fake/connect';
import { furnish } from './fake/furnish';
import { GrantHandlers } from './fake/grants';
import { HostHandlers } from './fake/hosts';
import { House, type Handlers } from './fake/house';
import { JudgingHandlers } from './fake/judging';
import { scene } from './fake/scenes';
import { ServerHandlers } from './fake/servers';
import { SettingHandlers } from './fake/settings';
import { StatusHandlers } from './fake/status';
import type { ApprovalHost, MainHost } from './host';
import type { Answer, Order, Place } from './types.gen';

const HANDLERS: Handlers = {
  ...ActivityHandlers,
  ...GrantHandlers,
  ...JudgingHandlers,
  ...ServerHandlers,
  ...SettingHandlers,
  ...StatusHandlers,
  ...ConnectHandlers,
  ...HostHandlers,
};

const asked = new URLSearchParams(globalThis.location?.search ?? '');

/** The one house of this page. Tests reach it as `fakeHouse`, to make news. */
export const house = furnish(new House(scene(asked.get('scene') ?? 'usual')), asked.get('house'));
Object.assign(globalThis, { fakeHouse: house });

export const approvalHost = (): ApprovalHost => new ApprovalDesk(house);

export const mainHost = (on: House = house): MainHost => {
  const carryOut = async (order: Order): Promise<Answer> => {
    await Promise.resolve();
    const handler = HANDLERS[order.order] as ((order: Order, house: House) => Answer | Promise<Answer>) | undefined;
    if (on.broken) throw on.broken;
    if (!handler) throw { code: 'invalid', subject: order.order, detail: 'the fake host does not know this order' };
    // As over a channel: what comes is a copy, so nobody can change the house by holding on to it.
    return structuredClone(await handler(structuredClone(order), on));
  };
  return {
    read: carryOut,
    lower: carryOut,
    raise: async (order) => {
      await on.consent;
      return carryOut(order);
    },
    save: async ({ name }) => {
      if (on.broken) throw on.broken;
      return { saved: `~/Downloads/${name}` };
    },
    destination: async () => ({ place: (asked.get('place') as Place | null) ?? 'home', server: asked.get('server') }),
    onNews: (heard) => on.listen(heard),
  };
};
