/** Why no connection came about, in one sentence, and the way on from there. */
import type { Code, ConsoleError } from '../../host/types.gen';
import { say } from '../../words/say';

const SENTENCES = {
  conflict: 'servers.bad_conflict',
  denied: 'servers.bad_denied',
  invalid: 'servers.bad_invalid',
  keychain: 'servers.bad_keychain',
  locked: 'servers.bad_locked',
  network: 'servers.bad_network',
  no_face: 'servers.bad_no_face',
  sign_in_needed: 'servers.bad_sign_in_needed',
  timed_out: 'servers.bad_timed_out',
  upstream: 'servers.bad_upstream',
} as const satisfies Partial<Record<Code, string>>;

export function troubleOf({ code }: ConsoleError): string {
  return say(code in SENTENCES ? SENTENCES[code as keyof typeof SENTENCES] : 'servers.bad_other');
}

/** What helps beside trying again: `where` to change the address, `name` to change the name, and so on. */
export type Way = 'doctor' | 'name' | 'rules' | 'unlock' | 'wants' | 'where';

export function waysFrom({ code }: ConsoleError): Way[] {
  const ways: Partial<Record<Code, Way[]>> = {
    conflict: ['name'],
    denied: ['rules'],
    invalid: ['wants', 'where'],
    keychain: ['doctor'],
    locked: ['unlock'],
    network: ['where'],
    no_face: ['doctor'],
    upstream: ['wants', 'where'],
  };
  return ways[code] ?? [];
}
