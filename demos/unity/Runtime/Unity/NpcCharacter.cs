using System;
using System.Collections.Generic;
using UnityEngine;
using UnityEngine.Events;

namespace NpcEngine.Unity
{
    /// <summary>
    /// A character in earshot while it is enabled. Its words, looks and feelings come as events, when they are heard.
    /// Components beside it may do its actions, by methods with NpcAction.
    /// </summary>
    [RequireComponent(typeof(NpcVoice))]
    [AddComponentMenu("npc-engine/Character")]
    public sealed class NpcCharacter : MonoBehaviour
    {
        [Tooltip("The game's own key of the character.")]
        public string actorId = "ada";

        [Tooltip("A persona that the server has.")]
        public string persona = "deadwood";

        [Tooltip("Seconds for which a subtitle stays once all is said.")]
        public float subtitleStays = 2;

        [Tooltip("It thinks of an answer.")]
        public UnityEvent onThinking = new UnityEvent();

        [Tooltip("What was said so far, word by word; empty when it is to vanish.")]
        public UnityEvent<string> onSubtitle = new UnityEvent<string>();

        [Tooltip("Name and strength, 0 to 1.")]
        public UnityEvent<string, float> onEmotion = new UnityEvent<string, float>();

        [Tooltip("Whom or what it looks at.")]
        public UnityEvent<string> onLook = new UnityEvent<string>();

        public UnityEvent<string> onGesture = new UnityEvent<string>();

        private readonly List<NpcCue> due = new List<NpcCue>();
        private NpcEngineClient client;
        private NpcSpeech speech;
        private string shown = "";
        private float silentSince;

        /// <summary>Each cue when it is heard: visemes, words, and what has an event of its own.</summary>
        public event Action<NpcCue> Cue;

        /// <summary>Whether the player hears it speak.</summary>
        public bool IsSpeaking => speech != null && speech.IsSpeaking;

        /// <summary>The player says this to it.</summary>
        public void Ask(string text)
        {
            client.Connection.InputText(text, actorId);
        }

        /// <summary>Have it speak exactly this.</summary>
        public void Say(string text)
        {
            client.Connection.Say(actorId, text);
        }

        /// <summary>The player looks at it or nears it, from 0 to 1: it gets ready to answer.</summary>
        public void Focus(float weight)
        {
            client.Connection.CharacterFocus(actorId, weight);
        }

        private void OnEnable()
        {
            client = NpcEngineClient.Current;
            if (client == null)
            {
                Debug.LogError("put an NpcEngineClient into the scene, enabled before " + name, this);
                enabled = false;
                return;
            }
            client.Join(this);
            client.Connection.On<TurnStarted>(Think);
            speech = client.Connection.Speech(actorId);
            GetComponent<NpcVoice>().Play(speech);
        }

        private void OnDisable()
        {
            if (client == null) return;
            speech.Stop();
            GetComponent<NpcVoice>().Play(null);
            client.Connection.Off<TurnStarted>(Think);
            client.Leave(this);
            client = null;
        }

        private void Update()
        {
            due.Clear();
            speech.TakeDue(due);
            foreach (var cue in due) Tell(cue);
            if (IsSpeaking) silentSince = Time.time;
            Show(Time.time - silentSince > subtitleStays ? "" : speech.Subtitle);
        }

        private void Think(TurnStarted turn)
        {
            if (turn.ActorId == actorId) onThinking.Invoke();
        }

        private void Tell(NpcCue cue)
        {
            Cue?.Invoke(cue);
            if (cue.Kind == "emotion") onEmotion.Invoke(cue.Value, (float)(cue.Weight ?? 1));
            else if (cue.Kind == "look") onLook.Invoke(cue.Value);
            else if (cue.Kind == "gesture") onGesture.Invoke(cue.Value);
        }

        private void Show(string subtitle)
        {
            if (subtitle == shown) return;
            shown = subtitle;
            onSubtitle.Invoke(subtitle);
        }
    }
}
