// Faults put into a gateway that runs, by strace: it is attached, and taken away again.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The calls of one kind that failed or were delayed go wrong as `fault` says ("error=EIO:when=5+"). Gives {stop}. */
export async function inject(gateway, call, fault, { threads = [gateway.child.pid], all = true, log = '/dev/null' } = {}) {
  const attach = threads.flatMap((thread) => ['-p', String(thread)]);
  const args = [...(all ? ['-f'] : []), '-y', '-o', log, '-e', `trace=${call}`, '-e', `inject=${call.split(',')[0]}:${fault}`];
  const child = spawn('strace', [...args, ...attach], { stdio: ['ignore', 'ignore', 'pipe'] });
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

/** Processor time of the gateway so far, in milliseconds. */
export function cpu({ child }) {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
