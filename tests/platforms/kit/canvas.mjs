// A drawing board for small generated pictures: gradients, circles, polygons, strokes, with smooth edges.
// Coordinates are fractions of the picture's height, so that a scene can be drawn at any size.

import { writePng } from './png.mjs';

function channels(colour) {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

const SUB_ROWS = 4;

/** Where the outline crosses the height `y`, from left to right. */
function crossings(points, y) {
  const found = [];
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [[ax, ay], [bx, by]] = [points[i], points[j]];
    if (ay > y !== by > y) found.push(((bx - ax) * (y - ay)) / (by - ay) + ax);
  }
  return found.sort((a, b) => a - b);
}

/** Adds to each pixel of a row how much of it lies between the first and second crossing, third and fourth, … */
function addSpans(cover, xs) {
  for (let pair = 0; pair + 1 < xs.length; pair += 2) {
    const [left, right] = [Math.max(0, xs[pair]), Math.min(cover.length, xs[pair + 1])];
    for (let x = Math.floor(left); x < right; x += 1) {
      cover[x] += Math.max(0, Math.min(x + 1, right) - Math.max(x, left)) / SUB_ROWS;
    }
  }
}

export class Canvas {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 4);
  }

  /** How wide the picture is when its height is 1. */
  get aspect() {
    return this.width / this.height;
  }

  /** Fills the rows from `top` to `bottom` with colours from `from` to `to`. */
  gradient(from, to, top = 0, bottom = 1) {
    const [start, end] = [channels(from), channels(to)];
    const last = Math.round(bottom * this.height);
    for (let y = Math.round(top * this.height); y < last; y += 1) {
      const part = (y / this.height - top) / (bottom - top);
      const mixed = start.map((value, index) => value + (end[index] - value) * part);
      for (let x = 0; x < this.width; x += 1) this.#blend(x, y, mixed, 1);
    }
    return this;
  }

  circle(x, y, radius, colour, alpha = 1) {
    return this.ellipse(x, y, radius, radius, colour, alpha);
  }

  ellipse(x, y, across, down, colour, alpha = 1) {
    const soft = 1 / (Math.min(across, down) * this.height);
    return this.#paint(x - across, y - down, x + across, y + down, colour, alpha, (px, py) => {
      const distance = Math.hypot((px - x) / across, (py - y) / down);
      return (1 - distance) / soft + 0.5;
    });
  }

  /** A line with round ends. */
  stroke(fromX, fromY, toX, toY, thickness, colour, alpha = 1) {
    const [dx, dy] = [toX - fromX, toY - fromY];
    const square = dx * dx + dy * dy || 1e-9;
    const half = thickness / 2;
    const box = [Math.min(fromX, toX) - half, Math.min(fromY, toY) - half];
    const far = [Math.max(fromX, toX) + half, Math.max(fromY, toY) + half];
    return this.#paint(...box, ...far, colour, alpha, (x, y) => {
      const along = Math.min(1, Math.max(0, ((x - fromX) * dx + (y - fromY) * dy) / square));
      const distance = Math.hypot(x - fromX - along * dx, y - fromY - along * dy);
      return (half - distance) * this.height + 0.5;
    });
  }

  /** @param points a list of [x, y] */
  polygon(points, colour, alpha = 1) {
    const rgb = channels(colour);
    const scaled = points.map(([x, y]) => [x * this.height, y * this.height]);
    const ys = scaled.map(([, y]) => y);
    const last = Math.min(this.height - 1, Math.ceil(Math.max(...ys)));
    for (let row = Math.max(0, Math.floor(Math.min(...ys))); row <= last; row += 1) {
      const cover = new Float64Array(this.width);
      for (let part = 0; part < SUB_ROWS; part += 1) addSpans(cover, crossings(scaled, row + (part + 0.5) / SUB_ROWS));
      for (let x = 0; x < this.width; x += 1) if (cover[x] > 0) this.#blend(x, row, rgb, cover[x] * alpha);
    }
    return this;
  }

  png() {
    return writePng(this.width, this.height, this.pixels);
  }

  #paint(left, top, right, bottom, colour, alpha, cover) {
    const rgb = channels(colour);
    const first = [Math.max(0, Math.floor(left * this.height) - 1), Math.max(0, Math.floor(top * this.height) - 1)];
    const last = [
      Math.min(this.width - 1, Math.ceil(right * this.height) + 1),
      Math.min(this.height - 1, Math.ceil(bottom * this.height) + 1),
    ];
    for (let y = first[1]; y <= last[1]; y += 1) {
      for (let x = first[0]; x <= last[0]; x += 1) {
        const part = Math.min(1, Math.max(0, cover((x + 0.5) / this.height, (y + 0.5) / this.height)));
        if (part > 0) this.#blend(x, y, rgb, part * alpha);
      }
    }
    return this;
  }

  #blend(x, y, rgb, alpha) {
    const at = (y * this.width + x) * 4;
    const below = this.pixels[at + 3] / 255;
    const whole = alpha + below * (1 - alpha);
    for (let channel = 0; channel < 3; channel += 1) {
      const mixed = rgb[channel] * alpha + this.pixels[at + channel] * below * (1 - alpha);
      this.pixels[at + channel] = Math.round(mixed / whole);
    }
    this.pixels[at + 3] = Math.round(whole * 255);
  }
}
