/** What a server says of its own tool (annotations): the members that MCP knows, in words of ours. Nothing of it is verified. */
import { say } from '../../words/say';
import { clip } from '../../words/visible';
import { objectOf } from './lines';

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;

/** One line; empty where it says nothing that is known. A member of another type than it should have is not known either. */
export function claimed(text: string): string {
  const claims = objectOf(text) ?? {};
  const said = HINTS.filter((hint) => typeof claims[hint] === 'boolean').map((hint) =>
    say(`approvals.claim_${hint}`, { is: say(claims[hint] ? 'approvals.claim_yes' : 'approvals.claim_no') }),
  );
  const { title } = claims;
  if (typeof title === 'string' && title) said.push(say('approvals.claim_title', { title: clip(title, 80) }));
  return said.join(', ');
}
