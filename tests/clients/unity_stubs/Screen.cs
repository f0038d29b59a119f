// See UnityEngine.cs.
namespace UnityEngine
{
    public sealed class Event
    {
        public static Event current { get; set; }
        public EventType type { get; set; }
        public KeyCode keyCode { get; set; }

        public void Use()
        {
        }
    }

    public enum EventType
    {
        KeyDown = 4,
        KeyUp = 5,
    }

    public enum KeyCode
    {
        Return = 13,
        A = 97,
        D = 100,
        E = 101,
        S = 115,
        W = 119,
        KeypadEnter = 271,
        UpArrow = 273,
        DownArrow = 274,
        RightArrow = 275,
        LeftArrow = 276,
    }

    public static class GUI
    {
        public static void Label(Rect position, string text)
        {
        }

        public static string TextField(Rect position, string text) => text;

        public static void SetNextControlName(string name)
        {
        }

        public static void FocusControl(string name)
        {
        }
    }
}

namespace UnityEngine.Events
{
    public delegate void UnityAction();

    public delegate void UnityAction<T0>(T0 arg0);

    public delegate void UnityAction<T0, T1>(T0 arg0, T1 arg1);

    public class UnityEvent
    {
        public void AddListener(UnityAction call)
        {
        }

        public void Invoke()
        {
        }
    }

    public class UnityEvent<T0>
    {
        public void AddListener(UnityAction<T0> call)
        {
        }

        public void Invoke(T0 arg0)
        {
        }
    }

    public class UnityEvent<T0, T1>
    {
        public void AddListener(UnityAction<T0, T1> call)
        {
        }

        public void Invoke(T0 arg0, T1 arg1)
        {
        }
    }
}
