/** Synthesizes stacks in this process. Code is not bundled, so that it takes a second and assets have no changing hashes. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { addChecks } from '../../lib/infra/checks.ts';

export interface Synthesized {
  template: Template;
  /** `rule: construct` of each finding that is not acknowledged. */
  findings: string[];
}

/** With the checks that `cdk synth` makes. */
export function synthesize(build: (app: App) => Stack, context: Record<string, unknown> = {}): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'stepweave-cdk-'));
  try {
    const app = new App({
      outdir,
      analyticsReporting: false,
      context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [], ...context },
    });
    addChecks(app);
    const stack = build(app);
    try {
      app.synth();
    } catch (thrown) {
      if (!existsSync(join(outdir, REPORT))) throw thrown;
      return { template: Template.fromJSON({}), findings: findingsIn(outdir) };
    }
    return { template: Template.fromStack(stack), findings: findingsIn(outdir) };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Is written whenever the checks have run, whatever they found. */
const REPORT = 'validation-report.json';

interface Report {
  pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath?: string }[] }[] }[];
}

function findingsIn(outdir: string): string[] {
  const report: Report = JSON.parse(readFileSync(join(outdir, REPORT), 'utf8'));
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName}: ${constructPath}`),
    ),
  );
}
