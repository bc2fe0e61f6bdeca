// Small real files that are not pictures: a spoken-length tone (WAV), a one-page document (PDF).

const SAMPLE_RATE = 8000;

/** A WAV file of `seconds` seconds: soft rising and falling tones, 8 kHz, 16 bit, one channel. */
export function wav(seconds = 2) {
  const samples = Math.round(seconds * SAMPLE_RATE);
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(SAMPLE_RATE, 24);
  bytes.writeUInt32LE(SAMPLE_RATE * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index += 1) {
    const time = index / SAMPLE_RATE;
    const loudness = 0.25 + 0.25 * Math.sin(2 * Math.PI * 3 * time);
    const pitch = 180 + 60 * Math.sin(2 * Math.PI * 0.7 * time);
    bytes.writeInt16LE(Math.round(12_000 * loudness * Math.sin(2 * Math.PI * pitch * time)), 44 + index * 2);
  }
  return bytes;
}

/** A PDF with one page that holds `lines` (Latin-1). */
export function pdf(lines) {
  const safe = lines.map((line) => line.replace(/[\\()]/g, '\\$&'));
  const drawing = `BT /F1 14 Tf 60 780 Td 22 TL ${safe.map((line) => `(${line}) Tj T*`).join(' ')} ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let file = '%PDF-1.4\n';
  const places = objects.map((object, index) => {
    const place = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}
