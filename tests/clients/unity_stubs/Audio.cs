// See UnityEngine.cs.
namespace UnityEngine
{
    public static class AudioSettings
    {
        public static int outputSampleRate { get; set; }

        public static void GetDSPBufferSize(out int bufferLength, out int numBuffers)
        {
            bufferLength = numBuffers = 0;
        }
    }

    public sealed class AudioClip : Object
    {
        public int frequency => 0;
        public int samples => 0;

        public static AudioClip Create(string name, int lengthSamples, int channels, int frequency, bool stream)
        {
            return null;
        }

        public bool SetData(float[] data, int offsetSamples) => true;

        public bool GetData(float[] data, int offsetSamples) => true;
    }

    public sealed class AudioSource : Behaviour
    {
        public AudioClip clip { get; set; }
        public bool loop { get; set; }

        public void Play()
        {
        }

        public void Stop()
        {
        }
    }

    public sealed class AudioListener : Behaviour
    {
    }

    public static class Microphone
    {
        public static string[] devices => null;

        public static AudioClip Start(string deviceName, bool loop, int lengthSec, int frequency) => null;

        public static void End(string deviceName)
        {
        }

        public static int GetPosition(string deviceName) => 0;

        public static void GetDeviceCaps(string deviceName, out int minFreq, out int maxFreq)
        {
            minFreq = maxFreq = 0;
        }
    }
}
