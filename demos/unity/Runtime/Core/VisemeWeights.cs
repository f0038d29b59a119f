using System;
using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>
    /// How far each of the 15 Oculus visemes shapes the mouth just now, gliding from one to the next.
    /// </summary>
    public sealed class VisemeWeights
    {
        /// <summary>The values of viseme cues.</summary>
        public static readonly IReadOnlyList<string> Names = new[]
        {
            "sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U",
        };

        private readonly Dictionary<string, double> weights = new Dictionary<string, double>();
        private string aim = "sil";
        private double aimWeight = 1;

        public VisemeWeights()
        {
            foreach (var name in Names) weights[name] = name == "sil" ? 1 : 0;
        }

        /// <summary>From 0 to 1.</summary>
        public double this[string viseme] => weights[viseme];

        /// <summary>Shape the mouth like this from now on. One that is not known closes it.</summary>
        public void Aim(string viseme, double weight = 1)
        {
            aim = weights.ContainsKey(viseme) ? viseme : "sil";
            aimWeight = weight;
        }

        /// <summary>Time passes; after `settle` seconds a shape is whole.</summary>
        public void Step(double seconds, double settle)
        {
            var most = settle > 0 ? seconds / settle : 1;
            foreach (var name in Names)
            {
                var wanted = name == aim ? aimWeight : 0;
                weights[name] += Math.Max(-most, Math.Min(most, wanted - weights[name]));
            }
        }
    }
}
