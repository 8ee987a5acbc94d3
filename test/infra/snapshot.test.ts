/** The whole template, so that a change of infrastructure is seen in review. Write it anew with `npx vitest run test/infra -u`. */
import { expect, it } from 'vitest';
import { StepweaveStack } from '../../lib/infra/stack.ts';
import { synthesize } from './synthesize.ts';

it('the template is as reviewed', async () => {
  const { template } = synthesize((app) => new StepweaveStack(app, 'stepweave'));

  await expect(normalised(template.toJSON())).toMatchFileSnapshot('snapshots/stepweave.template.snap');
});

/** Hashes of code change with every line of it, and say nothing about infrastructure. */
function normalised(template: object): string {
  const text = JSON.stringify(template, null, 2);
  return `${text.replace(/\b[0-9a-f]{64}\b/g, '<hash>').replace(/(ApiDeployment[0-9A-F]{8})[0-9a-f]{32}/g, '$1<hash>')}\n`;
}
