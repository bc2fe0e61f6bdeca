import { fillOf, textLength } from '../../../core/console/src/state/limits';
import { channel } from './sample';

describe('C-CO-6: length counted as the channel counts it', () => {
  test.each([
    ['abc', 3, 3, 3],
    ['été', 3, 5, 3],
    ['😀', 1, 4, 2],
    ['👨‍👩‍👧', 5, 18, 8],
    ['', 0, 0, 0],
  ])('%s', (words, points, bytes, units) => {
    expect(textLength(words, 'code_points')).toBe(points);
    expect(textLength(words, 'bytes')).toBe(bytes);
    expect(textLength(words, 'utf16')).toBe(units);
  });
  test('shown from 80 %, over only beyond the limit', () => {
    const { capabilities } = channel({
      capabilities: { ...channel().capabilities, text: { max: 10, unit: 'code_points' } },
    });
    expect(fillOf('1234567', capabilities)).toMatchObject({ shown: false, over: false });
    expect(fillOf('12345678', capabilities)).toMatchObject({ shown: true, over: false, length: 8, max: 10 });
    expect(fillOf('1234567890', capabilities).over).toBe(false);
    expect(fillOf('12345678901', capabilities).over).toBe(true);
  });
});
