/** Permissions in words, where their names mean the same everywhere (OpenID Connect Core §5.4, §11). */
import { say } from '../../words/say';

const KNOWN = {
  openid: 'servers.scope_openid',
  profile: 'servers.scope_profile',
  email: 'servers.scope_email',
  address: 'servers.scope_address',
  phone: 'servers.scope_phone',
  offline_access: 'servers.scope_offline',
} as const;

/** What it allows, in words; none where the name is the server's own. */
export function meaningOf(scope: string): string | null {
  return Object.hasOwn(KNOWN, scope) ? say(KNOWN[scope as keyof typeof KNOWN]) : null;
}
