declare module 'virtual:words' {
  /** One loader for each language; what it loads is by key. */
  export const loaders: Record<string, () => Promise<{ default: Record<string, string> }>>;
  /** The same for what only the later parts of a window say; empty where all of it is said from the start. */
  export const later: typeof loaders;
}
