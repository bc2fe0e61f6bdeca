// Reads a Graph API request: its members from JSON, a form or a multipart body and from the address; its token.

import { readJson } from '../../kit/exact-json.mjs';
import { readMultipart } from '../../kit/multipart.mjs';
import { appSecretProof } from '../platform/signatures.mjs';
import { GraphError } from './errors.mjs';

const PROOF_TIME_LIMIT = 300;

/** What is answered to a token that has ended, by how it did. */
const TOKEN_ENDS = { expired: 'tokenExpired', 'app-removed': 'appRemoved', 'password-changed': 'passwordChanged' };

/** A form value that is itself JSON is read as such: `recipient={"id":"…"}`. */
function formValue(value) {
  return /^\s*[[{]/.test(value) ? readJson(value) : value;
}

/** Gives `{members, file}`; `file` is {bytes, type, filename} or null. Throws a GraphError when it cannot be read. */
export function readRequest({ headers, body, query }) {
  const type = headers['content-type'] ?? '';
  const members = Object.fromEntries([...query].map(([name, value]) => [name, value]));
  try {
    if (body.length === 0) return { members, file: null };
    if (type.startsWith('multipart/form-data')) {
      const parts = readMultipart(type, body);
      const file = parts.find((part) => part.filename !== null) ?? null;
      for (const part of parts) if (part !== file) members[part.name] = formValue(part.bytes.toString());
      return { members, file };
    }
    if (type.startsWith('application/x-www-form-urlencoded')) {
      for (const [name, value] of new URLSearchParams(body.toString())) members[name] = formValue(value);
      return { members, file: null };
    }
    const read = readJson(body.toString());
    if (read === null || typeof read !== 'object' || Array.isArray(read)) throw new SyntaxError('not an object');
    return { members: { ...members, ...read }, file: null };
  } catch (error) {
    throw new GraphError('parameter', `(#100) the request cannot be read: ${error.message}`);
  }
}

/**
 * Finds the Page whose token the call carries; throws 190 for a wrong one, 100 for a wrong proof.
 * @param proofMode "checked" (when there is one) or "required"
 */
export function authorise(world, { headers, members, now, appSecret, proofMode }) {
  const token = members.access_token ?? /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (!token) throw new GraphError('noToken');
  const page = [...world.pages.values()].find((candidate) => candidate.token === token);
  if (!page) throw new GraphError('badToken');
  const { appsecret_proof: proof, appsecret_time: time = null } = members;
  if (proof === undefined && proofMode === 'required') throw new GraphError('noProof');
  if (proof !== undefined) {
    const stale = time !== null && Math.abs(now / 1000 - Number(time)) > PROOF_TIME_LIMIT;
    if (stale || proof !== appSecretProof(appSecret, token, time)) throw new GraphError('badProof');
  }
  if (page.tokenState !== 'good') throw new GraphError(TOKEN_ENDS[page.tokenState]);
  return page;
}
