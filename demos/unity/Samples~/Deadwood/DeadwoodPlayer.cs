using System.Collections.Generic;
using UnityEngine;

namespace NpcEngine.Deadwood
{
    /// <summary>
    /// Walks with WASD or the arrows, and looks with the camera. Keys come by OnGUI: that works with every input
    /// system.
    /// </summary>
    public sealed class DeadwoodPlayer : MonoBehaviour
    {
        private const float Metres = 5, Degrees = 120;
        private readonly HashSet<KeyCode> held = new HashSet<KeyCode>();

        private void OnEnable()
        {
            var eyes = Camera.main != null ? Camera.main : WithEars(new GameObject("Eyes").AddComponent<Camera>());
            eyes.transform.SetParent(transform, false);
            eyes.transform.localPosition = Vector3.up * 0.7f;
        }

        private static Camera WithEars(Camera eyes)
        {
            eyes.gameObject.AddComponent<AudioListener>();
            return eyes;
        }

        private void OnGUI()
        {
            if (Event.current.type == EventType.KeyDown) held.Add(Event.current.keyCode);
            if (Event.current.type == EventType.KeyUp) held.Remove(Event.current.keyCode);
        }

        private void Update()
        {
            if (DeadwoodScreen.IsTyping) held.Clear();
            var turn = Pull(KeyCode.D, KeyCode.RightArrow) - Pull(KeyCode.A, KeyCode.LeftArrow);
            var walk = Pull(KeyCode.W, KeyCode.UpArrow) - Pull(KeyCode.S, KeyCode.DownArrow);
            transform.Rotate(0, turn * Degrees * Time.deltaTime, 0);
            transform.position += transform.forward * (walk * Metres * Time.deltaTime);
        }

        private float Pull(KeyCode one, KeyCode other)
        {
            return held.Contains(one) || held.Contains(other) ? 1 : 0;
        }
    }
}
