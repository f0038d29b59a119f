using NpcEngine.Unity;
using UnityEngine;

namespace NpcEngine.Deadwood
{
    /// <summary>What is said and what is to do, and the line that the player types.</summary>
    public sealed class DeadwoodScreen : MonoBehaviour
    {
        private const string Field = "line";
        private NpcCharacter character;
        private DeadwoodScene scene;
        private string subtitle = "", heard = "", line = "", trouble = "";

        /// <summary>Whether keys are for the line and not for walking.</summary>
        public static bool IsTyping { get; private set; }

        public void Show(NpcEngineClient client, NpcCharacter toTalkTo, DeadwoodScene toPlay)
        {
            character = toTalkTo;
            scene = toPlay;
            client.onHeard.AddListener(text => heard = text);
            client.onError.AddListener((code, message) => trouble = message);
            client.onOpen.AddListener(isOpen => trouble = isOpen ? "" : "Connecting: is `npc-engine serve` running?");
            character.onThinking.AddListener(() => subtitle = "…");
            character.onSubtitle.AddListener(text => subtitle = text);
        }

        private void OnGUI()
        {
            TakeKeys();
            GUI.Label(new Rect(8, 8, Screen.width - 16, 24), scene.Task + "   WASD walk, Enter talk, E use");
            GUI.Label(new Rect(8, 32, Screen.width - 16, 24), trouble);
            GUI.Label(new Rect(40, Screen.height - 140, Screen.width - 80, 24), heard);
            GUI.Label(new Rect(40, Screen.height - 116, Screen.width - 80, 60), subtitle);
            if (!IsTyping) return;
            GUI.SetNextControlName(Field);
            line = GUI.TextField(new Rect(40, Screen.height - 60, Screen.width - 80, 24), line);
            GUI.FocusControl(Field);
        }

        private void TakeKeys()
        {
            if (Event.current.type != EventType.KeyDown) return;
            var key = Event.current.keyCode;
            if (key == KeyCode.Return || key == KeyCode.KeypadEnter) Talk();
            else if (key == KeyCode.E && !IsTyping) scene.Use();
        }

        private void Talk()
        {
            if (IsTyping && line.Trim() != "")
            {
                heard = line.Trim();
                character.Ask(heard);
            }
            line = "";
            IsTyping = !IsTyping;
            Event.current.Use();
        }
    }
}
