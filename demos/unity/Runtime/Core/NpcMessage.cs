using System;
using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>
    /// What the server, or this client itself, tells the game. Each message of the protocol has a class of its own; one
    /// that this client does not know yet comes as it is, with its Fields.
    /// </summary>
    public class NpcMessage
    {
        /// <summary>As in the protocol, such as "turn.started".</summary>
        public readonly string Type;

        /// <summary>Number in the session; null for audio, and for what does not count.</summary>
        public readonly int? Seq;

        /// <summary>The id of the message of ours that caused this one, or null.</summary>
        public readonly string Ref;

        /// <summary>All that the server said, as Json reads it.</summary>
        public readonly IReadOnlyDictionary<string, object> Fields;

        private static readonly Dictionary<string, Func<JsonFields, NpcMessage>> Kinds =
            new Dictionary<string, Func<JsonFields, NpcMessage>>
            {
                ["session.opened"] = fields => new SessionOpened(fields),
                ["session.closing"] = fields => new SessionClosing(fields),
                ["error"] = fields => new NpcError(fields),
                ["input.speech_started"] = fields => new InputSpeechStarted(fields),
                ["input.speech_stopped"] = fields => new InputSpeechStopped(fields),
                ["transcript.partial"] = fields => new TranscriptPartial(fields),
                ["transcript.final"] = fields => new TranscriptFinal(fields),
                ["turn.started"] = fields => new TurnStarted(fields),
                ["turn.completed"] = fields => new TurnCompleted(fields),
                ["utterance.started"] = fields => new UtteranceStarted(fields),
                ["utterance.text"] = fields => new UtteranceText(fields),
                ["utterance.cues"] = fields => new UtteranceCues(fields),
                ["utterance.audio"] = fields => new UtteranceAudio(fields),
                ["utterance.completed"] = fields => new UtteranceCompleted(fields),
                ["action.requested"] = fields => new ActionRequested(fields),
                ["quest.changed"] = fields => new QuestChanged(fields),
                ["save.created"] = fields => new SaveCreated(fields),
                ["save.loaded"] = fields => new SaveLoaded(fields),
                ["pong"] = fields => new Pong(fields),
            };

        internal NpcMessage(JsonFields fields)
        {
            Fields = fields.All;
            Type = fields.Text("type");
            Seq = fields.WholeOrNull("seq");
            Ref = fields.TextOrNull("ref");
        }

        internal NpcMessage(string type)
        {
            Type = type;
            Fields = new Dictionary<string, object>();
        }

        /// <summary>A text frame of the server. Throws FormatException for what is not of the protocol.</summary>
        public static NpcMessage Parse(string frame)
        {
            var all = Json.Read(frame) as Dictionary<string, object>;
            if (all == null) throw new FormatException("the server sent JSON that is no object");
            var fields = new JsonFields(all);
            Func<JsonFields, NpcMessage> kind;
            return Kinds.TryGetValue(fields.Text("type"), out kind) ? kind(fields) : new NpcMessage(fields);
        }
    }
}
