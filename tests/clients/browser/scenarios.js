// One function, called with a scenario, an address and a token. Returns what a game saw.
async ([scenario, url, token]) => {
  const { NpcClient } = await import("/npc-engine.js");

  const scene = { characters: [{ actor_id: "ada", persona: "deadwood" }] };
  const npc = new NpcClient(url, { token, player: { id: "p1" }, scene, ...declared() });
  const errors = [];
  npc.on("error", ({ code }) => errors.push(code));

  /** What the game of the scenario `action` lets characters do. */
  function declared() {
    if (scenario !== "action") return {};
    const drink = { type: "choice", of: ["whisky", "water"] };
    const action = {
      name: "serve_drink",
      description: "Serve the player a drink.",
      args: { drink },
      asks: ["Can I have a drink?"],
    };
    return { scene: { ...scene, actions: [action] } };
  }

  const scenarios = {
    async text() {
      const { label } = await npc.open();
      let samples = 0;
      let reported = 0;
      npc.on("audio", (audio) => (samples += audio.samples.length));
      npc.on("playback.report", (report) => (reported = report.samples));
      const said = npc.next("utterance.completed");
      npc.text("Hello?");
      await npc.next("turn.completed");
      const { text, heard_text } = await said;
      return { label, reply: text, heard_text, samples, reported, errors };
    },

    async voice() {
      await npc.open();
      const heard = npc.next("transcript.final");
      const said = npc.next("utterance.completed");
      await npc.microphone.start({ echoCancellation: false, noiseSuppression: false, autoGainControl: false });
      return { heard: (await heard).text, reply: (await said).text, errors };
    },

    async action() {
      const actions = [];
      npc.action("serve_drink", (args, { name }) => {
        actions.push({ name, args });
        return { status: "done", detail: "The glass is full." };
      });
      await npc.open();
      const said = npc.next("utterance.completed");
      npc.text("Please give me the whisky.");
      return { reply: (await said).text, actions, errors };
    },

    async barge_in() {
      await npc.open();
      let late = 0;
      let isOver = false;
      npc.text("I love a good story.");
      const { utterance } = await npc.next("audio");
      npc.on("audio", (audio) => (late += isOver && audio.utterance === utterance ? 1 : 0));
      npc.on("cue", (cue) => (late += isOver && cue.utterance === utterance ? 1 : 0));
      const heard = npc.next("transcript.final");
      const story = npc.next("utterance.completed", (each) => each.utterance === utterance);
      npc.on("utterance.completed", (each) => (isOver ||= each.utterance === utterance));
      await npc.microphone.start({ echoCancellation: false, noiseSuppression: false, autoGainControl: false });
      const { reason, heard_text } = await story;
      const { text } = await heard;
      await npc.next("turn.completed");
      return { reason, heard_text, late, heard: text };
    },

    async resume() {
      await npc.open();
      const seen = [];
      let gaps = 0;
      let at = 0;
      npc.on("message", ({ seq }) => seq && seen.push(seq));
      npc.on("audio", ({ first_sample, samples }) => {
        gaps += Math.abs(first_sample - at);
        at = first_sample + samples.length;
      });
      const said = npc.next("utterance.completed");
      npc.text("I love a good story.");
      await npc.next("audio");
      const again = npc.next("session.opened");
      await window.ready();
      const { resumed } = await again;
      await npc.next("turn.completed");
      const known = new Set(seen);
      const missing = Math.max(...seen) - Math.min(...seen) + 1 - known.size;
      return { resumed, missing, twice: seen.length - known.size, gaps, reply: (await said).text };
    },

    async restart() {
      const sessions = [(await npc.open()).session_id];
      const replies = [await reply()];
      const again = npc.next("session.replaced");
      await window.ready();
      sessions.push((await again).session_id);
      replies.push(await reply());
      return { replies, sessions };
    },

    async refused() {
      return npc.open().then(
        () => ({ code: null }),
        ({ code }) => ({ code }),
      );
    },
  };

  async function reply() {
    const said = npc.next("utterance.completed");
    npc.text("Hello?");
    await npc.next("turn.completed");
    return (await said).text;
  }

  return scenarios[scenario]();
}
