// Faults put into a gateway that runs, by strace: it is attached, and taken away again.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * The calls of one kind go wrong as `fault` says ("error=EIO:when=5+"). Gives {stop}.
 * @param call the kind; more kinds behind it are only written down in `log`; paths: files that it is limited to
 */
export async function inject(gateway, call, fault, { log = '/dev/null', paths = [] } = {}) {
  const args = ['-f', ...paths.flatMap((path) => ['-P', path]), '-y', '-o', log, '-e', `trace=${call}`, '-e', `inject=${call.split(',')[0]}:${fault}`];
  const child = spawn('strace', [...args, '-p', String(gateway.child.pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines = createInterface({ input: child.stderr });
  const ended = once(child, 'close');
  await new Promise((resolve, reject) => {
    lines.on('line', (line) => (line.includes('attached') ? resolve() : reject(new Error(line))));
    child.once('close', () => reject(new Error('strace ended')));
  });
  return {
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/**
 * The calls of a strace log in order: {name, fd, path, failed}. A call that others interrupted counts when it ends; a close
 * when it begins, since its number may be given again meanwhile.
 */
export function calls(log) {
  const open = new Map();
  const list = [];
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    let [, pid, text] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (!pid) continue;
    const unfinished = text.endsWith('<unfinished ...>');
    if (unfinished && !text.startsWith('close(')) {
      open.set(pid, text.slice(0, -'<unfinished ...>'.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    if (resumed) text = (open.get(pid) ?? '') + resumed[1];
    open.delete(pid);
    const [, name, fd, path] = /^(\w+)\((\d+)<([^>]*)>/.exec(text) ?? [];
    if (name) list.push({ name, fd, path, failed: text.includes('= -1') });
  }
  return list;
}

/** No descriptor whose sync has failed is synced again before it was closed. Gives the paths of failed syncs. */
export function assertNoSyncIsRetried(log) {
  const failed = new Set();
  const paths = [];
  for (const call of calls(log)) {
    if (call.name === 'close') failed.delete(call.fd);
    if (call.name !== 'fdatasync' && call.name !== 'fsync') continue;
    assert.ok(!failed.has(call.fd), `a failed sync of ${call.path} was tried again`);
    if (call.failed) {
      failed.add(call.fd);
      paths.push(call.path);
    }
  }
  return paths;
}

/** Processor time of the gateway so far, in milliseconds. */
export function cpu({ child }) {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
