using System;
using System.Collections.Generic;
using System.Text;

namespace NpcEngine
{
    /// <summary>The text of an utterance, as far as it has been spoken. Knows nothing of audio.</summary>
    internal sealed class SubtitleText
    {
        private const char FirstWide = '\u2E80'; // from here on scripts are written without spaces
        private readonly StringBuilder text = new StringBuilder();
        private readonly List<Clause> clauses = new List<Clause>();

        /// <summary>All that has come.</summary>
        public string Whole => text.ToString();

        /// <summary>A clause that begins at this time.</summary>
        public void Add(int timeMs, string words)
        {
            if (words.Length == 0) return;
            var gap = text.Length > 0 && text[text.Length - 1] < FirstWide && words[0] < FirstWide ? " " : "";
            clauses.Add(new Clause(timeMs, text.Length));
            text.Append(gap).Append(words);
        }

        /// <summary>
        /// A word of the last clause, spoken at this time. One that is not found is spelled otherwise, such as a
        /// number: it is shown with the next.
        /// </summary>
        public void AddWord(int timeMs, string word)
        {
            if (clauses.Count == 0 || word.Length == 0) return;
            var clause = clauses[clauses.Count - 1];
            var at = Whole.IndexOf(word, clause.Searched, StringComparison.OrdinalIgnoreCase);
            if (at < 0) return;
            clause.Words.Add(new KeyValuePair<int, int>(timeMs, EndOfPunctuation(at + word.Length)));
        }

        /// <summary>What has been spoken, the word at this time included.</summary>
        public string Until(int timeMs)
        {
            var shown = 0;
            foreach (var clause in clauses)
                if (clause.TimeMs <= timeMs) shown = ShownOf(clause, timeMs);
            return text.ToString(0, shown);
        }

        /// <summary>A clause of a voice that doesn't tell when its words come is shown whole.</summary>
        private int ShownOf(Clause clause, int timeMs)
        {
            if (clause.Words.Count == 0) return EndOf(clause);
            var shown = clause.Start;
            foreach (var word in clause.Words)
                if (word.Key <= timeMs) shown = word.Value;
            return shown;
        }

        private int EndOf(Clause clause)
        {
            var next = clauses.IndexOf(clause) + 1;
            return next < clauses.Count ? clauses[next].Start : text.Length;
        }

        private int EndOfPunctuation(int end)
        {
            while (end < text.Length && (char.IsPunctuation(text[end]) || char.IsSymbol(text[end]))) end++;
            return end;
        }

        private sealed class Clause
        {
            public readonly int TimeMs, Start;

            /// <summary>When each word begins, and where it ends in the text.</summary>
            public readonly List<KeyValuePair<int, int>> Words = new List<KeyValuePair<int, int>>();

            public Clause(int timeMs, int start)
            {
                TimeMs = timeMs;
                Start = start;
            }

            public int Searched => Words.Count > 0 ? Words[Words.Count - 1].Value : Start;
        }
    }
}
