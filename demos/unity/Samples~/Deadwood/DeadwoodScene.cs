using System.Collections.Generic;
using NpcEngine.Unity;
using UnityEngine;

namespace NpcEngine.Deadwood
{
    /// <summary>
    /// A small town to talk in. Put this on an empty object of an empty scene, start `npc-engine serve`, press Play:
    /// walk with WASD, talk with Enter, take and open things with E. Ada knows where the key to the safe was seen last.
    /// </summary>
    public sealed class DeadwoodScene : MonoBehaviour
    {
        private const float Reach = 2.5f;

        [Tooltip("A microphone, if you want to speak to Ada.")]
        public NpcMicrophone microphone;

        private readonly Dictionary<string, Vector3> places = new Dictionary<string, Vector3>
        {
            ["saloon"] = new Vector3(-12, 0, 8),
            ["bank"] = new Vector3(10, 0, 8),
            ["back_room"] = new Vector3(10, 0, 14),
        };

        private NpcEngineClient client;
        private NpcCharacter ada;
        private Transform player, key, safe;
        private bool hasKey;
        private string place = "town";

        /// <summary>What the player reads at the top of the screen.</summary>
        public string Task { get; private set; } = "Ask Ada what to do.";

        private void Awake()
        {
            client = Build<NpcEngineClient>("Client", made => made.microphone = microphone);
            Vector3 wall = new Vector3(10, 4, 0.5f), saloon = places["saloon"], bank = places["bank"];
            Block("Ground", new Vector3(0, -0.5f, 5), new Vector3(60, 1, 50), new Color(0.65f, 0.5f, 0.3f));
            Block("Saloon", saloon + new Vector3(0, 2, 4), wall, new Color(0.5f, 0.2f, 0.15f));
            Block("Bar", saloon, new Vector3(5, 1, 0.6f), new Color(0.35f, 0.2f, 0.1f));
            Block("Bank", bank + new Vector3(0, 2, 2), wall, new Color(0.4f, 0.4f, 0.45f));
            key = Block("Key", saloon + new Vector3(0, 0.2f, 1.5f), Vector3.one * 0.3f, Color.yellow);
            safe = Block("Safe", places["back_room"] + Vector3.up * 0.6f, Vector3.one * 1.2f, Color.gray);
            ada = Build<NpcCharacter>("Ada", made => made.transform.position = new Vector3(6, 1, 6));
            ada.gameObject.AddComponent<DeadwoodFace>();
            player = Build<DeadwoodPlayer>("Player", made => made.transform.position = new Vector3(0, 1, -4)).transform;
            gameObject.AddComponent<DeadwoodScreen>().Show(client, ada, this);
        }

        private void Start()
        {
            client.Connection.Actions.Add(this);
        }

        private void Update()
        {
            var nearest = Nearest();
            if (nearest == place) return;
            place = nearest;
            client.Connection.World["place"] = place;
        }

        /// <summary>The player reaches for what is near.</summary>
        public void Use()
        {
            if (key.gameObject.activeSelf && IsNear(key)) TakeKey();
            else if (hasKey && IsNear(safe)) OpenSafe();
        }

        private void TakeKey()
        {
            hasKey = true;
            key.gameObject.SetActive(false);
            Task = "Open the safe in the back room of the bank.";
            client.Connection.World.Set(new Dictionary<string, object>
            {
                ["key.place"] = "player", ["key.owner"] = "player", ["quest.safe"] = "open_safe",
            });
            client.Connection.WorldEvent("key_found", "The player found the key.", NpcRespond.Auto, ada.actorId);
        }

        private void OpenSafe()
        {
            safe.localScale = new Vector3(1.2f, 1.2f, 0.3f);
            Task = "Done! Ask Ada what was in the safe.";
            client.Connection.World.Set(new Dictionary<string, object>
            {
                ["safe.locked"] = false, ["safe.open"] = true, ["quest.safe"] = "done",
            });
            client.Connection.WorldEvent("safe_opened", "The player opened the safe.", NpcRespond.Must, ada.actorId);
        }

        [NpcAction("mark_map")]
        private NpcResult MarkMap(string place)
        {
            if (!places.ContainsKey(place)) return NpcResult.Refused("The player's map doesn't show that.");
            Task = "Marked on your map: " + place.Replace('_', ' ') + ".";
            return NpcResult.Done();
        }

        [NpcAction("hand_over")]
        private NpcResult HandOver(string item)
        {
            Task = "Ada gave you her " + item + ".";
            client.Connection.World[item + ".owner"] = "player";
            return NpcResult.Done();
        }

        private string Nearest()
        {
            foreach (var each in places)
                if (Vector3.Distance(player.position, each.Value) < 2 * Reach) return each.Key;
            return "town";
        }

        private bool IsNear(Transform thing)
        {
            return Vector3.Distance(player.position, thing.position) < Reach;
        }

        /// <summary>An object with a component that is set before it wakes.</summary>
        private static T Build<T>(string name, System.Action<T> set) where T : Component
        {
            var made = new GameObject(name);
            made.SetActive(false);
            var component = made.AddComponent<T>();
            set(component);
            made.SetActive(true);
            return component;
        }

        private static Transform Block(string name, Vector3 position, Vector3 size, Color color)
        {
            var block = GameObject.CreatePrimitive(PrimitiveType.Cube);
            block.name = name;
            block.transform.position = position;
            block.transform.localScale = size;
            block.GetComponent<Renderer>().material.color = color;
            return block.transform;
        }
    }
}
