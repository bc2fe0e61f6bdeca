// What the platform does with an attachment given by address: fetches and checks it. Only addresses of this machine
// are fetched; any other is taken on trust, so that nothing leaves the test.

import { GraphError } from './errors.mjs';

const LIMIT = 25 * 1024 * 1024;
const IMAGE_LIMIT = 8 * 1024 * 1024;
const VIDEO_WAIT_MS = 75_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Fetches `url` as an attachment of the given kind. Gives {bytes, type}, or null when the address is not of this
 * machine; throws the GraphError that the platform would answer.
 */
export async function fetchAttachment(client, url, kind, timeScale = 1) {
  const target = URL.canParse(url) ? new URL(url) : null;
  if (!target || !/^https?:$/.test(target.protocol)) throw new GraphError('fetchFailed');
  if (!LOOPBACK.has(target.hostname)) return null;
  const answer = await client.request(target, { timeoutMs: VIDEO_WAIT_MS / Math.max(1, timeScale) });
  if (answer.error?.startsWith('no answer')) throw new GraphError(kind === 'video' ? 'videoTimeout' : 'fetchFailed');
  if (answer.error || answer.status !== 200) throw new GraphError('fetchFailed');
  if (answer.body.length > (kind === 'image' ? IMAGE_LIMIT : LIMIT)) throw new GraphError('tooBig');
  const type = String(answer.headers['content-type'] ?? '');
  if (kind !== 'file' && !type.startsWith(`${kind}/`)) throw new GraphError('typeMismatch');
  return { bytes: answer.body, type };
}
