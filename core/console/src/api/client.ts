/**
 * The only way to the gateway. Types come from docs/openapi.yaml; every refusal becomes a Refusal, so that callers
 * word it from the problem's type and never from English text.
 */
import createClient from 'openapi-fetch';
import type { components, paths } from './api.gen';

type Schemas = components['schemas'];
export type Ticket = Schemas['Ticket'];
export type LiveTicket = Schemas['LiveTicket'];
export type TicketPatch = Schemas['TicketPatch'];
export type TicketStatus = Schemas['TicketStatus'];
export type Priority = Schemas['Priority'];
export type ReplyWindow = Schemas['Window'];
export type Message = Schemas['Message'];
export type Attachment = Schemas['Attachment'];
export type Context = Schemas['Context'];
export type Contact = Schemas['Contact'];
export type Channel = Schemas['Channel'];
export type Plugin = Schemas['Plugin'];
export type Quarantined = Schemas['Quarantined'];
export type Capabilities = Schemas['Capabilities'];
export type TextUnit = Schemas['TextUnit'];
export type Session = Schemas['Session'];
export type Settings = Schemas['Settings'];
export type User = Schemas['User'];
export type Problem = Schemas['Problem'];
export type ProblemType = Schemas['ProblemType'];
export type SearchHit = Schemas['SearchHit'];
export type LiveFrame = Schemas['LiveFrame'];
export type ClientFrame = Schemas['ClientFrame'];
export type PresenceState = Schemas['PresenceState'];
export type TicketQuery = NonNullable<paths['/tickets']['get']['parameters']['query']>;

/** A request that the gateway refused (`problem`), or that never reached it (`problem` is null). */
export class Refusal extends Error {
  constructor(
    readonly problem: Problem | null,
    readonly status: number,
  ) {
    super(problem?.detail ?? 'no answer');
  }

  /** Nothing is known to be wrong with the request itself: the same one may succeed later. */
  get passing(): boolean {
    return this.problem === null || this.status >= 500 || this.status === 429;
  }
}

// Chunks live in assets/ under whatever prefix the console is served from.
const moduleUrl = import.meta.url;
export const prefix = new URL('../', moduleUrl).pathname;
const basePath = `${prefix}api/v1`;
export const liveUrl = (since: number | null) =>
  `${location.origin.replace(/^http/, 'ws')}${basePath}/live${since === null ? '' : `?since=${since}`}`;

/** What the client needs from the session; set by state/session. */
export const credentials = { csrf: '', ended: () => {} };

export const api = createClient<paths>({
  baseUrl: basePath,
  // Looked up at each call, so that the page's own fetch is used whatever wraps it later.
  fetch: (request) => fetch(request),
});

api.use({
  onRequest({ request }) {
    if (request.method !== 'GET' && request.method !== 'HEAD' && credentials.csrf !== '')
      request.headers.set('X-CSRF-Token', credentials.csrf);
    return request;
  },
  onResponse({ response, request }) {
    if (response.status === 401 && !(request.method === 'POST' && request.url.endsWith('/session')))
      credentials.ended();
    return undefined;
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && typeof (value as Problem).type === 'string';

/** The data of an answer; throws Refusal for anything else. Takes the promise of an `api` call. */
export async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw new Refusal(null, 0);
  }
  if (!answer.response.ok) throw new Refusal(isProblem(answer.error) ? answer.error : null, answer.response.status);
  return answer.data as T;
}

/** A key that makes one act repeatable without acting twice. Works outside of secure contexts too. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
