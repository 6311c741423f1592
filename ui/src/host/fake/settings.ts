/** What is asked how often, what is set, and whether everything is in order. */
import { preferences } from '../preferences';
import type { Check, SettingsView } from '../types.gen';
import { ago, DAY, done, type Handlers } from './house';

export function settings(): SettingsView {
  const { look, language, letters } = preferences(globalThis.location?.search ?? '');
  return {
    config_file: '~/.config/keyholder/config.toml',
    policies: '~/.config/keyholder/policies',
    audit_file: '~/.local/state/keyholder/audit.db',
    answer_deadline_s: 52,
    idle_exit_s: null,
    managed: false,
    guard_ms: 400,
    extra_ca: [],
    metadata_document: null,
    language,
    look,
    letter_keys: letters,
  };
}

/** As many as there are servers, each named by somebody else. */
const HOSTILE_CHECKS: Check[] = Array.from({ length: 10_000 }, (_, at) => ({
  name: `server-${at} \u202egnp.exe <img src=x onerror="document.title=1">${'W'.repeat(300)}`,
  state: 'fail',
  detail: `pay\u200bload ${'x'.repeat(at === 0 ? 1_000_000 : 300)}`,
  fix: `keyholder login ${'long'.repeat(200)}`,
}));

export const SettingHandlers: Handlers = {
  mode: (_, house) => ({
    answer: 'mode',
    view: { mode: house.mode, learning_until: house.mode === 'learning' ? ago(-5 * DAY) : null, learned: house.learned },
  }),
  set_mode: ({ mode }, house) => {
    house.mode = mode;
    house.changed('status');
    return done();
  },
  set: (order, house) => {
    const { settings } = house;
    if (order.setting === 'extra_ca' && order.value.some((file) => file.includes('missing'))) {
      throw { code: 'invalid', subject: 'extra_ca', detail: 'there is no such file' };
    }
    if (order.setting === 'guard' && (order.value < 250 || order.value > 2000)) throw { code: 'invalid', subject: 'guard_ms', detail: 'from 250 to 2000' };
    if (order.setting === 'answer_deadline') settings.answer_deadline_s = order.value;
    else if (order.setting === 'extra_ca') settings.extra_ca = order.value;
    else if (order.setting === 'guard') settings.guard_ms = order.value;
    else if (order.setting === 'idle_exit') settings.idle_exit_s = order.value;
    else if (order.setting === 'language') settings.language = order.value;
    else if (order.setting === 'letter_keys') settings.letter_keys = order.value;
    else if (order.setting === 'look') settings.look = order.value;
    else settings.metadata_document = order.value;
    house.changed('status');
    return done(order.setting === 'idle_exit' || order.setting === 'extra_ca' ? 'It counts after the broker’s next start.' : null);
  },
  doctor: (_, house) => ({
    answer: 'doctor',
    view: {
      checks: house.apps === 'hostile' ? HOSTILE_CHECKS : [
        { name: 'keychain', state: 'ok', detail: 'The Secret Service keeps and gives back a test item.', fix: null },
        { name: 'rules', state: 'warn', detail: 'One rule in work.cedar waits to be confirmed.', fix: 'keyholder rules confirm' },
        { name: 'log', state: 'ok', detail: '4321 entries, intact, anchored.', fix: null },
        { name: 'warehouse', state: 'fail', detail: 'The sign-in of ben@acme.example has lapsed.', fix: 'keyholder login warehouse' },
      ],
    },
  }),
};
