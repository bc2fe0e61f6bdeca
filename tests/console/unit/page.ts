/** A stand-in for the little of a browser that the console's state needs, and for the gateway's answers. */

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}
export type Answer = { status?: number; body?: unknown } | 'no answer';

/** Answers are given by `gateway.answer`; every request is kept in `gateway.calls`. */
export const gateway = {
  calls: [] as Call[],
  answer: (_: Call): Answer | Promise<Answer> => ({ status: 404, body: {} }),
};

class Storage_ {
  private readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
}

export function stubPage() {
  gateway.calls = [];
  const listeners = new Map<string, Set<() => void>>();
  const target = {
    addEventListener: (name: string, heard: () => void) =>
      void (listeners.get(name) ?? listeners.set(name, new Set()).get(name)!).add(heard),
    removeEventListener: (name: string, heard: () => void) => void listeners.get(name)?.delete(heard),
  };
  vi.stubGlobal('location', { origin: 'http://gateway.test', pathname: '/', search: '' });
  vi.stubGlobal('sessionStorage', new Storage_());
  vi.stubGlobal('navigator', { userAgent: 'test', language: 'fr-CA' });
  vi.stubGlobal('document', {
    ...target,
    hidden: false,
    hasFocus: () => true,
    documentElement: { dataset: {} },
    cookie: '',
  });
  vi.stubGlobal('addEventListener', target.addEventListener);
  vi.stubGlobal('removeEventListener', target.removeEventListener);
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run, 16));
  vi.stubGlobal(
    'Request',
    class extends Request {
      constructor(url: string, init?: RequestInit) {
        super(new URL(url, 'http://gateway.test'), init);
      }
    },
  );
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url);
    const written = await request.text();
    const call = {
      method: request.method,
      path: url.pathname.replace(/^.*\/api\/v1/, ''),
      query: url.searchParams,
      headers: request.headers,
      body: written === '' ? null : JSON.parse(written),
    };
    gateway.calls.push(call);
    const answer = await gateway.answer(call);
    if (answer === 'no answer') throw new TypeError('Failed to fetch');
    const { status = 200, body = {} } = answer;
    return new Response(status === 204 ? null : JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/json' },
    });
  });
  return {
    fire: (name: string) => {
      for (const heard of listeners.get(name) ?? []) heard();
    },
  };
}

/** Lets promises and short timers run out. */
export const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
