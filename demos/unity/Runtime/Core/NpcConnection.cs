using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace NpcEngine
{
    /// <summary>
    /// A session with the server, whatever becomes of the connection. Messages are told to the game where it calls
    /// Pump, once a frame; all that is sent may be sent at any time, also without a connection, and from any thread.
    /// The methods that send return the id of what they sent: what it causes carries the same as Ref.
    /// </summary>
    public sealed partial class NpcConnection : IDisposable, ISessionOwner
    {
        private const double CloseSeconds = 2;
        private readonly Link link;
        private readonly Scene scene;
        private readonly ConcurrentQueue<NpcMessage> inbox = new ConcurrentQueue<NpcMessage>();
        private readonly List<Subscription> subscriptions = new List<Subscription>();
        private readonly SpeechRoom speeches = new SpeechRoom();
        private readonly CancellationTokenSource stop = new CancellationTokenSource();
        private Task running;

        /// <summary>The methods that do what characters ask for.</summary>
        public readonly NpcActions Actions = new NpcActions();

        public NpcConnection(NpcOptions options)
        {
            link = new Link(options, this);
            scene = new Scene(options, Outbox);
        }

        internal Outbox Outbox => link.Outbox;

        /// <summary>What the game has told of its world.</summary>
        public NpcWorld World => scene.World;

        /// <summary>As of the last Pump.</summary>
        public NpcState State { get; private set; }

        /// <summary>
        /// Show this to the player: it says that words and voices are made by AI. Null before the session stands.
        /// </summary>
        public string Label { get; private set; }

        /// <summary>The server's key of the session, as in its log.</summary>
        public string SessionId { get; private set; }

        /// <summary>Begin, and come back by itself from now on, until it is Closed: then make another.</summary>
        public void Connect()
        {
            if (running == null) running = Task.Run(() => link.Run(stop.Token));
        }

        /// <summary>An orderly end: the server is told, and keeps what was heard.</summary>
        public async Task Close()
        {
            link.Close();
            Outbox.Send("session.close", false);
            var patience = Task.Delay(TimeSpan.FromSeconds(CloseSeconds));
            if (State == NpcState.Open) await Task.WhenAny(running, patience).ConfigureAwait(false);
            Dispose();
        }

        /// <summary>Let go at once; the server waits a while for us to come back.</summary>
        public void Dispose()
        {
            stop.Cancel();
        }

        /// <summary>Tell the game what has come since the last call, and do the actions that were asked for.</summary>
        public void Pump()
        {
            if (running != null && running.IsFaulted) running.GetAwaiter().GetResult();
            NpcMessage message;
            while (inbox.TryDequeue(out message)) Tell(message);
        }

        /// <summary>Have `handler` called with each message of this class; with NpcMessage, with every one.</summary>
        public void On<T>(Action<T> handler) where T : NpcMessage
        {
            subscriptions.Add(new Subscription(handler, message => { if (message is T wanted) handler(wanted); }));
        }

        /// <summary>Call it no more.</summary>
        public void Off<T>(Action<T> handler) where T : NpcMessage
        {
            subscriptions.RemoveAll(each => each.Handler.Equals(handler));
        }

        /// <summary>The voice of this character.</summary>
        public NpcSpeech Speech(string actorId)
        {
            return speeches.Of(actorId);
        }

        Dictionary<string, object> ISessionOwner.Opening(bool anew, bool continued)
        {
            return scene.Opening(anew, continued);
        }

        void ISessionOwner.Take(NpcMessage message)
        {
            if (message is QuestChanged quest && (quest.Status == "active" || quest.Status == "done"))
                World.Remember("quest." + quest.Quest, quest.Stage);
            speeches.Take(message);
            inbox.Enqueue(message);
        }

        List<PlaybackReport> ISessionOwner.TakeReports()
        {
            return speeches.TakeReports();
        }

        private void Run(ActionRequested request)
        {
            Actions.Run(request, result => ActionResult(request.ActionId, result));
        }

        private void Tell(NpcMessage message)
        {
            if (message is ConnectionChanged changed) State = changed.State;
            if (message is SessionOpened opened)
            {
                Label = opened.Label;
                SessionId = opened.SessionId;
            }
            foreach (var each in subscriptions.ToArray()) each.Call(message);
            if (message is ActionRequested request) Run(request);
        }
    }
}
