// What `bench lipsync` runs in the browser: one function; it returns the fields of `Seen`.
async ([url, persona, line, utterances, cancelled]) => {
  const { NpcClient } = await import("/npc-engine.js");

  /** On the audio thread: the frame on which each click begins. */
  const listener = `registerProcessor("clicks", class extends AudioWorkletProcessor {
    process([[samples]]) {
      for (let index = 0; samples && index < samples.length; index++) {
        const frame = currentFrame + index;
        if (Math.abs(samples[index]) < 0.2) continue;
        if (!(frame - this.last < sampleRate / 100)) this.port.postMessage(frame);
        this.last = frame;
      }
      return true;
    }
  });`;

  const npc = new NpcClient(url, { player: { id: "bench" }, scene: { characters: [{ actor_id: "npc", persona }] } });
  await npc.speaker.unlock();
  const { context } = npc.speaker;
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([listener], { type: "text/javascript" })));
  const capture = new AudioWorkletNode(context, "clicks");
  npc.speaker.output.connect(capture).connect(context.destination);
  console.log(`${context.sampleRate} Hz, output latency ${(1000 * context.outputLatency).toFixed(0)} ms`);

  let clicks = [];
  let cues = [];
  capture.port.onmessage = ({ data }) => clicks.push(data / context.sampleRate);
  npc.on("cue", ({ utterance, cue }) => {
    if (cue.kind !== "viseme") return;
    const { contextTime, performanceTime } = context.getOutputTimestamp();
    cues.push({
      utterance,
      audible: contextTime + (performance.now() - performanceTime) / 1000,
      byLatency: context.currentTime - context.outputLatency,
    });
  });
  const settled = () => new Promise((resolve) => setTimeout(resolve, 400));

  const seen = { skews: [], by_latency: [], unmatched: 0, cancelled: 0, late_cues: 0, late_clicks: 0 };
  await npc.open();

  for (let index = 0; index < utterances; index++) {
    [clicks, cues] = [[], []];
    npc.send({ type: "say", actor_id: "npc", text: line });
    await npc.next("utterance.completed");
    await settled();
    seen.unmatched += Math.abs(clicks.length - cues.length);
    for (const [place, cue] of cues.slice(0, clicks.length).entries()) {
      seen.skews.push(1000 * (cue.audible - clicks[place]));
      seen.by_latency.push(1000 * (cue.byLatency - clicks[place]));
    }
  }

  for (let index = 0; index < cancelled; index++) {
    [clicks, cues] = [[], []];
    npc.send({ type: "say", actor_id: "npc", text: line });
    while (cues.length <= index) await npc.next("cue");
    const over = npc.next("utterance.completed");
    const [cut, at] = [cues.length, context.currentTime];
    npc.cancel();
    await over;
    await settled();
    seen.cancelled++;
    seen.late_cues += cues.length - cut;
    // what the sound card was given before can't be taken back; a voice fades for 5 ms, and one quantum is under way
    seen.late_clicks += clicks.filter((click) => click > at + 0.01).length;
  }

  npc.close();
  return seen;
}
