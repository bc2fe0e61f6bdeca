// Everything that is signed with the app secret: notifications, the proof beside a token, deletion calls. Also the
// ways in which a signature can be wrong.

import { createHmac, randomBytes } from 'node:crypto';

function hmac(algorithm, key, message) {
  return createHmac(algorithm, key).update(message);
}

function sha256(secret, body) {
  return `sha256=${hmac('sha256', secret, body).digest('hex')}`;
}

function sha1(secret, body) {
  return `sha1=${hmac('sha1', secret, body).digest('hex')}`;
}

/** Each way to sign: (secret, body, unescaped) → headers, or {headers, body} when the body is changed after signing. */
const WAYS = {
  good: (secret, body) => ({ 'X-Hub-Signature-256': sha256(secret, body) }),
  'good-both': (secret, body) => ({
    'X-Hub-Signature': sha1(secret, body),
    'X-Hub-Signature-256': sha256(secret, body),
  }),
  'wrong-secret': (secret, body) => ({ 'X-Hub-Signature-256': sha256(`${secret}x`, body) }),
  'empty-secret': (_secret, body) => ({ 'X-Hub-Signature-256': sha256('', body) }),
  'sha1-only': (secret, body) => ({ 'X-Hub-Signature': sha1(secret, body) }),
  none: () => ({}),
  empty: () => ({ 'X-Hub-Signature-256': '' }),
  'no-prefix': (secret, body) => ({ 'X-Hub-Signature-256': sha256(secret, body).slice('sha256='.length) }),
  'upper-hex': (secret, body) => {
    const hex = hmac('sha256', secret, body).digest('hex').toUpperCase();
    return { 'X-Hub-Signature-256': `sha256=${hex}` };
  },
  truncated: (secret, body) => ({ 'X-Hub-Signature-256': sha256(secret, body).slice(0, -2) }),
  'too-long': (secret, body) => ({ 'X-Hub-Signature-256': `${sha256(secret, body)}00` }),
  'of-unescaped-text': (secret, _body, unescaped) => ({ 'X-Hub-Signature-256': sha256(secret, unescaped) }),
  'byte-changed': (secret, body) => {
    const changed = Buffer.from(body);
    changed[changed.length - 1] ^= 1;
    return { headers: { 'X-Hub-Signature-256': sha256(secret, body) }, body: changed };
  },
  'byte-added': (secret, body) => ({
    headers: { 'X-Hub-Signature-256': sha256(secret, body) },
    body: Buffer.concat([body, Buffer.from('\n')]),
  }),
};

export const SIGNATURES = Object.keys(WAYS);

/**
 * Signs a notification in the way called `way`, one of SIGNATURES.
 * @param unescaped the same body with every \uXXXX and \/ written out, for the way that signs it by mistake
 */
export function signNotification(way, secret, body, unescaped = body) {
  if (!WAYS[way]) throw new RangeError(`no signature is called "${way}"`);
  const signed = WAYS[way](secret, body, unescaped);
  return signed.headers ? signed : { headers: signed, body };
}

/** The `appsecret_proof` that belongs to `token`; with `time` (Unix seconds) the variant that expires. */
export function appSecretProof(secret, token, time = null) {
  return hmac('sha256', secret, time === null ? token : `${token}|${time}`).digest('hex');
}

/** A `signed_request` form value. `spoil`: "signature", "algorithm", "payload" or "shape" for a bad one. */
export function signedRequest(secret, payload, spoil = null) {
  const algorithm = spoil === 'algorithm' ? 'none' : 'HMAC-SHA256';
  let encoded = Buffer.from(JSON.stringify({ algorithm, ...payload })).toString('base64url');
  const signature = hmac('sha256', spoil === 'signature' ? `${secret}x` : secret, encoded).digest('base64url');
  if (spoil === 'shape') return signature + encoded;
  if (spoil === 'payload') encoded = Buffer.from(JSON.stringify({ algorithm, user_id: '0' })).toString('base64url');
  return `${signature}.${encoded}`;
}

/** A message id in today's form: `m_` and about ninety characters. */
export function newMessageId() {
  return `m_${randomBytes(66).toString('base64url')}`;
}
