import { orchestrator } from '../../lib/api/orchestrator.ts';
import { deployedTools } from '../../lib/engine/deployed-tools.ts';

export const { handler, streamHandler } = orchestrator(deployedTools(), process.env);
