using System;
using UnityEngine;

namespace NpcEngine.Unity
{
    /// <summary>
    /// Plays a character's speech through the AudioSource beside it, with its volume, distance and place in space, to
    /// the sample. The source loops a clip of ones, which Unity pans and fades; speech is multiplied into what is left
    /// of it.
    /// </summary>
    [RequireComponent(typeof(AudioSource))]
    [AddComponentMenu("npc-engine/Voice")]
    public sealed class NpcVoice : MonoBehaviour
    {
        private float[] mono = new float[2048];
        private volatile NpcSpeech speech;

        /// <summary>Play this from now on; null for nothing.</summary>
        public void Play(NpcSpeech toPlay)
        {
            int length, count;
            AudioSettings.GetDSPBufferSize(out length, out count);
            if (toPlay != null) toPlay.Latency = (double)length * count / AudioSettings.outputSampleRate;
            speech = toPlay;
        }

        private void OnEnable()
        {
            var rate = AudioSettings.outputSampleRate;
            var ones = new float[rate];
            for (var index = 0; index < ones.Length; index++) ones[index] = 1;
            var source = GetComponent<AudioSource>();
            source.clip = AudioClip.Create("ones", rate, 1, rate, false);
            source.clip.SetData(ones, 0);
            source.loop = true;
            source.Play();
        }

        private void OnDisable()
        {
            GetComponent<AudioSource>().Stop();
        }

        /// <summary>Called on the audio thread, for a few hundred samples of all channels at a time.</summary>
        private void OnAudioFilterRead(float[] data, int channels)
        {
            var count = data.Length / channels;
            if (mono.Length < count) mono = new float[count];
            var playing = speech;
            if (playing == null) Array.Clear(mono, 0, count);
            else playing.Read(mono, 0, count);
            for (var index = 0; index < data.Length; index++) data[index] *= mono[index / channels];
        }
    }
}
