// The pictures that customers of an outdoor shop send: drawn once when first asked for, then kept.

import { Canvas } from './canvas.mjs';
import { Random } from './random.mjs';

function ridge(canvas, base, height, colour, seed) {
  const chance = new Random(seed);
  const points = [[-0.1, 1.1]];
  for (let x = -0.1; x <= canvas.aspect + 0.2; x += 0.12) points.push([x, base - chance.next() * height]);
  points.push([canvas.aspect + 0.3, 1.1]);
  return canvas.polygon(points, colour);
}

function pine(canvas, x, y, size, colour) {
  canvas.stroke(x, y, x, y - size * 0.3, size * 0.08, '#4a3526');
  for (let tier = 0; tier < 3; tier += 1) {
    const foot = y - size * (0.16 + tier * 0.24);
    const half = size * (0.3 - tier * 0.07);
    canvas.polygon(
      [
        [x - half, foot],
        [x + half, foot],
        [x, foot - size * 0.42],
      ],
      colour,
    );
  }
}

function landscape(sky, glow) {
  const canvas = new Canvas(640, 480).gradient(sky, glow, 0, 0.62).gradient('#40604a', '#26392d', 0.6, 1);
  ridge(canvas, 0.56, 0.22, '#5d7f92', 3);
  ridge(canvas, 0.64, 0.16, '#3f6272', 8);
  return canvas;
}

function fabric(colour, shade) {
  const canvas = new Canvas(640, 480).gradient(colour, shade);
  for (let line = 0; line < 60; line += 1) canvas.stroke(0, line / 40, 1.4, line / 40 - 0.25, 0.003, '#000000', 0.1);
  return canvas;
}

const DRAWINGS = {
  tent() {
    const canvas = landscape('#7ec0ee', '#f6e3c0').circle(1.05, 0.2, 0.08, '#fff3c4');
    for (const [x, y, size] of [
      [0.12, 0.78, 0.42],
      [0.28, 0.74, 0.3],
      [1.22, 0.8, 0.46],
    ])
      pine(canvas, x, y, size, '#1f4a36');
    canvas.polygon(
      [
        [0.42, 0.86],
        [0.98, 0.86],
        [0.7, 0.44],
      ],
      '#e2622b',
    );
    canvas.polygon(
      [
        [0.98, 0.86],
        [0.7, 0.44],
        [1.12, 0.8],
      ],
      '#b94a1d',
    );
    return canvas.polygon(
      [
        [0.6, 0.86],
        [0.8, 0.86],
        [0.7, 0.58],
      ],
      '#3a1d10',
    );
  },
  lake() {
    const canvas = landscape('#f5a46c', '#fbe3b6').circle(0.66, 0.42, 0.09, '#fff1cf');
    canvas.gradient('#e9b887', '#3c6a83', 0.66, 1);
    for (let wave = 0; wave < 18; wave += 1) {
      const y = 0.68 + wave * 0.018;
      canvas.stroke(0.66 - 0.02 * wave * ((wave % 3) + 1) * 0.4, y, 0.66 + 0.012 * wave, y, 0.004, '#fff6dd', 0.5);
    }
    canvas.polygon(
      [
        [0.3, 0.84],
        [0.78, 0.84],
        [0.72, 0.9],
        [0.36, 0.9],
      ],
      '#a32f1f',
    );
    return canvas.stroke(0.5, 0.85, 0.58, 0.74, 0.012, '#4a3526');
  },
  zipper() {
    const canvas = fabric('#2d6a8a', '#1d4a63');
    canvas.polygon(
      [
        [0.62, 0],
        [0.7, 0],
        [0.78, 1],
        [0.5, 1],
        [0.6, 0.5],
      ],
      '#141b20',
    );
    for (let tooth = 0; tooth < 26; tooth += 1) {
      const y = tooth / 26;
      const spread = y > 0.5 ? (y - 0.5) * 0.26 : 0;
      canvas.stroke(0.62 - spread * 0.8, y, 0.65 - spread, y, 0.014, '#c9ced2');
      if (tooth % 5 !== 3) canvas.stroke(0.67 + spread, y + 0.01, 0.7 + spread * 0.6, y + 0.01, 0.014, '#aab2b8');
    }
    return canvas.ellipse(0.66, 0.49, 0.05, 0.07, '#e6e9eb').ellipse(0.66, 0.6, 0.025, 0.06, '#d0a13c');
  },
  boots() {
    const canvas = new Canvas(640, 480).gradient('#cdb894', '#8d7652');
    for (const [x, shade] of [
      [0.3, '#5b3a22'],
      [0.76, '#6b4529'],
    ]) {
      const shape = [
        [x, 0.24],
        [x + 0.2, 0.24],
        [x + 0.22, 0.56],
        [x + 0.4, 0.66],
        [x + 0.42, 0.78],
        [x, 0.78],
      ];
      canvas.polygon(shape, shade);
      canvas.polygon(
        [
          [x - 0.01, 0.78],
          [x + 0.43, 0.78],
          [x + 0.41, 0.84],
          [x, 0.84],
        ],
        '#1f1712',
      );
      for (let lace = 0; lace < 5; lace += 1) {
        const y = 0.3 + lace * 0.06;
        canvas.stroke(x + 0.12, y, x + 0.21, y + 0.03, 0.012, '#e0b23e');
      }
    }
    return canvas.ellipse(1.06, 0.62, 0.09, 0.04, '#3d2a1c', 0.9);
  },
  jacket() {
    const canvas = new Canvas(640, 480).gradient('#eceae4', '#cfcbc0');
    canvas.polygon(
      [
        [0.42, 0.2],
        [0.92, 0.2],
        [1.12, 0.66],
        [1, 0.7],
        [0.9, 0.46],
        [0.92, 0.92],
        [0.42, 0.92],
        [0.44, 0.46],
        [0.34, 0.7],
        [0.22, 0.66],
      ],
      '#1f7a6d',
    );
    canvas.polygon(
      [
        [0.54, 0.1],
        [0.8, 0.1],
        [0.86, 0.24],
        [0.48, 0.24],
      ],
      '#175d53',
    );
    canvas.stroke(0.67, 0.22, 0.67, 0.9, 0.01, '#0e3f38').stroke(0.5, 0.62, 0.6, 0.66, 0.01, '#0e3f38');
    return canvas.stroke(0.74, 0.66, 0.84, 0.62, 0.01, '#0e3f38');
  },
  parcel() {
    const canvas = new Canvas(640, 480).gradient('#9fb4c0', '#6c7f8a');
    canvas.polygon(
      [
        [0.3, 0.36],
        [1, 0.3],
        [1.08, 0.8],
        [0.26, 0.86],
      ],
      '#c49a64',
    );
    canvas.polygon(
      [
        [0.3, 0.36],
        [1, 0.3],
        [0.92, 0.2],
        [0.42, 0.24],
      ],
      '#d9b27c',
    );
    canvas.polygon(
      [
        [0.62, 0.33],
        [0.74, 0.32],
        [0.76, 0.83],
        [0.63, 0.84],
      ],
      '#e9dfc8',
    );
    canvas.polygon(
      [
        [0.9, 0.62],
        [1.04, 0.58],
        [1.07, 0.72],
        [0.98, 0.81],
        [0.88, 0.74],
      ],
      '#4d3418',
    );
    return canvas.stroke(0.36, 0.48, 0.52, 0.465, 0.02, '#5d4425').stroke(0.36, 0.54, 0.48, 0.53, 0.014, '#5d4425');
  },
  canoe() {
    const canvas = landscape('#9ad0e8', '#e7f2ee').gradient('#7fb7c9', '#2b6177', 0.64, 1);
    for (const [x, y, size] of [
      [0.1, 0.68, 0.3],
      [1.2, 0.68, 0.36],
      [1.05, 0.67, 0.24],
    ])
      pine(canvas, x, y, size, '#215540');
    canvas.polygon(
      [
        [0.2, 0.74],
        [0.34, 0.8],
        [0.98, 0.8],
        [1.14, 0.73],
        [1.04, 0.89],
        [0.3, 0.89],
      ],
      '#c8301f',
    );
    return canvas.stroke(0.34, 0.805, 0.98, 0.805, 0.012, '#f0d9a8').stroke(0.66, 0.7, 0.8, 0.92, 0.014, '#7a5433');
  },
  receipt() {
    const canvas = new Canvas(480, 640).gradient('#6a5646', '#3e3128');
    canvas.polygon(
      [
        [0.14, 0.06],
        [0.6, 0.04],
        [0.63, 0.94],
        [0.16, 0.96],
      ],
      '#f7f4ea',
    );
    for (let line = 0; line < 12; line += 1) {
      const y = 0.2 + line * 0.05;
      canvas
        .stroke(0.19, y, 0.34 + ((line * 7) % 5) * 0.02, y, 0.01, '#6d6a62')
        .stroke(0.5, y, 0.57, y, 0.01, '#6d6a62');
    }
    return canvas.stroke(0.28, 0.12, 0.5, 0.115, 0.024, '#2b2a27').stroke(0.19, 0.84, 0.57, 0.83, 0.02, '#2b2a27');
  },
};

const STICKER_DRAWINGS = {
  thumb() {
    const canvas = new Canvas(240, 240);
    canvas.stroke(0.5, 0.5, 0.58, 0.2, 0.17, '#1877f2').polygon(
      [
        [0.38, 0.45],
        [0.55, 0.36],
        [0.6, 0.86],
        [0.38, 0.86],
      ],
      '#1877f2',
    );
    for (let finger = 0; finger < 4; finger += 1)
      canvas.stroke(0.55, 0.47 + finger * 0.12, 0.8 - finger * 0.03, 0.47 + finger * 0.12, 0.12, '#1877f2');
    return canvas.polygon(
      [
        [0.14, 0.44],
        [0.32, 0.44],
        [0.32, 0.88],
        [0.14, 0.88],
      ],
      '#1877f2',
    );
  },
  heart() {
    const canvas = new Canvas(240, 240).circle(0.34, 0.36, 0.2, '#e5304f').circle(0.66, 0.36, 0.2, '#e5304f');
    canvas.polygon(
      [
        [0.165, 0.45],
        [0.835, 0.45],
        [0.5, 0.86],
      ],
      '#e5304f',
    );
    return canvas
      .polygon(
        [
          [0.34, 0.3],
          [0.66, 0.3],
          [0.66, 0.52],
          [0.34, 0.52],
        ],
        '#e5304f',
      )
      .ellipse(0.29, 0.3, 0.06, 0.04, '#ffffff', 0.6);
  },
  leaf() {
    const half = [
      [0.5, 0.08],
      [0.58, 0.24],
      [0.68, 0.2],
      [0.65, 0.4],
      [0.76, 0.33],
      [0.8, 0.42],
      [0.93, 0.42],
      [0.88, 0.54],
      [0.93, 0.6],
      [0.7, 0.74],
      [0.72, 0.8],
      [0.52, 0.77],
    ];
    const other = half.map(([x, y]) => [1 - x, y]).reverse();
    return new Canvas(240, 240).polygon([...half, ...other], '#d8342a').stroke(0.5, 0.7, 0.5, 0.94, 0.035, '#a82218');
  },
  smile() {
    const canvas = new Canvas(240, 240).circle(0.5, 0.5, 0.42, '#ffd34d').circle(0.36, 0.42, 0.055, '#4a3310');
    canvas.circle(0.64, 0.42, 0.055, '#4a3310');
    for (let step = 0; step < 12; step += 1) {
      const [from, to] = [step, step + 1].map((part) => Math.PI * (0.15 + (0.7 * part) / 12));
      const point = (angle) => [0.5 + 0.24 * Math.cos(angle), 0.52 + 0.24 * Math.sin(angle)];
      canvas.stroke(...point(from), ...point(to), 0.04, '#4a3310');
    }
    return canvas;
  },
};

const TONES = ['#3d6b8c', '#8c4f3d', '#4f7a4a', '#7a4f7f', '#9a7a2e', '#2f7f7a', '#a04660', '#54618f'];

const kept = new Map();

function once(name, draw) {
  if (!kept.has(name)) kept.set(name, draw().png());
  return kept.get(name);
}

export const SCENES = Object.keys(DRAWINGS);
export const STICKERS = Object.keys(STICKER_DRAWINGS);

/** The PNG of the scene called `name`, one of SCENES. */
export function scene(name) {
  if (!DRAWINGS[name]) throw new RangeError(`no picture is called "${name}"`);
  return once(`scene ${name}`, DRAWINGS[name]);
}

/** The PNG of the sticker called `name`, one of STICKERS, on a clear ground. */
export function sticker(name) {
  if (!STICKER_DRAWINGS[name]) throw new RangeError(`no sticker is called "${name}"`);
  return once(`sticker ${name}`, STICKER_DRAWINGS[name]);
}

/** A profile picture: a person's outline on a tone that `seed` chooses. */
export function portrait(seed) {
  return once(`portrait ${seed % 64}`, () => {
    const chance = new Random(seed + 1);
    const canvas = new Canvas(160, 160).gradient(chance.pick(TONES), chance.pick(TONES));
    const hair = chance.pick(['#2a1c14', '#5b3b1f', '#a8763a', '#d8b46a', '#7d7d7d']);
    const skin = chance.pick(['#f1cfae', '#d9a577', '#a86f45', '#7a4b2c', '#e8bd96']);
    if (chance.next() < 0.5) canvas.ellipse(0.5, 0.5, 0.25, 0.32, hair);
    canvas.ellipse(0.5, 1.02, 0.36, 0.34, chance.pick(TONES)).stroke(0.5, 0.6, 0.5, 0.72, 0.16, skin);
    return canvas.ellipse(0.5, 0.36, 0.2, 0.19, hair).ellipse(0.5, 0.46, 0.17, 0.2, skin);
  });
}
