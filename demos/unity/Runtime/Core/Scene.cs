using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>
    /// Who is in earshot, who belongs to a scripted scene, and in which world: what a session begins with.
    /// </summary>
    internal sealed class Scene
    {
        private readonly object gate = new object();
        private readonly NpcOptions options;
        private readonly Outbox outbox;
        private readonly Dictionary<string, string> personas = new Dictionary<string, string>();
        private readonly Dictionary<string, List<object>> actions = new Dictionary<string, List<object>>();
        private readonly Dictionary<string, string> claims = new Dictionary<string, string>();

        public readonly NpcWorld World;

        public Scene(NpcOptions options, Outbox outbox)
        {
            this.options = options;
            this.outbox = outbox;
            World = new NpcWorld(gate, values => outbox.Send("world.set", false, ("values", values)));
            foreach (var each in options.Characters) personas[each.Key] = each.Value;
        }

        public string Join(string actorId, string persona, IEnumerable<DeclaredAction> declared)
        {
            var own = new List<object>();
            foreach (var each in declared ?? new DeclaredAction[0]) own.Add(each.ToJson(actorId));
            lock (gate)
            {
                personas[actorId] = persona;
                actions[actorId] = own;
                var sent = own.Count > 0 ? own : null;
                return outbox.Send("character.join", false,
                    ("actor_id", actorId), ("persona", persona), ("actions", sent));
            }
        }

        public string Leave(string actorId)
        {
            lock (gate)
            {
                personas.Remove(actorId);
                actions.Remove(actorId);
                return outbox.Send("character.leave", false, ("actor_id", actorId));
            }
        }

        public string Claim(string actorId, string reason)
        {
            lock (gate)
            {
                claims[actorId] = reason;
                return outbox.Send("character.claim", false, ("actor_id", actorId), ("reason", reason));
            }
        }

        public string Release(string actorId, string reason)
        {
            lock (gate)
            {
                claims.Remove(actorId);
                return outbox.Send("character.release", false, ("actor_id", actorId), ("reason", reason));
            }
        }

        /// <summary>
        /// A session.open as all stands by now. With `anew` what is sent from here on comes behind it.
        /// </summary>
        public Dictionary<string, object> Opening(bool anew, bool continued)
        {
            lock (gate)
            {
                if (anew) StartAnew();
                return Opening(continued || options.ContinueStory);
            }
        }

        private void StartAnew()
        {
            outbox.StartAnew();
            foreach (var each in claims)
                outbox.Send("character.claim", false, ("actor_id", each.Key), ("reason", each.Value));
        }

        private Dictionary<string, object> Opening(bool continued)
        {
            var opening = new Dictionary<string, object>
            {
                ["type"] = "session.open",
                ["protocol"] = options.Protocol,
                ["player"] = Player(),
                ["scene"] = new Dictionary<string, object>
                {
                    ["characters"] = Characters(), ["world"] = World.Snapshot(), ["actions"] = Actions(),
                },
                ["audio"] = Audio(),
                ["mode"] = options.PushToTalk ? "push_to_talk" : "hands_free",
                ["story"] = continued ? "continue" : "new",
            };
            if (!string.IsNullOrEmpty(options.Token)) opening["token"] = options.Token;
            if (options.Seed != null) opening["seed"] = options.Seed.Value;
            return opening;
        }

        private Dictionary<string, object> Player()
        {
            var player = new Dictionary<string, object> { ["id"] = options.PlayerId };
            if (!string.IsNullOrEmpty(options.PlayerName)) player["name"] = options.PlayerName;
            if (!string.IsNullOrEmpty(options.Language)) player["language"] = options.Language;
            return player;
        }

        private List<object> Characters()
        {
            var characters = new List<object>();
            foreach (var each in personas)
                characters.Add(new Dictionary<string, object> { ["actor_id"] = each.Key, ["persona"] = each.Value });
            return characters;
        }

        private List<object> Actions()
        {
            var all = new List<object>();
            foreach (var each in options.Actions) all.Add(each.ToJson());
            foreach (var each in actions.Values) all.AddRange(each);
            return all;
        }

        private Dictionary<string, object> Audio()
        {
            var output = new Dictionary<string, object> { ["encoding"] = options.Speech ? "pcm" : "none" };
            if (options.OutputRate != null) output["rate"] = options.OutputRate.Value;
            var input = new Dictionary<string, object> { ["rate"] = options.InputRate };
            return new Dictionary<string, object> { ["input"] = input, ["output"] = output };
        }
    }
}
