// A small real film: H.264 whose macroblocks are all raw samples (I_PCM), in an MP4 file. It is far from compact,
// but it needs no encoder and plays everywhere.

const BLOCK = 16;
const TIMESCALE = 90_000;

/** Collects bits, highest first, with the Exp-Golomb codes of H.264. */
class Bits {
  #bytes = [];
  #last = 0;
  #free = 8;

  put(value, count) {
    for (let bit = count - 1; bit >= 0; bit -= 1) {
      this.#free -= 1;
      this.#last |= ((value >>> bit) & 1) << this.#free;
      if (this.#free === 0) this.#flush();
    }
    return this;
  }

  unsigned(value) {
    const width = 32 - Math.clz32(value + 1);
    return this.put(0, width - 1).put(value + 1, width);
  }

  align() {
    if (this.#free < 8) this.#flush();
    return this;
  }

  bytes(list) {
    this.align();
    for (const byte of list) this.#bytes.push(byte);
    return this;
  }

  /** The finished unit: stop bit, alignment, and a guard byte where three bytes could look like a start mark. */
  unit(header) {
    this.put(1, 1).align();
    const guarded = [header];
    let zeros = 0;
    for (const byte of this.#bytes) {
      if (zeros >= 2 && byte <= 3) {
        guarded.push(3);
        zeros = 0;
      }
      guarded.push(byte);
      zeros = byte === 0 ? zeros + 1 : 0;
    }
    return Buffer.from(guarded);
  }

  #flush() {
    this.#bytes.push(this.#last);
    this.#last = 0;
    this.#free = 8;
  }
}

function sequenceSet(across, down) {
  const bits = new Bits().put(66, 8).put(0xc0, 8).put(20, 8);
  bits.unsigned(0).unsigned(0).unsigned(2).unsigned(0).put(0, 1);
  bits
    .unsigned(across - 1)
    .unsigned(down - 1)
    .put(1, 1)
    .put(1, 1)
    .put(0, 1)
    .put(0, 1);
  return bits.unit(0x67);
}

function pictureSet() {
  const bits = new Bits().unsigned(0).unsigned(0).put(0, 1).put(0, 1).unsigned(0).unsigned(0).unsigned(0);
  return bits.put(0, 1).put(0, 2).unsigned(0).unsigned(0).unsigned(0).put(0b100, 3).unit(0x68);
}

/** A frame of its own (IDR). `sample(x, y)` gives [luma, blue difference, red difference]. */
function frame(across, down, number, sample) {
  // The slice: first block, type I, picture set, frame number, IDR number, no reference changes, no QP change, no filter.
  const bits = new Bits()
    .unsigned(0)
    .unsigned(7)
    .unsigned(0)
    .put(0, 4)
    .unsigned(number & 1);
  bits.put(0, 2).unsigned(0).unsigned(1);
  for (let block = 0; block < across * down; block += 1) {
    const [left, top] = [(block % across) * BLOCK, Math.floor(block / across) * BLOCK];
    bits.unsigned(25).align();
    const planes = [[], [], []];
    for (let y = 0; y < BLOCK; y += 1) {
      for (let x = 0; x < BLOCK; x += 1) {
        const values = sample(left + x, top + y);
        planes[0].push(values[0]);
        if (x % 2 === 0 && y % 2 === 0) for (const plane of [1, 2]) planes[plane].push(values[plane]);
      }
    }
    bits.bytes(planes.flat());
  }
  return bits.unit(0x65);
}

function u16(...values) {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => {
    bytes.writeUInt16BE(value, index * 2);
  });
  return bytes;
}

function u32(...values) {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value, index * 4);
  });
  return bytes;
}

function box(name, ...parts) {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  return Buffer.concat([u32(content.length + 8), Buffer.from(name, 'latin1'), content]);
}

const MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

function movie(width, height, frames, perSecond, sets, dataAt) {
  const step = TIMESCALE / perSecond;
  const duration = frames.length * step;
  const avcc = box(
    'avcC',
    Buffer.from([1, 66, 0xc0, 20, 0xff, 0xe1]),
    u16(sets[0].length),
    sets[0],
    Buffer.from([1]),
    u16(sets[1].length),
    sets[1],
  );
  const entry = box(
    'avc1',
    u32(0),
    u16(0, 1),
    u32(0, 0, 0, 0),
    u16(width, height),
    u32(0x480000, 0x480000, 0),
    u16(1),
    Buffer.alloc(32),
    u16(24, 0xffff),
    avcc,
  );
  const table = box(
    'stbl',
    box('stsd', u32(0, 1), entry),
    box('stts', u32(0, 1, frames.length, step)),
    box('stsc', u32(0, 1, 1, frames.length, 1)),
    box('stsz', u32(0, 0, frames.length, ...frames.map((bytes) => bytes.length))),
    box('stco', u32(0, 1, dataAt)),
  );
  const reference = box('dinf', box('dref', u32(0, 1), box('url ', u32(1))));
  const media = box(
    'mdia',
    box('mdhd', u32(0, 0, 0, TIMESCALE, duration), u16(0x55c4, 0)),
    box('hdlr', u32(0, 0), 'vide', u32(0, 0, 0), 'film\0'),
    box('minf', box('vmhd', u32(1, 0, 0)), reference, table),
  );
  const track = box(
    'tkhd',
    u32(7, 0, 0, 1, 0, duration, 0, 0),
    u16(0, 0, 0, 0),
    MATRIX,
    u32(width << 16, height << 16),
  );
  const header = box(
    'mvhd',
    u32(0, 0, 0, TIMESCALE, duration, 0x10000),
    u16(0x100, 0),
    u32(0, 0),
    MATRIX,
    u32(0, 0, 0, 0, 0, 0, 2),
  );
  return box('moov', header, box('trak', track, media));
}

/** An MP4 of a paddle-red ball that bobs on a lake: `seconds` long, 4 frames a second, 96 × 64. */
export function mp4(seconds = 2) {
  const [across, down, perSecond] = [6, 4, 4];
  const frames = [];
  for (let number = 0; number < seconds * perSecond; number += 1) {
    const ball = [20 + number * 7, 34 + 6 * Math.sin(number)];
    const unit = frame(across, down, number, (x, y) => {
      if (Math.hypot(x - ball[0], y - ball[1]) < 9) return [90, 100, 205];
      return y < 38 ? [190 - y, 150, 115] : [110 + ((x + y + number * 3) % 9), 145, 105];
    });
    frames.push(Buffer.concat([u32(unit.length), unit]));
  }
  const sets = [sequenceSet(across, down), pictureSet()];
  const type = box('ftyp', 'isom', u32(512), 'isomavc1');
  const size = movie(across * BLOCK, down * BLOCK, frames, perSecond, sets, 0).length;
  const moov = movie(across * BLOCK, down * BLOCK, frames, perSecond, sets, type.length + size + 8);
  return Buffer.concat([type, moov, box('mdat', ...frames)]);
}
