// The program: a simulated Messenger beside a gateway. README.md lists its options.

import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { keepWorld } from './platform/world-file.mjs';
import { DEFAULTS, startMessenger } from './simulator.mjs';
import { StoryPlayer } from './stories/player.mjs';

const GATEWAY_WAIT_MS = 120_000;
const OPTIONS = {
  port: { type: 'string', default: '8090' },
  host: { type: 'string', default: DEFAULTS.host },
  gateway: { type: 'string', default: DEFAULTS.gateway },
  channel: { type: 'string', default: DEFAULTS.channel },
  stories: { type: 'boolean', default: false },
  speed: { type: 'string', default: '1' },
  seed: { type: 'string', default: '7' },
  world: { type: 'string' },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};
const USAGE = `node main.mjs [--port N] [--host ADDRESS] [--gateway URL] [--channel NAME] [--stories] [--speed X] [--seed N] [--world FILE] [--quiet]
Secrets come from MESSENGER_APP_SECRET, MESSENGER_VERIFY_TOKEN, MAPLE_PAGE_TOKEN and ERABLE_PAGE_TOKEN; without
them those of the demonstration are used.`;

function secrets() {
  const { MESSENGER_APP_SECRET, MESSENGER_VERIFY_TOKEN, MAPLE_PAGE_TOKEN, ERABLE_PAGE_TOKEN } = process.env;
  const tokens = [MAPLE_PAGE_TOKEN, ERABLE_PAGE_TOKEN];
  return {
    appSecret: MESSENGER_APP_SECRET ?? DEFAULTS.appSecret,
    verifyToken: MESSENGER_VERIFY_TOKEN ?? DEFAULTS.verifyToken,
    pages: DEFAULTS.pages.map((page, place) => ({ ...page, token: tokens[place] ?? page.token })),
  };
}

/** Waits until the gateway is up and knows our verify token. */
async function meetGateway(sim, say) {
  const deadline = Date.now() + GATEWAY_WAIT_MS;
  while (Date.now() < deadline) {
    const answer = await sim.verify();
    if (answer.status === 200) return true;
    if (answer.status !== null) say(`the gateway answered ${answer.status} to the verification`);
    await pause(1000);
  }
  return false;
}

async function run() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(USAGE);
  const say = values.quiet ? () => {} : (sentence) => console.log(`messenger: ${sentence}`);
  const { port, host, gateway, channel, speed, seed } = values;
  const options = { port: Number(port), host, gateway, channel, ...secrets() };
  const sim = await startMessenger(options);
  say(`the Graph API is ${sim.origin}, a customer's phone is ${sim.origin}/phone`);
  const endWorld = values.world ? keepWorld(sim.world, values.world) : () => {};
  let player = null;
  const stop = async () => {
    player?.stop();
    endWorld();
    await sim.close();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (!values.stories) return undefined;
  if (!(await meetGateway(sim, say))) {
    say(`${sim.hookUrl} did not answer; the stories are not told`);
    return undefined;
  }
  player = new StoryPlayer(sim, { seed: Number(seed), speed: Number(speed), log: say });
  return player.play();
}

run().catch((error) => {
  console.error(`messenger: ${error.message}`);
  process.exit(1);
});
