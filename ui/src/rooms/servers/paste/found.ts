/** What can be taken out of pasted lines about one server. */
export interface Found {
  name: string | null;
  address: string | null;
  clientId: string | null;
  resource: string | null;
  scopes: string[];
  /** Where a secret stands: the name of a header, a variable, a flag. Then nothing is taken. */
  secret: string | null;
  /** Names of what Keyholder does not take over. */
  leftOut: string[];
  /** It is a program on this computer, without an address. */
  local: boolean;
  /** It goes through Keyholder already. */
  ours: boolean;
}

export const found = (): Found => ({
  name: null,
  address: null,
  clientId: null,
  resource: null,
  scopes: [],
  secret: null,
  leftOut: [],
  local: false,
  ours: false,
});
