using System.Collections.Concurrent;
using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>The voices of all characters: gives each what is its own.</summary>
    internal sealed class SpeechRoom
    {
        private readonly ConcurrentDictionary<string, NpcSpeech> voices = new ConcurrentDictionary<string, NpcSpeech>();
        private readonly Dictionary<int, NpcSpeech> speaking = new Dictionary<int, NpcSpeech>();

        public NpcSpeech Of(string actorId)
        {
            return voices.GetOrAdd(actorId, key => new NpcSpeech(key));
        }

        /// <summary>Play nothing more of this utterance, or of any.</summary>
        public void Drop(int? utterance)
        {
            foreach (var each in voices.Values) each.Drop(utterance);
        }

        /// <summary>A message came. From one thread at a time.</summary>
        public void Take(NpcMessage message)
        {
            if (message is SessionOpened opened) Begin(opened.Resumed);
            else if (message is UtteranceStarted started) Start(started);
            else if (message is UtteranceText text) Speaker(text.Utterance)?.Add(text);
            else if (message is UtteranceCues cues) Speaker(cues.Utterance)?.Add(cues);
            else if (message is UtteranceAudio audio) Speaker(audio.Utterance)?.Add(audio);
            else if (message is UtteranceCompleted completed) Complete(completed);
        }

        public List<PlaybackReport> TakeReports()
        {
            var reports = new List<PlaybackReport>();
            foreach (var each in voices.Values) reports.AddRange(each.TakeReports());
            return reports;
        }

        private void Begin(bool resumed)
        {
            if (!resumed) speaking.Clear(); // a new session counts its utterances from 1 again
            foreach (var each in voices.Values)
            {
                if (resumed) each.ReportAgain();
                else each.Drop(null);
            }
        }

        private void Start(UtteranceStarted message)
        {
            var speaker = Of(message.ActorId);
            speaking[message.Utterance] = speaker;
            speaker.Start(message);
        }

        private void Complete(UtteranceCompleted message)
        {
            Speaker(message.Utterance)?.Complete(message);
            speaking.Remove(message.Utterance);
        }

        private NpcSpeech Speaker(int utterance)
        {
            NpcSpeech speaker;
            return speaking.TryGetValue(utterance, out speaker) ? speaker : null;
        }
    }
}
