using System;

namespace NpcEngine
{
    /// <summary>Who wants to be told of which messages.</summary>
    internal sealed class Subscription
    {
        /// <summary>As it was given, so that it can be taken back.</summary>
        public readonly Delegate Handler;

        public readonly Action<NpcMessage> Call;

        public Subscription(Delegate handler, Action<NpcMessage> call)
        {
            Handler = handler;
            Call = call;
        }
    }
}
