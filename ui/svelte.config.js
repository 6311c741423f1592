/** @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
export default {
  compilerOptions: {
    runes: true,
    // A class name per component is enough; the hash keeps scoped styles apart.
    cssHash: ({ hash, filename }) => `k${hash(filename)}`,
  },
};
