/** What a plan may call. */
import * as z from 'zod';
import { TOOL_CALL_FORMATS } from '../../plan/tool-calls/formats.ts';
import { toolListFor } from '../../plan/tool-calls/tool-list.ts';
import { toolSpecSchema } from '../../tools/spec.ts';
import { type Operation, operation } from '../http/operation.ts';
import { jsonObject } from '../schemas/common.ts';
import type { ApiServices } from '../services.ts';

const specs = z.object({ tools: z.array(toolSpecSchema) });
const forProvider = z.object({ format: z.enum(TOOL_CALL_FORMATS), tools: z.union([z.array(jsonObject), jsonObject]) });

export function toolOperations({ tools }: ApiServices): Operation[] {
  return [
    operation({
      id: 'listTools',
      method: 'get',
      path: '/tools',
      tag: 'tools',
      summary: 'The tools that a plan may call',
      query: z.strictObject({
        format: z
          .enum(TOOL_CALL_FORMATS)
          .optional()
          .describe(
            "As a model's request takes them: its `tools`, or with Bedrock Converse its `toolConfig`. Not given: their specs.",
          ),
      }),
      responses: { 200: { description: 'All of them.', schema: z.union([specs, forProvider]) } },
      handle: async ({ query: { format } }, context) => {
        if (format === undefined) return context.json({ tools: tools.list() });
        return context.json({ format, tools: toolListFor(format, tools.list()) });
      },
    }),
  ];
}
