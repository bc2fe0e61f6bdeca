// Starts the test server (door_server.c) and looks at its counters.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { createInterface } from 'node:readline';

const program = process.env.GUICHET_DOOR_SERVER ?? 'build/dev/tests/door_server';

// Short, so that a test of a deadline is one too.
export const quick = {
    head_ms: 700,
    request_ms: 1200,
    send_ms: 2500,
    keepalive_ms: 1500,
    connections_per_address: 100000,
    stop_ms: 3000,
};

export async function start({ limits = {}, listen = ['127.0.0.1:0'], tls, wrapper = [] } = {}) {
    const args = Object.entries(limits).map(([name, value]) => `${name}=${value}`);
    for (const address of listen) args.push('--listen', address);
    if (tls) args.push('--tls', tls.certificate, tls.key);
    const command = [...wrapper, program, ...args];
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
    const ports = [];
    const server = { child, ports, stderr: '', said: [] };
    child.stderr.on('data', (data) => (server.stderr += data));
    const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
    const lines = createInterface({ input: child.stdout });
    await new Promise((resolve, reject) => {
        lines.on('line', (line) => {
            server.said.push(line);
            if (line.startsWith('listening ')) ports.push(Number(line.slice(10)));
            if (ports.length === listen.length) resolve();
        });
        ended.then(({ code, signal }) => reject(new Error(`server ended: ${code ?? signal} ${server.stderr}`)));
    });
    server.port = ports[0];
    server.ended = ended;
    // The process itself, also behind a wrapper such as prlimit that becomes it.
    server.pid = child.pid;
    server.counts = () => get(server.port, '/counts').then(({ body }) => JSON.parse(body));
    server.signal = (name) => child.kill(name);
    // Orderly, and nothing else: a sanitizer's report or a hanging stop is a failure of the test.
    server.stop = async () => {
        child.kill('SIGTERM');
        const late = setTimeout(() => child.kill('SIGKILL'), 20000);
        const end = await ended;
        clearTimeout(late);
        if (end.code !== 0) throw new Error(`server ended with ${end.code ?? end.signal}: ${server.stderr}`);
    };
    return server;
}

// One lawful request by Node's own client.
export function get(port, path, { method = 'GET', body, agent, headers, host = '127.0.0.1' } = {}) {
    return new Promise((resolve, reject) => {
        const request = http.request({ host, port, path, method, agent, headers }, (response) => {
            const parts = [];
            response.on('data', (part) => parts.push(part));
            response.on('error', reject);
            response.on('end', () =>
                resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString('latin1') }),
            );
        });
        request.on('error', reject);
        request.end(body);
    });
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Waits until test() is true; fails after ms.
export async function until(test, ms, what) {
    const end = performance.now() + ms;
    while (!(await test())) {
        if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
        await sleep(20);
    }
}

// Processor time of a process in seconds.
export async function processorSeconds(pid) {
    const { readFile } = await import('node:fs/promises');
    const fields = (await readFile(`/proc/${pid}/stat`, 'latin1')).replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
}
