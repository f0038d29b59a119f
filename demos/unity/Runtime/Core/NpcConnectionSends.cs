using System;
using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>When a character speaks of something that happened.</summary>
    public enum NpcRespond
    {
        Silent,
        Auto,
        Must,
    }

    /// <summary>When a line is spoken, if somebody is speaking.</summary>
    public enum NpcPriority
    {
        Low,
        Normal,
        High,
        Critical,
    }

    public sealed partial class NpcConnection
    {
        private const int LargestAudio = 1 << 15;

        /// <summary>A line that the player typed. A whisper is heard only by who answers.</summary>
        public string InputText(string text, string to = null, bool whisper = false)
        {
            return Outbox.Send("input.text", true, ("text", text), ("to", to), ("whisper", whisper));
        }

        /// <summary>
        /// Microphone audio at the InputRate of the options; 20 to 100 ms at a time, silence included.
        /// </summary>
        public void InputAudio(short[] samples, int count)
        {
            for (var first = 0; first < count; first += LargestAudio / 2)
            {
                var pcm = new byte[Math.Min(count - first, LargestAudio / 2) * 2];
                for (var at = 0; at < pcm.Length; at += 2)
                {
                    var sample = samples[first + at / 2];
                    pcm[at] = (byte)sample;
                    pcm[at + 1] = (byte)(sample >> 8);
                }
                Outbox.AddAudio(pcm);
            }
        }

        /// <summary>Push-to-talk was released: answer what was said.</summary>
        public string InputAudioCommit()
        {
            return Outbox.Send("input.audio.commit", false);
        }

        /// <summary>Throw away the audio that was not answered yet.</summary>
        public string InputAudioClear()
        {
            return Outbox.Send("input.audio.clear", false);
        }

        /// <summary>Something happened; the characters in earshot know it from now on.</summary>
        public string WorldEvent(
            string name, string text = null, NpcRespond respond = NpcRespond.Silent, string to = null,
            IDictionary<string, object> parameters = null)
        {
            return Outbox.Send("world.event", true,
                ("name", name), ("text", text), ("respond", Word(respond)), ("to", to), ("params", parameters));
        }

        /// <summary>A character comes into earshot.</summary>
        public string CharacterJoin(string actorId, string persona, IEnumerable<DeclaredAction> actions = null)
        {
            return scene.Join(actorId, persona, actions);
        }

        /// <summary>A character is out of earshot.</summary>
        public string CharacterLeave(string actorId)
        {
            return scene.Leave(actorId);
        }

        /// <summary>The player looks at or nears a character: its answer is prepared. From 0 to 1.</summary>
        public string CharacterFocus(string actorId, double weight = 1)
        {
            return Outbox.Send("character.focus", false, ("actor_id", actorId), ("weight", weight));
        }

        /// <summary>A scripted scene owns this character.</summary>
        public string CharacterClaim(string actorId, string reason = null)
        {
            return scene.Claim(actorId, reason);
        }

        /// <summary>The scripted scene is over.</summary>
        public string CharacterRelease(string actorId, string reason = null)
        {
            return scene.Release(actorId, reason);
        }

        /// <summary>One character tells another what it knows, out of the player's hearing.</summary>
        public string Gossip(string actorId, string to, params string[] facts)
        {
            return Outbox.Send("gossip", true, ("actor_id", actorId), ("to", to), ("facts", facts));
        }

        /// <summary>Speak exactly this.</summary>
        public string Say(string actorId, string text, NpcPriority priority = NpcPriority.Normal)
        {
            return Outbox.Send("say", true, ("actor_id", actorId), ("text", text), ("priority", Word(priority)));
        }

        /// <summary>
        /// Have a character do one of these actions; `text` is what it is about, as if the player said it.
        /// </summary>
        public string CharacterAct(
            string actorId, string text, IEnumerable<string> actions, NpcPriority priority = NpcPriority.Normal)
        {
            return Outbox.Send("character.act", true,
                ("actor_id", actorId), ("text", text), ("actions", actions), ("priority", Word(priority)));
        }

        /// <summary>What the game did. Methods with NpcAction are answered by themselves.</summary>
        public string ActionResult(string actionId, NpcResult result)
        {
            return Outbox.Send("action.result", false,
                ("action_id", actionId), ("status", result.Status), ("detail", result.Detail));
        }

        /// <summary>Stop talking now; with `utterance`, only if that one is being spoken.</summary>
        public string ReplyCancel(int? utterance = null)
        {
            speeches.Drop(utterance);
            return Outbox.Send("reply.cancel", false, ("utterance", utterance));
        }

        /// <summary>Ask for a short id, which comes as SaveCreated, for the game's own savefile.</summary>
        public string SaveCreate(string label = null)
        {
            return Outbox.Send("save.create", true, ("label", label));
        }

        /// <summary>Go back to a save.</summary>
        public string SaveLoad(string saveId)
        {
            return Outbox.Send("save.load", true, ("save_id", saveId));
        }

        private static string Word(Enum value)
        {
            return value.ToString().ToLowerInvariant();
        }
    }
}
