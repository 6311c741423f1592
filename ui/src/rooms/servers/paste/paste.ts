/**
 * What a person pastes where an address is wanted: an address, a piece of a host app's configuration, or the command line that a
 * server's own page tells them to run. Pure: nothing is fetched, run or kept.
 */
import { ofConfig } from './config';
import { found, type Found } from './found';
import { ofWords, words } from './line';
import { secretIn, whole } from './secrets';

/** One server that was found, with its address. */
export interface Pasted extends Found {
  address: string;
  /** Something in the address looks like a key: the parameter's name. */
  keyed: string | null;
}

export type Reading =
  | { kind: 'none' }
  | { kind: 'one'; server: Pasted }
  | { kind: 'several'; servers: Pasted[] }
  | { kind: 'refused'; why: Refusal; about: string; address: string | null };

/** `ours`: it goes through Keyholder already. `local`: a program on this computer. `unclear`: lines without an address. */
export type Refusal = 'local' | 'long' | 'ours' | 'password' | 'secret' | 'unclear';

/** More is no address and no configuration of one. */
const MOST = 200_000;

export function readPaste(pasted: string): Reading {
  const text = pasted.replace(/^\ufeff/, '').trim();
  if (text === '') return { kind: 'none' };
  if (text.length > MOST) return refused('long');
  const whole = unwrapped(text);
  if (!/\s/.test(whole) && !/^[{["]/.test(whole)) return settle([fromLink(whole) ?? [{ ...found(), address: whole }]].flat());
  return settle(fromLines(text) ?? []);
}

/** Quotes, brackets and code marks around a lone address. */
const unwrapped = (text: string) => /^(?:<([^<>\s]+)>|`+([^`\s]+)`+|"([^"\s{}:]*:\/\/[^"\s]+)"|'([^'\s]+)')[,;]?$/.exec(text)?.slice(1).find(Boolean) ?? text;

function fromLines(text: string): Found[] | null {
  const bare = text.replace(/^```\w*\s*\n?|\n?```$/g, '').trim();
  const config = ofConfig(bare);
  if (config) return config;
  const all = words(bare.replace(/^[$>#]\s+/, ''));
  // `claude mcp add-json NAME '{…}'`, `code --add-mcp '{…}'`: a configuration inside a line.
  const at = all.findIndex((word) => /^(?:add-json|--add-mcp)$/.test(word));
  const inner = at < 0 ? undefined : all.slice(at + 1).find((word) => word.startsWith('{'));
  if (inner !== undefined) {
    const before = all[at + 1] ?? '';
    return (ofConfig(inner) ?? []).map((one) => ({ ...one, name: one.name ?? (before === inner ? null : before) }));
  }
  const line = ofWords(all);
  return line && [line];
}

/** A link that puts a server into an app: its configuration stands in it. */
function fromLink(text: string): Found[] | null {
  if (!/^(?:cursor|vscode(?:-insiders)?):/i.test(text)) return null;
  const query = text.slice(text.indexOf('?') + 1);
  try {
    if (/^vscode/i.test(text)) return ofConfig(decodeURIComponent(query));
    const asked = new URLSearchParams(query);
    return (ofConfig(atob(asked.get('config') ?? '')) ?? []).map((one) => ({ ...one, name: asked.get('name') }));
  } catch {
    return null;
  }
}

/** One, several, or why none. A list of several leaves out those that could not be connected, unless nothing is left. */
function settle(all: Found[]): Reading {
  const good = all.flatMap((one) => (reason(one) === null ? [complete(one)] : []));
  const [first] = good;
  if (first) return good.length === 1 ? { kind: 'one', server: first } : { kind: 'several', servers: good };
  const bad = all.find((one) => reason(one) === 'secret' || reason(one) === 'password') ?? all[0];
  if (!bad) return refused('unclear');
  return refused(reason(bad) ?? 'unclear', bad.secret ?? bad.name ?? '', bad.address);
}

function reason(one: Found): Refusal | null {
  if (one.secret !== null) return 'secret';
  if (one.local) return 'local';
  if (one.ours) return 'ours';
  if (one.address === null) return 'unclear';
  return secretIn(one.address)?.where === 'password' ? 'password' : null;
}

function complete(one: Found): Pasted {
  const inside = secretIn(one.address ?? '');
  const keyed = inside?.where === 'parameter' ? inside.name : null;
  return { ...one, address: one.address ?? '', name: one.name === null ? null : nameFrom(one.name), keyed };
}

const refused = (why: Refusal, about = '', address: string | null = null): Reading => ({ kind: 'refused', why, about, address: bareOf(address) });

/** The address without the password in it. */
function bareOf(address: string | null): string | null {
  if (address === null) return null;
  try {
    const url = new URL(whole(address));
    if (url.username === '' && url.password === '') return address;
    url.username = '';
    url.password = '';
    return url.href;
  } catch {
    return address;
  }
}

/** Whether Keyholder takes this as a server's name, as `ServerName` in the broker does. */
export const isName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);

/** The nearest name that Keyholder takes; none where nothing of it can stay. */
export function nameFrom(text: string): string | null {
  const near = text.trim().replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|[-._]+$/g, '').slice(0, 64);
  return isName(near) ? near : null;
}
