// What the figures should be, row by row, and the table that is printed. The numbers of the rows are those of the design.

const number = (value) => (value === undefined || Number.isNaN(value) ? '–' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** {row, what, value, must, reach, least}: least says that more is better; without must the row only informs. */
export function targets(result, { sizes, consoleCounts }) {
  const rows = [];
  const add = (row, what, value, must, reach, least = true) => rows.push({ row, what, value, must, reach, least });
  const disk = result.disk.append_us / 1000;
  for (const connections of [1, 16, 64, 256]) {
    const { rate, p50, p99, cpu } = result[`full ${connections}`];
    add('', `full ticketing, ${connections} connections: hooks a second`, rate);
    add('', `  p50, p99 in ms; µs of processor a hook`, `${number(p50)}, ${number(p99)}; ${number(cpu)}`);
    const door = result[`door ${connections}`];
    add('', `  without storage: answers a second; p50, p99 in ms`, `${number(door.rate)}; ${number(door.p50)}, ${number(door.p99)}`);
  }
  const full = result['full 64'];
  add(3, 'full ticketing : answers without storage, 64 connections', full.rate / result['door 64'].rate, 0.28, 0.38);
  add(4, 'full ticketing : SQLite alone, batches of 256', full.rate / result['sqlite 256'].full, 0.45, 0.65);
  add(4, 'full ticketing : SQLite alone, batches of 30', full.rate / result['sqlite 30'].full, 0.7, 0.9);
  add('', 'SQLite alone, batches of 256 and 30: messages a second', `${number(result['sqlite 256'].full)}, ${number(result['sqlite 30'].full)}`);
  add('', 'SQLite alone, raw hooks, batches of 256: rows a second', result['sqlite 256'].inbox);
  add('', 'write + fdatasync of 4 KB, appended: p50 in µs', result.disk.append_us);
  add(5, 'acknowledgement p50, 1 connection : fdatasync p50', result['full 1'].p50 / disk, 3.2, 2.2, false);
  add(6, 'acknowledgement p99 in ms, 64 connections', full.p99, 10, 5, false);
  add(6, 'write-ahead log in MB, after it', result.log_mb, 32, 20, false);
  for (const count of consoleCounts) add(7, `throughput beside ${count} idle consoles : beside one`, result[`consoles ${count}`], 0.9, 0.95);
  add('', 'throughput beside one console : without any', result.first_console);
  add('', 'an idle console: KB', result.console_kb);
  add(15, 'memory under load, 64 connections: MB (PSS)', result.loaded_mb, 25, 20, false);
  add('', 'memory under load, 256 connections: MB (PSS)', result.rush_mb);
  add(16, 'memory idle: MB (PSS)', result.idle_mb, 8, 5, false);
  add('', `memory after ${result.filled} messages that it took itself: MB (PSS)`, result.filled_mb);
  for (const rate of [20, 200]) {
    const { p50, p99 } = result[`latency ${rate}`];
    add('', `hook to live frame at ${rate}/s: p50, p99 in ms`, `${number(p50)}, ${number(p99)}`);
  }
  for (const size of sizes) {
    for (const kind of ['list', 'thread', 'search rare', 'search common']) {
      const { p50, p99 } = result[`${kind} ${size}`];
      add('', `${kind}, ${size} messages: p50, p99 in ms`, `${number(p50)}, ${number(p99)}`);
    }
    add('', `memory with ${size} messages: MB (PSS)`, result[`memory ${size}`]);
    // In a small database the empty schema, half a megabyte, weighs on each message.
    add(24, `bytes on disk a message, ${size} messages`, result[`bytes ${size}`], ...(size === sizes.at(-1) ? [420, 360, false] : []));
  }
  const [small, large] = [sizes[0], sizes.at(-1)];
  if (small !== large) {
    for (const kind of ['list', 'thread'])
      add(21, `${kind} p99, ${large} : ${small} messages`, result[`${kind} ${large}`].p99 / result[`${kind} ${small}`].p99, 2, 1.5, false);
    add(22, `search p99 in ms, ${large} messages`, Math.max(result[`search rare ${large}`].p99, result[`search common ${large}`].p99), 5, 2, false);
  }
  return rows;
}

function verdict({ value, must, reach, least }) {
  if (must === undefined) return '';
  const holds = (limit) => (least ? value >= limit : value <= limit);
  return holds(reach) ? 'reached' : holds(must) ? 'holds' : 'BELOW';
}

/** A table of Markdown. */
export function table(rows) {
  const sign = ({ must, least }) => (must === undefined ? '' : least ? '≥ ' : '≤ ');
  const lines = rows.map((one) => {
    const value = typeof one.value === 'string' ? one.value : number(one.value);
    const limits = one.must === undefined ? ['', ''] : [sign(one) + one.must, sign(one) + one.reach];
    return `| ${[one.row, one.what, value, ...limits, verdict(one)].join(' | ')} |`;
  });
  return ['| row | figure | measured | must | reach | |', '| --- | --- | --- | --- | --- | --- |', ...lines].join('\n');
}
