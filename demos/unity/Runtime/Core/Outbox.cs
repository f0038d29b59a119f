using System;
using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>
    /// What waits for the server, and what left but may have been lost. The server handles messages in order, and sends
    /// its answers again when a session is resumed: so an answer to a message, or to the ping that we send behind it,
    /// tells that it arrived. What lacks one after a resume is sent again. Nothing is lost; only what has no answer can
    /// happen twice, where a connection breaks between such a message and its ping.
    /// </summary>
    internal sealed class Outbox
    {
        private readonly object gate = new object();
        private readonly Action news;
        private List<Outgoing> waiting = new List<Outgoing>();
        private readonly List<Outgoing> unconfirmed = new List<Outgoing>();
        private long numbers;
        private bool isOpen;

        /// <summary>`news` is called, on whichever thread, when something waits.</summary>
        public Outbox(Action news)
        {
            this.news = news;
        }

        /// <summary>
        /// Queue a message of the fields that have a value, and return the id that it gets. One that `outlives` its
        /// session is sent to the next one too, should this be lost; others would mean nothing there.
        /// </summary>
        public string Send(string type, bool outlives, params (string Name, object Value)[] fields)
        {
            var message = new Dictionary<string, object>();
            foreach (var field in fields)
                if (field.Value != null) message[field.Name] = field.Value;
            return Add(type, message, outlives);
        }

        private string Add(string type, Dictionary<string, object> fields, bool outlives)
        {
            lock (gate)
            {
                var number = ++numbers;
                fields["type"] = type;
                fields["id"] = "m" + number;
                waiting.Add(new Outgoing(number, Json.Write(fields), null, outlives));
                news();
                return "m" + number;
            }
        }

        /// <summary>
        /// Queue microphone audio; without a session it is lost, as it would be old by the time there is one.
        /// </summary>
        public void AddAudio(byte[] pcm)
        {
            lock (gate)
            {
                if (!isOpen) return;
                waiting.Add(new Outgoing(0, null, pcm, false));
                news();
            }
        }

        /// <summary>
        /// All that waits, in order: it leaves now. At the end comes a ping if any of it is to be confirmed.
        /// </summary>
        public List<Outgoing> Take()
        {
            lock (gate)
            {
                var taken = waiting;
                waiting = new List<Outgoing>();
                var messages = taken.FindAll(each => each.Number > 0);
                unconfirmed.AddRange(messages);
                if (messages.Count > 0) taken.Add(Outgoing.Ping("p" + messages[messages.Count - 1].Number));
                return taken;
            }
        }

        /// <summary>The server has answered what had this id: a message, or the ping behind it.</summary>
        public void Confirm(string id)
        {
            long number;
            if (id == null || id.Length < 2 || id[0] != 'm' && id[0] != 'p') return;
            if (!long.TryParse(id.Substring(1), out number)) return;
            lock (gate) unconfirmed.RemoveAll(each => each.Number <= number);
        }

        /// <summary>A session stands.</summary>
        public void Open()
        {
            lock (gate) isOpen = true;
        }

        /// <summary>The connection is lost, and with it the audio that waits.</summary>
        public void Lose()
        {
            lock (gate)
            {
                isOpen = false;
                waiting.RemoveAll(each => each.Audio != null);
            }
        }

        /// <summary>
        /// The session goes on, and all its answers have come: what they don't confirm has not arrived.
        /// </summary>
        public void SendAgain()
        {
            lock (gate)
            {
                waiting.InsertRange(0, unconfirmed);
                unconfirmed.Clear();
                news();
            }
        }

        /// <summary>
        /// A session is about to be opened, as all stands by now: it needs only what outlives the one before, and what
        /// is queued from now on.
        /// </summary>
        public void StartAnew()
        {
            lock (gate)
            {
                waiting.InsertRange(0, unconfirmed);
                unconfirmed.Clear();
                waiting.RemoveAll(each => !each.Outlives);
            }
        }
    }

    /// <summary>A frame for the server.</summary>
    internal sealed class Outgoing
    {
        /// <summary>From 1, in order; 0 for what needs no confirmation.</summary>
        public readonly long Number;

        /// <summary>The message, or null for audio.</summary>
        public readonly string Text;

        public readonly byte[] Audio;
        public readonly bool Outlives;

        public Outgoing(long number, string text, byte[] audio, bool outlives)
        {
            Number = number;
            Text = text;
            Audio = audio;
            Outlives = outlives;
        }

        public static Outgoing Ping(string id)
        {
            var ping = new Dictionary<string, object> { ["type"] = "ping", ["id"] = id };
            return new Outgoing(0, Json.Write(ping), null, false);
        }
    }
}
