using System;
using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>
    /// One utterance on its way from the network to the player's ear. All positions count its own samples.
    /// </summary>
    internal sealed class SpokenUtterance
    {
        private const float Full = 1f / 32768f;
        private readonly Queue<short[]> audio = new Queue<short[]>();
        private readonly List<NpcCue> cues = new List<NpcCue>();
        private readonly SubtitleText subtitle = new SubtitleText();
        private readonly bool isSilent;
        private int consumed;
        private int received, heard;
        private int takenCues;
        private int reported = -1;
        private string reportedState;

        public readonly int Number;

        /// <summary>Samples per second.</summary>
        public readonly int Rate;

        public SpokenUtterance(int number, int? rate)
        {
            Number = number;
            Rate = rate ?? 1;
            isSilent = rate == null;
        }

        public int ReadSamples { get; private set; }

        /// <summary>Whether no more of it will come.</summary>
        public bool IsComplete { get; private set; }

        public bool HasMore => audio.Count > 0;

        /// <summary>Whether any of it was heard, or will never be.</summary>
        public bool IsHeard => heard > 0 || isSilent;

        /// <summary>Whether all of it was heard.</summary>
        public bool IsOver => IsComplete && heard == received;

        public string Subtitle => isSilent || IsOver ? subtitle.Whole : subtitle.Until(HeardMs);

        private int HeardMs => (int)(heard * 1000L / Rate);

        public void Add(UtteranceText text)
        {
            subtitle.Add(text.TimeMs, text.Text);
        }

        public void Add(UtteranceCues message)
        {
            cues.AddRange(message.Cues);
            foreach (var cue in message.Cues)
                if (cue.Kind == "word") subtitle.AddWord(cue.TimeMs, cue.Value);
        }

        /// <summary>What has come already is skipped, what is missing is silence: cues keep their places.</summary>
        public void Add(UtteranceAudio message)
        {
            var samples = message.Samples;
            var known = received - message.FirstSample;
            if (known >= samples.Length) return;
            if (known < 0) Enqueue(new short[-known]);
            if (known > 0) samples = Behind(samples, known);
            Enqueue(samples);
        }

        public void Complete()
        {
            IsComplete = true;
        }

        /// <summary>Give at most `count` samples; how many there were.</summary>
        public int Read(float[] buffer, int offset, int count)
        {
            var filled = 0;
            while (filled < count && audio.Count > 0)
            {
                var piece = audio.Peek();
                var part = Math.Min(count - filled, piece.Length - consumed);
                for (var index = 0; index < part; index++)
                    buffer[offset + filled + index] = piece[consumed + index] * Full;
                filled += part;
                consumed += part;
                if (consumed < piece.Length) break;
                audio.Dequeue();
                consumed = 0;
            }
            ReadSamples += filled;
            return filled;
        }

        /// <summary>The player has heard so many samples.</summary>
        public void Hear(int samples)
        {
            heard = Math.Max(heard, samples);
        }

        /// <summary>Cues come in order of time.</summary>
        public void TakeDue(ICollection<NpcCue> due)
        {
            if (!IsHeard) return;
            var until = isSilent || IsOver ? int.MaxValue : HeardMs;
            while (takenCues < cues.Count && cues[takenCues].TimeMs <= until) due.Add(cues[takenCues++]);
        }

        public void TakeReport(ICollection<PlaybackReport> reports)
        {
            var state = heard == received ? "done" : "playing";
            if (isSilent || received == 0 || heard == reported && state == reportedState) return;
            reported = heard;
            reportedState = state;
            reports.Add(new PlaybackReport(Number, heard, state));
        }

        public void ReportAgain()
        {
            reported = -1;
        }

        public PlaybackReport Stopped()
        {
            return new PlaybackReport(Number, heard, "stopped");
        }

        private void Enqueue(short[] samples)
        {
            audio.Enqueue(samples);
            received += samples.Length;
        }

        private static short[] Behind(short[] samples, int known)
        {
            var rest = new short[samples.Length - known];
            Array.Copy(samples, known, rest, 0, rest.Length);
            return rest;
        }
    }
}
