// Server-sent events over `fetch`, which unlike EventSource can send an access token.

/** An event of an analysis or of a user: its name, its number, and its fields. */
export interface LiveEvent {
  name: string;
  id: number;
  data: Record<string, unknown>;
}

/** The events of a stream, in order; comments are skipped. */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<LiveEvent> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (text + value).split(/\r?\n\r?\n/);
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parse(block);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parse(block: string): LiveEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields.set(name, value);
  }
  const [name, id, data] = [fields.get("event"), fields.get("id"), fields.get("data")];
  if (name === undefined || data === undefined) return undefined;
  return { name, id: Number(id), data: JSON.parse(data) as Record<string, unknown> };
}
