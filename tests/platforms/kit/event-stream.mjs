// Server-sent events: keeps the open streams of a page and writes news to those that asked for it.

const HEARTBEAT_MS = 15_000;

export class EventStream {
  #streams = new Set();
  #heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);

  constructor() {
    this.#heartbeat.unref();
  }

  /** Turns `response` into a stream that receives what `wants(news)` is true for. */
  open(response, wants = () => true) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.write('retry: 1000\n\n');
    const stream = { response, wants };
    this.#streams.add(stream);
    response.on('close', () => this.#streams.delete(stream));
  }

  send(type, news) {
    const text = `event: ${type}\ndata: ${JSON.stringify(news)}\n\n`;
    for (const { response, wants } of this.#streams) if (wants(news)) response.write(text);
  }

  close() {
    clearInterval(this.#heartbeat);
    for (const { response } of this.#streams) response.end();
    this.#streams.clear();
  }

  #beat() {
    for (const { response } of this.#streams) response.write(': still here\n\n');
  }
}
