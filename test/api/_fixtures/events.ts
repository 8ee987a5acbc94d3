/** Reading server-sent events, as a client does. */
import type { StoredEvent } from '../../../lib/engine/runs/stored-event.ts';

export interface ReceivedEvent {
  id: number;
  type: string;
  data: StoredEvent;
}

/** Each event as it arrives; ends with the response. */
export async function* receivedEvents(response: Response): AsyncGenerator<ReceivedEvent> {
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: ?(.*)/s) as [string, string]));
      if (fields['data'] === undefined) continue;
      yield { id: Number(fields['id']), type: fields['event']!, data: JSON.parse(fields['data']) };
    }
  }
}

export async function allEvents(response: Response): Promise<ReceivedEvent[]> {
  const events: ReceivedEvent[] = [];
  for await (const event of receivedEvents(response)) events.push(event);
  return events;
}
