using System;
using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>A character begins to speak. Without audio there is no Rate.</summary>
    public sealed class UtteranceStarted : NpcMessage
    {
        public readonly int Utterance, Turn;
        public readonly string ActorId;
        public readonly int? Rate;

        internal UtteranceStarted(JsonFields fields) : base(fields)
        {
            Utterance = fields.Whole("utterance");
            Turn = fields.Whole("turn");
            ActorId = fields.Text("actor_id");
            Rate = fields.WholeOrNull("rate");
        }
    }

    /// <summary>One clause, before its audio.</summary>
    public sealed class UtteranceText : NpcMessage
    {
        public readonly int Utterance, TimeMs;
        public readonly string Text;

        internal UtteranceText(JsonFields fields) : base(fields)
        {
            Utterance = fields.Whole("utterance");
            TimeMs = fields.Whole("t_ms");
            Text = fields.Text("text");
        }
    }

    /// <summary>Cues of one clause, before its audio.</summary>
    public sealed class UtteranceCues : NpcMessage
    {
        public readonly int Utterance;
        public readonly IReadOnlyList<NpcCue> Cues;

        internal UtteranceCues(JsonFields fields) : base(fields)
        {
            Utterance = fields.Whole("utterance");
            Cues = fields.Objects("cues", each => new NpcCue(each));
        }
    }

    /// <summary>One thing on an utterance's timeline.</summary>
    public sealed class NpcCue
    {
        /// <summary>When it begins, from the utterance's first sample.</summary>
        public readonly int TimeMs;

        /// <summary>viseme, word, emotion, gesture, look or action.</summary>
        public readonly string Kind;

        public readonly string Value;
        public readonly int? DurationMs;

        /// <summary>How strong it is, 0 to 1.</summary>
        public readonly double? Weight;

        internal NpcCue(JsonFields fields)
        {
            TimeMs = fields.Whole("t_ms");
            Kind = fields.Text("kind");
            Value = fields.Text("value");
            DurationMs = fields.WholeOrNull("duration_ms");
            Weight = fields.NumberOrNull("weight");
        }
    }

    /// <summary>A piece of a character's voice as it arrived. To play it, use NpcSpeech.</summary>
    public sealed class UtteranceAudio : NpcMessage
    {
        private const int Header = 8;

        public readonly int Utterance;

        /// <summary>Index of the first sample in the utterance.</summary>
        public readonly int FirstSample;

        public readonly short[] Samples;

        internal UtteranceAudio(JsonFields fields) : base(fields)
        {
            Utterance = fields.Whole("utterance");
            FirstSample = fields.Whole("first_sample");
            var pcm = Convert.FromBase64String(fields.Text("pcm"));
            Samples = ToSamples(pcm, 0, pcm.Length);
        }

        /// <summary>A binary frame: two unsigned 32-bit numbers and PCM, all little-endian.</summary>
        internal UtteranceAudio(byte[] frame, int length) : base("utterance.audio")
        {
            if (length < Header || length % 2 != 0) throw new FormatException("a binary frame of " + length + " bytes");
            Utterance = ToWhole(frame, 0);
            FirstSample = ToWhole(frame, 4);
            Samples = ToSamples(frame, Header, length);
        }

        private static int ToWhole(byte[] bytes, int at)
        {
            return bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24;
        }

        private static short[] ToSamples(byte[] bytes, int from, int to)
        {
            var samples = new short[(to - from) / 2];
            for (var index = 0; index < samples.Length; index++, from += 2)
                samples[index] = (short)(bytes[from] | bytes[from + 1] << 8);
            return samples;
        }
    }

    /// <summary>The utterance is over and no audio of it follows.</summary>
    public sealed class UtteranceCompleted : NpcMessage
    {
        public readonly int Utterance, DurationMs;

        /// <summary>done, interrupted, cancelled or failed.</summary>
        public readonly string Reason;

        /// <summary>All that was sent.</summary>
        public readonly string Text;

        /// <summary>What was played of it, up to the last whole word: what the character remembers.</summary>
        public readonly string HeardText;

        internal UtteranceCompleted(JsonFields fields) : base(fields)
        {
            Utterance = fields.Whole("utterance");
            DurationMs = fields.Whole("duration_ms");
            Reason = fields.Text("reason");
            Text = fields.Text("text");
            HeardText = fields.Text("heard_text");
        }
    }
}
