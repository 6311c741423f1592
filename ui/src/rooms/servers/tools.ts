/** The tools of a server by how much harm they can do, and what becomes of them where the person says nothing. */
import type { AskMode, ToolUse, ToolView } from '../../host/types.gen';

export const TIERS = ['look', 'change', 'send', 'destroy'] as const;
export type Tier = (typeof TIERS)[number];

/** A tier that this page does not know is the worst. */
export const tierOf = ({ tier }: ToolView): Tier => (tier === 'look' || tier === 'change' || tier === 'send' ? tier : 'destroy');

export interface Group {
  tier: Tier;
  tools: ToolView[];
}

/** All groups that have tools, each tool once. */
export function groupsOf(tools: readonly ToolView[]): Group[] {
  const once = [...new Map(tools.map((tool) => [tool.name, tool])).values()];
  return TIERS.map((tier) => ({ tier, tools: once.filter((tool) => tierOf(tool) === tier) })).filter((group) => group.tools.length > 0);
}

/** `runs` without a question, `learns`: so for a while, `asks`, `always`: asks, whatever is said. */
export type Default = 'always' | 'asks' | 'learns' | 'runs';

export function defaultOf(tier: Tier, mode: AskMode): Default {
  if (tier === 'destroy') return 'always';
  if (mode === 'careful' || tier === 'send') return 'asks';
  if (tier === 'look') return 'runs';
  return mode === 'learning' ? 'learns' : 'asks';
}

/** What is on offer for a tool: what destroys is never silent. */
export const usesFor = (tier: Tier): ToolUse[] => (tier === 'destroy' ? ['ask', 'off'] : ['silent', 'ask', 'off']);

/** What happens with a tool now; nothing where that depends on the call. */
export function useOf({ usage, verdict }: ToolView): ToolUse | null {
  if (usage) return usage;
  return verdict === 'allow' ? 'silent' : verdict === 'ask' ? 'ask' : verdict === 'deny' ? 'off' : null;
}
