using System;
using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>
    /// The state that the game has told the server: place, time, inventory, flags, quests. A session that is opened
    /// anew begins with it. Values are text, numbers, bool, and lists of text.
    /// </summary>
    public sealed class NpcWorld
    {
        private readonly object gate;
        private readonly Dictionary<string, object> values = new Dictionary<string, object>();
        private readonly Action<Dictionary<string, object>> send;

        /// <summary>
        /// `gate` is held while a change is remembered and sent, and wherever a session's beginning is told.
        /// </summary>
        internal NpcWorld(object gate, Action<Dictionary<string, object>> send)
        {
            this.gate = gate;
            this.send = send;
        }

        /// <summary>
        /// A value by its path, such as "place" or "quest.safe"; null where there is none, and to remove it.
        /// </summary>
        public object this[string path]
        {
            get
            {
                object value;
                lock (gate) return values.TryGetValue(path, out value) ? value : null;
            }
            set { Set(new Dictionary<string, object> { [path] = value }); }
        }

        /// <summary>Set several at once. Throws ArgumentException for a value that the protocol has not.</summary>
        public void Set(IDictionary<string, object> changes)
        {
            var checkedOnes = new Dictionary<string, object>();
            foreach (var change in changes) checkedOnes[change.Key] = Checked(change.Key, change.Value);
            lock (gate)
            {
                foreach (var change in checkedOnes) Remember(change.Key, change.Value);
                send(checkedOnes);
            }
        }

        /// <summary>All that is set.</summary>
        public Dictionary<string, object> Snapshot()
        {
            lock (gate) return new Dictionary<string, object>(values);
        }

        /// <summary>The server knows it already.</summary>
        internal void Remember(string path, object value)
        {
            lock (gate)
            {
                if (value == null) values.Remove(path);
                else values[path] = value;
            }
        }

        private static object Checked(string path, object value)
        {
            if (value is IEnumerable<string> texts) return new List<string>(texts);
            if (value == null || value is string || value is bool || value is int || value is long) return value;
            if (value is float || value is double) return value;
            throw new ArgumentException("'" + path + "' can't be a " + value.GetType().Name
                + ": the world holds text, numbers, bool, lists of text");
        }
    }
}
