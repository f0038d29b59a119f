using System;

namespace NpcEngine
{
    /// <summary>
    /// How long to wait before connecting again: doubled with each failure, and never the same for two players.
    /// </summary>
    internal sealed class Backoff
    {
        private const double First = 0.2, Longest = 10;
        private readonly Random random;
        private int failures;

        public Backoff(Random random)
        {
            this.random = random;
        }

        /// <summary>The connection stands: the next failure is the first.</summary>
        public void Reset()
        {
            failures = 0;
        }

        /// <summary>Seconds; later than the server asks for, if it does.</summary>
        public double Next(int? notBeforeMs)
        {
            var longest = Math.Min(Longest, First * Math.Pow(2, Math.Min(failures++, 16)));
            return longest * (0.5 + random.NextDouble() / 2) + (notBeforeMs ?? 0) / 1000.0;
        }
    }
}
