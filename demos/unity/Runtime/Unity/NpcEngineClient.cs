using System;
using UnityEngine;
using UnityEngine.Events;

namespace NpcEngine.Unity
{
    /// <summary>
    /// The session of this scene: put one on an object, and an NpcCharacter on each character. It connects once
    /// somebody is there to talk to, and is told what comes while it is enabled. Components beside it may do the
    /// actions of all characters, by methods with NpcAction.
    /// </summary>
    [DefaultExecutionOrder(-100)]
    [AddComponentMenu("npc-engine/Client")]
    public sealed class NpcEngineClient : MonoBehaviour
    {
        private static readonly int[] ServedRates = { 8000, 16000, 22050, 24000, 32000, 44100, 48000 };

        [Header("Server")]
        public string url = "ws://127.0.0.1:8765/v1";

        [Tooltip("Only for servers that ask for one. Don't ship it in a game that anyone can open.")]
        public string token = "";

        [Header("Player")]
        public string playerId = "player";
        public string playerName = "";

        [Tooltip("Two letters; empty: the first utterance decides.")]
        public string language = "";

        [Tooltip("Go on where this player last was, instead of beginning a new story.")]
        public bool continueStory;

        [Header("Speech")]
        [Tooltip("Without it players only type.")]
        public NpcMicrophone microphone;

        [Header("AI label")]
        [Tooltip("The notice that words and voices are made by AI must be shown: here, or by yourself with On Label.")]
        public bool showLabel = true;
        public UnityEvent<string> onLabel = new UnityEvent<string>();

        [Header("Events")]
        [Tooltip("What the player said, as understood.")]
        public UnityEvent<string> onHeard = new UnityEvent<string>();

        [Tooltip("Code, and what to do.")]
        public UnityEvent<string, string> onError = new UnityEvent<string, string>();

        [Tooltip("Whether the session stands.")]
        public UnityEvent<bool> onOpen = new UnityEvent<bool>();

        private bool isBegun;
        private int characters;

        /// <summary>The client of this scene; null where there is none.</summary>
        public static NpcEngineClient Current { get; private set; }

        /// <summary>All that the protocol can do.</summary>
        public NpcConnection Connection { get; private set; }

        private void Awake()
        {
            Current = this;
            Connection = new NpcConnection(Options());
            Connection.On<SessionOpened>(opened => onLabel.Invoke(opened.Label));
            Connection.On<TranscriptFinal>(said => onHeard.Invoke(said.Text));
            Connection.On<ConnectionChanged>(Tell);
            Connection.On<NpcError>(Tell);
            AddActions(this, null);
            if (microphone != null) microphone.Begin(Connection);
        }

        private void OnDestroy()
        {
            if (microphone != null) microphone.End();
            if (Current == this) Current = null;
            Connection.Close();
        }

        private void Update()
        {
            if (!isBegun && characters > 0)
            {
                isBegun = true;
                Connection.Connect();
            }
            Connection.Pump();
        }

        private void OnGUI()
        {
            if (!showLabel || string.IsNullOrEmpty(Connection.Label)) return;
            GUI.Label(new Rect(8, Screen.height - 28, Screen.width - 16, 24), Connection.Label);
        }

        internal void Join(NpcCharacter character)
        {
            characters++;
            Connection.CharacterJoin(character.actorId, character.persona);
            AddActions(character, character.actorId);
        }

        internal void Leave(NpcCharacter character)
        {
            characters--;
            Connection.CharacterLeave(character.actorId);
            foreach (var each in character.GetComponents<MonoBehaviour>()) Connection.Actions.Remove(each);
        }

        private void AddActions(Component beside, string actorId)
        {
            foreach (var each in beside.GetComponents<MonoBehaviour>())
                if (each != null) Connection.Actions.Add(each, actorId); // null stands for a script that is missing
        }

        private NpcOptions Options()
        {
            return new NpcOptions
            {
                Url = url,
                Token = token,
                PlayerId = playerId,
                PlayerName = playerName,
                Language = language,
                ContinueStory = continueStory,
                InputRate = microphone != null ? microphone.Rate : 16000,
                OutputRate = OutputRate(),
                PushToTalk = microphone != null && microphone.pushToTalk,
            };
        }

        /// <summary>The server speaks at the rate of the loudspeaker, so that nothing is resampled here.</summary>
        private int OutputRate()
        {
            var rate = AudioSettings.outputSampleRate;
            if (Array.IndexOf(ServedRates, rate) >= 0) return rate;
            Debug.LogError("npc-engine can't speak at " + rate + " Hz, voices will sound wrong: "
                + "set System Sample Rate to 48000 under Project Settings > Audio", this);
            return 48000;
        }

        private void Tell(ConnectionChanged changed)
        {
            onOpen.Invoke(changed.State == NpcState.Open);
            if (changed.Reason != "") Debug.LogWarning("npc-engine: " + changed.Reason, this);
        }

        private void Tell(NpcError error)
        {
            Debug.LogWarning("npc-engine: " + error.Code + ": " + error.Message, this);
            onError.Invoke(error.Code, error.Message);
        }
    }
}
