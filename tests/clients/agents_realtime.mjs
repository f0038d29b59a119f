// Hold one conversation with @openai/agents-realtime: `node agents_realtime.mjs SCENARIO WS_URL KEY`.
// Prints what it saw as one line of JSON. Runs where `npm ci` has put the package beside it (see noxfile.py).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const home = createRequire(path.join(process.env.NPC_CLIENTS_HOME, 'package.json'));
const load = async (name) => import(pathToFileURL(home.resolve(name)).href);
const { RealtimeAgent, RealtimeSession, OpenAIRealtimeWebSocket, tool } = await load('@openai/agents-realtime');

const [scenario, url, key] = process.argv.slice(2);
const seen = { events: [], errors: [], audio: 0, interrupted: 0, called: [] };
const RATE = 24000;

// It swells as syllables do: one as even as the scripted voice may be taken for its echo.
function tone(seconds) {
  const samples = new Int16Array(Math.round(seconds * RATE));
  for (let at = 0; at < samples.length; at += 1) samples[at] = 8000 * Math.sin(at * 0.07) * (0.2 + 0.8 * Math.abs(Math.sin(at * 0.0005)));
  return samples.buffer;
}

const give = tool({
  name: 'giveItem',
  description: 'Give the player a drink.',
  parameters: {
    type: 'object',
    properties: { drink: { type: 'string', enum: ['whisky', 'water'] } },
    required: ['drink'],
    additionalProperties: false,
  },
  strict: false,
  execute: async (given) => {
    seen.called.push(given);
    return 'The glass is full.';
  },
});

async function connected() {
  const transport = new OpenAIRealtimeWebSocket({ url });
  const agent = new RealtimeAgent({ name: 'Deadwood', instructions: 'Be kind.', tools: [give] });
  const session = new RealtimeSession(agent, { transport, model: 'deadwood', tracingDisabled: true });
  session.on('transport_event', (event) => seen.events.push(event.type));
  session.on('error', (problem) => seen.errors.push(problem));
  session.on('audio', (event) => { seen.audio += event.data.byteLength; });
  session.on('audio_interrupted', () => { seen.interrupted += 1; });
  await session.connect({ apiKey: key });
  return session;
}

// The event itself, however many of them came before.
function next(session, type, count = 1) {
  return new Promise((resolve) => {
    session.transport.on('*', (event) => {
      if (event.type === type && (count -= 1) === 0) resolve(event);
    });
  });
}

function transcript(session) {
  return session.history.map((item) => ({
    role: item.role ?? item.type,
    status: item.status,
    text: item.content?.map((part) => part.text ?? part.transcript ?? '').join('') ?? item.output,
  }));
}

const scenarios = {
  async text(session) {
    const done = next(session, 'response.done');
    session.sendMessage('Hello?');
    await done;
  },
  async voice(session) {
    const done = next(session, 'response.done');
    session.sendAudio(tone(1));
    session.sendAudio(new Int16Array(2 * RATE).buffer);
    await done;
  },
  async microphone(session) {
    const done = next(session, 'response.done');
    const silence = Buffer.alloc(2 * 2 * RATE);
    const spoken = new Uint8Array(Buffer.concat([readFileSync(process.env.NPC_SPEECH), silence]));
    for (let at = 0; at < spoken.length; at += 4800) {
      session.sendAudio(spoken.slice(at, at + 4800).buffer);
      await pause(100);
    }
    await done;
  },
  async action(session) {
    const done = next(session, 'response.done', 2);
    session.sendMessage('Please give me the whisky.');
    await done;
  },
  async barge_in(session) {
    const heard = next(session, 'response.output_audio.delta');
    session.sendMessage('I love a good story.');
    await heard;
    const done = next(session, 'response.done');
    const truncated = next(session, 'conversation.item.truncated');
    session.sendAudio(tone(2));
    await Promise.all([done, truncated]);
  },
};

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Vanish in the midst of a reply.
async function hangUp() {
  const session = await connected();
  const heard = next(session, 'response.output_audio.delta');
  session.sendMessage('I love a good story.');
  await heard;
  return 'gone';
}

// Talk, lose the server, and talk again once it is back.
async function restart() {
  const replies = [];
  while (replies.length < 2) {
    try {
      const session = await connected();
      const lost = new Promise((resolve) => {
        session.transport.on('connection_change', (state) => state === 'disconnected' && resolve());
      });
      await scenarios.text(session);
      await pause(50);
      replies.push(transcript(session).at(-1).text);
      if (replies.length < 2) await lost;
    } catch {
      await pause(100);
    }
  }
  return replies;
}

async function play() {
  const session = await connected();
  await scenarios[scenario](session);
  await pause(50); // what is retrieved behind it
  const updates = seen.events.filter((type) => type === 'session.updated').length;
  return { ...seen, updates, history: transcript(session) };
}

const told = await ({ hang_up: hangUp, restart }[scenario] ?? play)();
console.log(JSON.stringify(told));
process.exit(0); // with the connection open: nobody says farewell
