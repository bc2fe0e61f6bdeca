import { safeUrl } from '../../../core/console/src/views/inbox/attachment';
import { tokenize } from '../../../core/console/src/views/inbox/prose';

const links = (text: string) =>
  tokenize(text)
    .filter((token) => token.kind === 'link')
    .map((token) => token.text);
const whole = (text: string) =>
  tokenize(text)
    .map((token) => token.text)
    .join('');

describe('the tokenizer of customers’ text', () => {
  test.each([
    ['see https://example.org/p.', ['https://example.org/p']],
    ['(https://example.org/a_(b)) !', ['https://example.org/a_(b)']],
    ['https://a.example, https://b.example?x=1&y=2;', ['https://a.example', 'https://b.example?x=1&y=2']],
    ['« https://example.org »', ['https://example.org']],
    ['javascript:alert(1) data:text/html,x ftp://h', []],
    ['https://', []],
    ['<img src=x onerror=alert(1)>', []],
  ])('%s', (text, found) => {
    expect(links(text)).toEqual(found);
    expect(whole(text)).toBe(text);
  });
});

describe('addresses that may be opened', () => {
  beforeAll(() => vi.stubGlobal('location', { origin: 'http://127.0.0.1:8080' }));
  afterAll(() => vi.unstubAllGlobals());
  test('our own files and https', () => {
    expect(safeUrl('/media/1')).toBe('/media/1');
    expect(safeUrl('https://scontent.example/x.jpg')).toBe('https://scontent.example/x.jpg');
  });
  test('nothing else', () => {
    for (const url of ['javascript:alert(1)', 'data:text/html,x', 'http://elsewhere.example/', 'blob:x', null])
      expect(safeUrl(url)).toBeNull();
  });
});
