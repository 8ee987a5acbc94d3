import { defineConfig } from 'vitest/config';

/** Where whole processes, worker threads, servers and synthesized templates are at work. */
const INTEGRATION = ['test/{api,cli,infra,local}/**/*.test.ts'];

const limits = { testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // Every core: vitest would leave one to itself, which it does not need while tests run.
    maxWorkers: '100%',
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: INTEGRATION, ...limits } },
      { test: { name: 'integration', include: INTEGRATION, ...limits } },
    ],
  },
});
