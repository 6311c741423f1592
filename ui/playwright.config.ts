import { defineConfig } from '@playwright/test';
import { folderOf, PORT, RESULTS } from './build/lane.mjs';

/** The page as it is built, on the fake host, under the same content security policy as in the app. */
export default defineConfig({
  testDir: './tests',
  outputDir: RESULTS,
  testMatch: '**/*.page.ts',
  // No test knows of another one, so a file with many takes no longer than its share.
  fullyParallel: true,
  workers: 2,
  reporter: 'list',
  forbidOnly: true,
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    browserName: 'chromium',
    viewport: { width: 520, height: 720 },
    // A colour that is measured while it changes is neither of the two.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      ...(process.env['KEYHOLDER_BROWSER'] === 'own' ? {} : { executablePath: process.env['KEYHOLDER_BROWSER'] ?? '/usr/bin/chromium' }),
      args: ['--no-sandbox', '--disable-gpu'],
    },
  },
  webServer: { command: `node build/serve.mjs ${folderOf('fake')} ${PORT}`, port: PORT, reuseExistingServer: false },
});
