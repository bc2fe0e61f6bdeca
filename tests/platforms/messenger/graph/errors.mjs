// The error answers of the Graph API that a messaging client can meet (messenger.md, section 5), by name.

import { randomBytes } from 'node:crypto';

const TABLE = {
  unknown: [500, 1, null, 'An unknown error occurred', { is_transient: true }],
  temporary: [500, 2, null, 'Service temporarily unavailable', { is_transient: true }],
  appLimit: [400, 4, null, '(#4) Application request limit reached', { is_transient: true }],
  threadLimit: [400, 613, 2534040, '(#613) Too many messages to this person in a short time.', { is_transient: true }],
  pageLimit: [400, 613, null, '(#613) Calls to this api have exceeded the rate limit.', { is_transient: true }],
  outsideWindow: [400, 10, 2018278, '(#10) This message is sent outside of allowed window.'],
  cannotReceive: [400, 10, 2018108, '(#10) This Person Cannot Receive Messages: they are unavailable right now.'],
  otherOwner: [400, 10, 2018300, '(#10) Message Not Sent: another app is controlling this thread now.'],
  pageRestricted: [400, 10, 1893063, '(#10) This Page is temporarily restricted from sending messages.'],
  parameter: [400, 100, null, '(#100) Invalid parameter'],
  noUser: [400, 100, 2018001, '(#100) No matching user found'],
  noObject: [400, 100, 33, 'Unsupported request: the object does not exist or cannot be loaded.'],
  fetchFailed: [400, 100, 2018008, '(#100) Failed to fetch the file from the url'],
  typeMismatch: [400, 100, 2018047, '(#100) Upload attachment failure: the type does not match the file.'],
  notOwned: [
    400,
    100,
    2018074,
    '(#100) The attachment id cannot be used: it is not owned by this Page or has expired.',
  ],
  tooBig: [400, 100, 2018109, '(#100) Attachment size exceeds allowable limit'],
  videoTimeout: [400, 100, 2018294, '(#100) Video upload timed out'],
  messageAndAction: [400, 100, 2018014, '(#100) A message and a sender action cannot be sent together.'],
  badProof: [400, 100, null, 'Invalid appsecret_proof provided in the API argument'],
  noProof: [400, 100, null, 'API calls from the server require an appsecret_proof argument'],
  badToken: [401, 190, null, 'Error validating access token: the session has been invalidated.'],
  tokenExpired: [401, 190, 463, 'Error validating access token: Session has expired.'],
  appRemoved: [401, 190, 458, 'Error validating access token: the user has not authorized the application.'],
  passwordChanged: [401, 190, 460, 'Error validating access token: the user changed the password.'],
  noToken: [401, 190, null, 'An access token is required to request this resource.'],
  permission: [403, 200, null, '(#200) Requires pages_messaging permission to manage the object'],
  blocked: [400, 551, 1545041, "(#551) This person isn't available right now."],
  policy: [400, 368, null, 'The action attempted has been deemed abusive or is otherwise disallowed'],
  noProfile: [400, 100, 2018218, '(#100) Profile is not available: the account was created with a phone number.'],
  noProfileAccess: [400, 100, 2018247, '(#100) Insufficient permission to access user profile.'],
  automated: [400, 10, 2018321, '(#10) An automated response holds the thread.'],
  deleted: [400, 9000001, null, '(#9000001) This message was deleted.'],
};

/** Errors that the page on error codes also lists by their subcode alone. */
const SEEN_BARE = new Set(['otherOwner', 'noProfile', 'noProfileAccess', 'automated']);

export const GRAPH_ERRORS = Object.keys(TABLE);

/** An error that a handler throws and the Graph door answers. */
export class GraphError extends Error {
  /** @param name one of GRAPH_ERRORS; @param detail replaces the usual message */
  constructor(name, detail = null) {
    if (!TABLE[name]) throw new RangeError(`no Graph error is called "${name}"`);
    const [status, code, subcode, message, more] = TABLE[name];
    super(detail ?? message);
    Object.assign(this, { name, status, code, subcode, more });
  }

  /** @param bareCodes whether errors that are seen in both forms have their subcode as code */
  toAnswer({ bareCodes = false } = {}) {
    const bare = bareCodes && SEEN_BARE.has(this.name);
    const code = bare ? this.subcode : this.code;
    const error = { message: this.message, type: 'OAuthException', code, ...this.more };
    if (this.subcode !== null && !bare) error.error_subcode = this.subcode;
    return { status: this.status, value: { error: { ...error, fbtrace_id: randomBytes(8).toString('base64url') } } };
  }
}
