using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>What a session begins with.</summary>
    public sealed class NpcOptions
    {
        public string Url = "ws://127.0.0.1:8765/v1";

        /// <summary>The server's access token, if it asks for one.</summary>
        public string Token;

        /// <summary>The game's own key of the player.</summary>
        public string PlayerId = "player";

        /// <summary>What characters call the player.</summary>
        public string PlayerName;

        /// <summary>Two letters; without it the first utterance decides.</summary>
        public string Language;

        /// <summary>Persona by actor_id: who is in earshot when the session begins.</summary>
        public readonly Dictionary<string, string> Characters = new Dictionary<string, string>();

        /// <summary>What characters may ask the game to do, besides what their files say.</summary>
        public readonly List<DeclaredAction> Actions = new List<DeclaredAction>();

        /// <summary>Samples per second of the microphone: 8000, 16000, 22050, 24000, 32000, 44100 or 48000.</summary>
        public int InputRate = 16000;

        /// <summary>The same of all speech; null for each voice's own. It is what NpcSpeech.Read gives.</summary>
        public int? OutputRate;

        /// <summary>Without it no speech is made, and characters only write.</summary>
        public bool Speech = true;

        /// <summary>Whether a button says when the player has finished, by InputAudioCommit.</summary>
        public bool PushToTalk;

        /// <summary>Go on where this player last was, also after a crash, instead of beginning a new story.</summary>
        public bool ContinueStory;

        /// <summary>Makes replies repeatable, as far as the engine allows.</summary>
        public uint? Seed;

        /// <summary>Of the protocol. There is no other version yet.</summary>
        public string Protocol = "npc.v1";
    }

    /// <summary>Something that characters may ask the game to do, besides what their files say.</summary>
    public sealed class DeclaredAction
    {
        public readonly string Name;

        /// <summary>What it does, for the model: "Hand an item to the player."</summary>
        public readonly string Description;

        public readonly Dictionary<string, DeclaredArgument> Args = new Dictionary<string, DeclaredArgument>();

        /// <summary>Values by path that must hold: true, "bank", or words such as ">= 3".</summary>
        public readonly Dictionary<string, object> When = new Dictionary<string, object>();

        /// <summary>What a player says who wants it.</summary>
        public readonly List<string> Asks = new List<string>();

        /// <summary>actor_id of who may; empty for everybody.</summary>
        public readonly List<string> Actors = new List<string>();

        public int DeadlineMs = 5000;

        /// <summary>
        /// What the character is told when it is done, or refused: "You gave the {item} to the player."
        /// </summary>
        public string Done, Refused;

        public DeclaredAction(string name, string description)
        {
            Name = name;
            Description = description;
        }

        /// <summary>As the protocol has it; only for `actorId` if that is given.</summary>
        internal Dictionary<string, object> ToJson(string actorId = null)
        {
            var actors = actorId == null ? Actors : new List<string> { actorId };
            var args = new Dictionary<string, object>();
            foreach (var each in Args) args[each.Key] = each.Value.ToJson();
            var json = new Dictionary<string, object>
            {
                ["name"] = Name, ["description"] = Description, ["args"] = args, ["asks"] = Asks, ["actors"] = actors,
                ["deadline_ms"] = DeadlineMs,
            };
            if (When.Count > 0) json["when"] = When;
            if (Done != null) json["done"] = Done;
            if (Refused != null) json["refused"] = Refused;
            return json;
        }
    }

    /// <summary>What an action is done with. Only what is legal in the state of the moment is ever asked for.</summary>
    public sealed class DeclaredArgument
    {
        /// <summary>item, place, person, number or choice.</summary>
        public readonly string Kind;

        /// <summary>Of a choice, what there is to choose; of the others, the only ids that are meant.</summary>
        public readonly List<string> Of;

        /// <summary>Of an item: who must own it, "self" or "player".</summary>
        public string OwnedBy;

        /// <summary>Of an item or person: whether it must be at the place of the scene.</summary>
        public bool Here;

        /// <summary>Of a number.</summary>
        public int Least, Most = 100;

        public DeclaredArgument(string kind, params string[] of)
        {
            Kind = kind;
            Of = new List<string>(of);
        }

        internal Dictionary<string, object> ToJson()
        {
            var json = new Dictionary<string, object> { ["type"] = Kind, ["of"] = Of, ["here"] = Here };
            if (OwnedBy != null) json["owned_by"] = OwnedBy;
            if (Kind != "number") return json;
            json["least"] = Least;
            json["most"] = Most;
            return json;
        }
    }
}
