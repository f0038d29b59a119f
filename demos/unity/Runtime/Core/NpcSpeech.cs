using System;
using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>
    /// The voice of one character. The network fills it, the game's audio thread empties it by Read, and what follows
    /// from how far the player has heard it is taken where the game wants it: cues and subtitles in Update, reports for
    /// the server by the connection. What was cancelled is gone at once, with its cues.
    /// </summary>
    public sealed class NpcSpeech
    {
        private const int Kept = 8;
        private readonly object gate = new object();
        private readonly List<SpokenUtterance> utterances = new List<SpokenUtterance>();
        private readonly Queue<Block> underWay = new Queue<Block>();
        private readonly List<PlaybackReport> stopped = new List<PlaybackReport>();
        private PlaybackReport lastReport;
        private long clock;
        private bool isRead;

        /// <summary>actor_id of who speaks.</summary>
        public readonly string ActorId;

        /// <summary>Seconds from Read until the player hears it: what the sound system buffers.</summary>
        public double Latency;

        /// <summary>What the server was last told about playback.</summary>
        public PlaybackReport LastReport
        {
            get
            {
                lock (gate) return lastReport;
            }
        }

        internal NpcSpeech(string actorId)
        {
            ActorId = actorId;
        }

        /// <summary>Samples per second of what Read gives next; 0 while there is nothing to read.</summary>
        public int Rate
        {
            get
            {
                lock (gate) return Next()?.Rate ?? 0;
            }
        }

        /// <summary>Whether the player hears an utterance that is not over.</summary>
        public bool IsSpeaking
        {
            get
            {
                lock (gate) return utterances.Exists(each => each.IsHeard && !each.IsOver);
            }
        }

        /// <summary>What the player has heard of the newest utterance, word by word; "" before the first.</summary>
        public string Subtitle
        {
            get
            {
                lock (gate) return utterances.FindLast(each => each.IsHeard)?.Subtitle ?? "";
            }
        }

        /// <summary>
        /// Fill `count` samples of `buffer` from `offset` on, for mono playback, and return how many of them are
        /// speech; the rest is silence. One call never crosses into an utterance of another rate. For the audio thread.
        /// </summary>
        public int Read(float[] buffer, int offset, int count)
        {
            lock (gate)
            {
                isRead = true;
                var rate = Next()?.Rate ?? 0;
                var filled = 0;
                for (var next = Next(); next != null && next.Rate == rate && filled < count; next = Next())
                {
                    filled += next.Read(buffer, offset + filled, count - filled);
                    underWay.Enqueue(new Block(clock + filled, next));
                }
                Array.Clear(buffer, offset + filled, count - filled);
                clock += count;
                NoteWhatIsHeard();
                return filled;
            }
        }

        /// <summary>
        /// The cues that playback has reached since the last call are added to `due`. For the game's thread.
        /// </summary>
        public void TakeDue(ICollection<NpcCue> due)
        {
            lock (gate)
                foreach (var each in utterances) each.TakeDue(due);
        }

        /// <summary>Fall silent, and let the reply end with what was heard. For the game's thread.</summary>
        public void Stop()
        {
            lock (gate)
            {
                foreach (var each in utterances)
                    if (!each.IsOver) stopped.Add(each.Stopped());
                utterances.Clear();
            }
        }

        internal void Start(UtteranceStarted message)
        {
            lock (gate)
            {
                if (!isRead) utterances.Clear(); // nobody plays this character
                if (utterances.Count >= Kept && utterances[0].IsOver) utterances.RemoveAt(0);
                utterances.Add(new SpokenUtterance(message.Utterance, message.Rate));
            }
        }

        internal void Add(UtteranceText message)
        {
            lock (gate) Find(message.Utterance)?.Add(message);
        }

        internal void Add(UtteranceCues message)
        {
            lock (gate) Find(message.Utterance)?.Add(message);
        }

        internal void Add(UtteranceAudio audio)
        {
            lock (gate) Find(audio.Utterance)?.Add(audio);
        }

        internal void Complete(UtteranceCompleted message)
        {
            var plays = message.Reason == "done" || message.Reason == "failed";
            if (!plays) Drop(message.Utterance);
            lock (gate) Find(message.Utterance)?.Complete();
        }

        /// <summary>Play nothing more of this utterance and those before it; or, without a number, of any.</summary>
        internal void Drop(int? utterance)
        {
            lock (gate)
            {
                if (utterance != null && Find(utterance.Value) == null) return; // somebody else's
                utterances.RemoveAll(each => utterance == null || each.Number <= utterance);
            }
        }

        /// <summary>What the server must be told about playback. Without a reader it goes by its own clock.</summary>
        internal List<PlaybackReport> TakeReports()
        {
            lock (gate)
            {
                var reports = new List<PlaybackReport>(stopped);
                stopped.Clear();
                if (isRead)
                    foreach (var each in utterances) each.TakeReport(reports);
                if (reports.Count > 0) lastReport = reports[reports.Count - 1];
                return reports;
            }
        }

        /// <summary>What was reported may not have arrived.</summary>
        internal void ReportAgain()
        {
            lock (gate)
                foreach (var each in utterances) each.ReportAgain();
        }

        private SpokenUtterance Find(int number)
        {
            return utterances.Find(each => each.Number == number);
        }

        /// <summary>Later utterances wait until the earlier ones are whole.</summary>
        private SpokenUtterance Next()
        {
            foreach (var each in utterances)
            {
                if (each.HasMore) return each;
                if (!each.IsComplete) return null;
            }
            return null;
        }

        private void NoteWhatIsHeard()
        {
            while (underWay.Count > 0)
            {
                var block = underWay.Peek();
                if (block.Clock + (long)(Latency * block.Utterance.Rate) > clock) return;
                underWay.Dequeue();
                block.Utterance.Hear(block.Read);
            }
        }

        /// <summary>Samples on their way to the loudspeaker.</summary>
        private struct Block
        {
            /// <summary>Output samples until its end.</summary>
            public readonly long Clock;

            public readonly SpokenUtterance Utterance;

            /// <summary>How much of the utterance has left with it.</summary>
            public readonly int Read;

            public Block(long clock, SpokenUtterance utterance)
            {
                Clock = clock;
                Utterance = utterance;
                Read = utterance.ReadSamples;
            }
        }
    }

    /// <summary>How much of an utterance the player has heard, for the server.</summary>
    public struct PlaybackReport
    {
        public readonly int Utterance, Samples;

        /// <summary>playing, done or stopped.</summary>
        public readonly string State;

        internal PlaybackReport(int utterance, int samples, string state)
        {
            Utterance = utterance;
            Samples = samples;
            State = state;
        }

        internal Dictionary<string, object> ToJson()
        {
            return new Dictionary<string, object>
            {
                ["type"] = "playback.report", ["utterance"] = Utterance, ["samples"] = Samples, ["state"] = State,
            };
        }
    }
}
