using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace NpcEngine
{
    /// <summary>How it stands with the server.</summary>
    public enum NpcState
    {
        Closed,
        Connecting,
        Open,

        /// <summary>The connection was lost; the client comes back by itself.</summary>
        Waiting,
    }

    /// <summary>The connection is in another state. Of this client itself, not of the protocol.</summary>
    public sealed class ConnectionChanged : NpcMessage
    {
        public readonly NpcState State;

        /// <summary>Why, for people: "" where all is well.</summary>
        public readonly string Reason;

        internal ConnectionChanged(NpcState state, string reason) : base("connection.changed")
        {
            State = state;
            Reason = reason;
        }
    }

    /// <summary>Whose session a link carries. Called on threads of the link's own.</summary>
    internal interface ISessionOwner
    {
        /// <summary>
        /// A session.open as all stands by now. With `anew` what is sent from here on comes behind it; `continued` goes
        /// on with the story so far.
        /// </summary>
        Dictionary<string, object> Opening(bool anew, bool continued);

        /// <summary>A message or audio came.</summary>
        void Take(NpcMessage message);

        List<PlaybackReport> TakeReports();
    }

    /// <summary>Keeps a session alive over one connection after the other.</summary>
    internal sealed class Link
    {
        private readonly Backoff backoff = new Backoff(new Random());
        private volatile bool isClosing;

        public readonly NpcOptions Options;
        public readonly Outbox Outbox;
        public readonly ISessionOwner Owner;
        public readonly ResumePoint Point = new ResumePoint();

        /// <summary>Released when something waits in the outbox.</summary>
        public readonly SemaphoreSlim News = new SemaphoreSlim(0);

        public Link(NpcOptions options, ISessionOwner owner)
        {
            Options = options;
            Owner = owner;
            Outbox = new Outbox(() => News.Release());
        }

        /// <summary>The next end of the connection is final.</summary>
        public void Close()
        {
            isClosing = true;
        }

        /// <summary>The session stands.</summary>
        public void Opened()
        {
            backoff.Reset();
            Outbox.Open();
            Owner.Take(new ConnectionChanged(NpcState.Open, ""));
        }

        /// <summary>Connect, again and again, until that is pointless, or `stop`.</summary>
        public async Task Run(CancellationToken stop)
        {
            while (true)
            {
                Owner.Take(new ConnectionChanged(NpcState.Connecting, ""));
                var ending = await new Visit(this).Run(stop).ConfigureAwait(false);
                Outbox.Lose();
                var isOver = ending.IsFinal || isClosing || stop.IsCancellationRequested;
                Owner.Take(new ConnectionChanged(isOver ? NpcState.Closed : NpcState.Waiting, ending.Reason));
                if (isOver) return;
                var pause = TimeSpan.FromSeconds(backoff.Next(ending.RetryAfterMs));
                await Task.WhenAny(Task.Delay(pause, stop)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>How one connection ended.</summary>
    internal sealed class Ending
    {
        public readonly string Reason;

        /// <summary>Whether connecting again is pointless.</summary>
        public readonly bool IsFinal;

        /// <summary>Connecting sooner than this is.</summary>
        public readonly int? RetryAfterMs;

        public Ending(string reason, bool isFinal, int? retryAfterMs)
        {
            Reason = reason;
            IsFinal = isFinal;
            RetryAfterMs = retryAfterMs;
        }
    }

    /// <summary>What of a session has arrived, so that another connection can go on behind it.</summary>
    internal sealed class ResumePoint
    {
        private string token;
        private int seq, samples;
        private int? utterance;

        /// <summary>Whether there is a session to go on with.</summary>
        public bool IsKnown => token != null;

        /// <summary>Whether there was one, whose story a new one may go on with.</summary>
        public bool HasStory { get; private set; }

        /// <summary>A message or audio came.</summary>
        public void Note(NpcMessage message)
        {
            if (message is SessionOpened opened) Begin(opened);
            if (message.Seq > seq) seq = message.Seq.Value;
            if (!(message is UtteranceAudio audio)) return;
            samples = audio.Utterance == utterance ? samples : 0;
            utterance = audio.Utterance;
            samples = Math.Max(samples, audio.FirstSample + audio.Samples.Length);
        }

        /// <summary>The session is gone.</summary>
        public void Forget()
        {
            token = null;
            utterance = null;
            seq = samples = 0;
        }

        /// <summary>The server keeps no stories.</summary>
        public void ForgetStory()
        {
            HasStory = false;
        }

        public Dictionary<string, object> ToJson()
        {
            var json = new Dictionary<string, object> { ["token"] = token, ["last_seq"] = seq };
            if (utterance == null) return json;
            json["utterance"] = utterance.Value;
            json["samples"] = samples;
            return json;
        }

        private void Begin(SessionOpened opened)
        {
            if (!opened.Resumed) Forget();
            token = opened.ResumeToken;
            HasStory = true;
        }
    }
}
