// Files that customers send and the gateway uploads: kept in memory, served under signed addresses that expire.
// A file may be slow, longer than it says it would be, or of another type than its content.

import { createHmac, randomInt } from 'node:crypto';
import { pdf, wav } from '../../kit/recordings.mjs';
import { portrait, scene, sticker } from '../../kit/scenes.mjs';
import { mp4 } from '../../kit/video.mjs';
import { DAY } from './world.mjs';

const URL_LIFE = 2 * DAY;
const ATTACHMENT_ID_LIFE = 90 * DAY;
const FILLER = Buffer.alloc(64 * 1024);

export const STICKER_IDS = {
  thumb: 369239263222822n,
  heart: 369239343222814n,
  leaf: 526214684778630n,
  smile: 144885145685752n,
};

const READY_MADE = {
  image: (name = 'tent') => ({ bytes: scene(name), type: 'image/png', name: `${name}.png` }),
  sticker: (name = 'thumb') => ({ bytes: sticker(name), type: 'image/png', name: `${name}.png` }),
  audio: () => ({ bytes: wav(3), type: 'audio/wav', name: 'voice.wav' }),
  video: () => ({ bytes: mp4(), type: 'video/mp4', name: 'clip.mp4' }),
  file: (name = 'facture') => ({
    bytes: pdf(['Maple Outdoors / Plein air Érable', 'Commande MO-48213', 'Tente Boréale 3 places   429,00 $']),
    type: 'application/pdf',
    name: `${name}.pdf`,
  }),
  portrait: (seed = 0) => ({ bytes: portrait(Number(seed)), type: 'image/png', name: `${seed}.png` }),
};

export class MediaStore {
  #files = new Map();
  #attachments = new Map();
  #origin = '';
  #key;
  #count = 0;

  constructor({ clock, secret }) {
    this.clock = clock;
    this.#key = createHmac('sha256', secret).update('media addresses').digest();
  }

  servedFrom(origin) {
    this.#origin = origin;
  }

  /** A ready-made file of the kind image, sticker, audio, video, file or portrait; gives its id. */
  readyMade(kind, name) {
    const id = `${kind}-${name ?? 'usual'}`;
    if (!this.#files.has(id)) this.#files.set(id, { ...READY_MADE[kind](name), slowMs: 0, padding: 0 });
    return id;
  }

  /**
   * Keeps a file; gives its id.
   * @param file {bytes, type, name} and, to misbehave: `slowMs` between pieces, `padding` bytes of filler sent after
   *   the content, `status` answered instead of 200
   */
  add(file) {
    this.#count += 1;
    const id = `f${this.#count}`;
    this.#files.set(id, { slowMs: 0, padding: 0, name: `${id}.bin`, type: 'application/octet-stream', ...file });
    return id;
  }

  /** The file of that id; a ready-made one is made again when somebody of an earlier run had sent it. */
  #file(id) {
    const [, kind, name] = /^([a-z]+)-(.+)$/.exec(id) ?? [];
    if (!this.#files.has(id) && Object.hasOwn(READY_MADE, kind ?? '')) this.readyMade(kind, name === 'usual' ? undefined : name);
    return this.#files.get(id);
  }

  /** A signed address of the file, good for `lifeMs` of the simulation's clock. */
  url(id, lifeMs = URL_LIFE) {
    const end = (this.clock.now() + lifeMs).toString(16);
    return `${this.#origin}/cdn/${id}/${encodeURIComponent(this.#file(id)?.name ?? 'gone')}?oh=${this.#sign(id, end)}&oe=${end}`;
  }

  /** An attachment id of a Page for an uploaded file, as message_attachments gives it. */
  attach(page, kind, source) {
    const id = `18${randomInt(10 ** 6, 10 ** 7)}${randomInt(10 ** 6, 10 ** 7)}`;
    this.#attachments.set(id, { id, page: page.id, kind, source, until: this.clock.now() + ATTACHMENT_ID_LIFE });
    return id;
  }

  /** The attachment, or null when the Page has none of that id any more. */
  attachment(page, id) {
    const found = this.#attachments.get(String(id));
    return found && found.page === page.id && this.clock.now() < found.until ? found : null;
  }

  /** Serves a file: 403 when the address is unsigned or too old. */
  async serve({ params, query, response, headers }) {
    const file = this.#file(params.id);
    const end = query.get('oe') ?? '';
    const good = query.get('oh') === this.#sign(params.id, end) && this.clock.now() < Number.parseInt(end, 16);
    if (!file || !good)
      return { status: 403, headers: { 'Content-Type': 'text/plain' }, body: 'URL signature expired' };
    if (file.status) return { status: file.status, headers: { 'Content-Type': 'text/plain' }, body: '' };
    const shown = {
      'Content-Type': file.type,
      'Cache-Control': 'private, max-age=3600',
      'X-Content-Type-Options': 'nosniff',
    };
    if (file.slowMs === 0 && file.padding === 0) return this.#whole(file, shown, headers.range);
    await this.#trickle(file, shown, response);
    return undefined;
  }

  #whole(file, shown, range) {
    const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
    if (!asked) return { status: 200, headers: { ...shown, 'Accept-Ranges': 'bytes' }, body: file.bytes };
    const last = asked[2] === '' ? file.bytes.length - 1 : Math.min(Number(asked[2]), file.bytes.length - 1);
    const place = { 'Content-Range': `bytes ${asked[1]}-${last}/${file.bytes.length}` };
    return { status: 206, headers: { ...shown, ...place }, body: file.bytes.subarray(Number(asked[1]), last + 1) };
  }

  /** Writes without a length, piece by piece, as long as the other side listens. */
  async #trickle(file, shown, response) {
    response.writeHead(200, shown);
    const pieces = Math.max(8, Math.ceil(file.bytes.length / FILLER.length));
    const size = Math.ceil(file.bytes.length / pieces);
    for (let sent = 0; sent < file.bytes.length && !response.destroyed; sent += size) {
      response.write(file.bytes.subarray(sent, sent + size));
      await new Promise((resolve) => setTimeout(resolve, file.slowMs).unref());
    }
    for (let sent = 0; sent < file.padding && !response.destroyed; sent += FILLER.length) {
      const more = response.write(FILLER.subarray(0, Math.min(FILLER.length, file.padding - sent)));
      if (!more) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    response.end();
  }

  #sign(id, end) {
    return createHmac('sha256', this.#key).update(`${id}/${end}`).digest('hex').slice(0, 32);
  }
}
