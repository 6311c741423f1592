declare module 'virtual:words' {
  /** One loader for each language; what it loads is by key. */
  export const loaders: Record<string, () => Promise<{ default: Record<string, string> }>>;
}
