/** The CDK app: one stack, told by context (`-c prefix=acme-`). docs/deploy.md has the options. */
import { App } from 'aws-cdk-lib';
import { addChecks } from '../lib/infra/checks.ts';
import { stackFromContext } from '../lib/infra/context.ts';

const app = new App({ analyticsReporting: false });
addChecks(app);
stackFromContext(app);
