using System;
using UnityEngine;

namespace NpcEngine.Unity
{
    /// <summary>
    /// The player's microphone, at a rate that the device has itself: nothing is resampled here. Give it to the
    /// NpcEngineClient.
    /// </summary>
    [AddComponentMenu("npc-engine/Microphone")]
    public sealed class NpcMicrophone : MonoBehaviour
    {
        private const int LoopSeconds = 10;
        private const int FramesPerSecond = 50;

        /// <summary>What the server takes, the best for it first.</summary>
        private static readonly int[] ServedRates = { 16000, 48000, 44100, 24000, 32000, 22050, 8000 };

        [Tooltip("Empty: the system's own.")]
        public string device = "";

        [Tooltip("The player holds a button while speaking: call Press and Release.")]
        public bool pushToTalk;

        private NpcConnection connection;
        private AudioClip recording;
        private float[] heard;
        private short[] frame;
        private int position;
        private bool isPressed;

        /// <summary>Samples per second.</summary>
        public int Rate
        {
            get
            {
                int least, most;
                Microphone.GetDeviceCaps(Device, out least, out most);
                var anyRate = least == 0 && most == 0;
                foreach (var rate in ServedRates)
                    if (anyRate || least <= rate && rate <= most) return rate;
                return ServedRates[0];
            }
        }

        private string Device => string.IsNullOrEmpty(device) ? null : device;

        /// <summary>Push-to-talk begins.</summary>
        public void Press()
        {
            isPressed = true;
        }

        /// <summary>Push-to-talk ends: what was said is answered.</summary>
        public void Release()
        {
            if (!isPressed) return;
            SendWhatIsHeard();
            isPressed = false;
            if (connection != null) connection.InputAudioCommit();
        }

        internal void Begin(NpcConnection toHear)
        {
            if (Microphone.devices.Length == 0)
            {
                Debug.LogWarning("there is no microphone, or the player has not allowed it; typing works", this);
                return;
            }
            recording = Microphone.Start(Device, true, LoopSeconds, Rate);
            heard = new float[recording.frequency / FramesPerSecond];
            frame = new short[heard.Length];
            position = 0;
            connection = toHear;
        }

        internal void End()
        {
            if (connection != null) Microphone.End(Device);
            connection = null;
        }

        private void Update()
        {
            if (connection != null) SendWhatIsHeard();
        }

        private void SendWhatIsHeard()
        {
            if (connection == null) return;
            var written = Microphone.GetPosition(Device);
            while ((written - position + recording.samples) % recording.samples >= heard.Length)
            {
                recording.GetData(heard, position);
                position = (position + heard.Length) % recording.samples;
                if (pushToTalk && !isPressed) continue;
                for (var index = 0; index < frame.Length; index++)
                    frame[index] = (short)(Mathf.Clamp(heard[index], -1, 1) * short.MaxValue);
                connection.InputAudio(frame, frame.Length);
            }
        }
    }
}
